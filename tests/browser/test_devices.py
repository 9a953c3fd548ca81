"""Microphone, speaker, processing and volume on the stage: chosen, remembered, plugged in and out in the middle of a call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Playwright, expect

from tests.browser.conftest import eventually
from tests.browser.hardware import HARDWARE, asked, tracks
from tests.browser.stage import StagePage, open_browser, shut
from tests.browser.studio_fixtures import *
from tests.studio_process import StudioProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

FIRST, SECOND = "Fake Audio Input 1", "Fake Audio Input 2"


@pytest.fixture
def context(playwright: Playwright, silent_mic: Path) -> Iterator[BrowserContext]:
    made = open_browser(playwright, silent_mic)
    made.add_init_script(HARDWARE)
    yield made
    shut(made)


@pytest.fixture
def tab(context: BrowserContext, studio: StudioProcess) -> Iterator[StagePage]:
    opened = StagePage.open(context, studio)
    yield opened
    if opened.stage.get_by_role("button", name="End", exact=True).count():
        opened.end()


def panel(tab: StagePage) -> Locator:
    found = tab.stage.get_by_test_id("devices-panel")
    if not found.count():
        tab.stage.get_by_role("button", name="Devices").click()
    expect(found).to_be_visible()
    return found


def pick(tab: StagePage, kind: str, label: str) -> None:
    panel(tab).get_by_test_id(f"pick-{kind}").select_option(label=label)


def microphone(tab: StagePage) -> list[str]:
    return [track["label"] for track in tracks(tab.page, "audio")]


def use(tab: StagePage, label: str) -> None:
    eventually(lambda: microphone(tab) == [label], else_say=lambda: microphone(tab))


def test_another_microphone_is_used_at_once_stays_muted_and_is_remembered(tab, context, studio):
    """rows 32, 33"""
    tab.launch_and_wait()
    mute = tab.stage.get_by_test_id("mute")
    mute.click()
    pick(tab, "microphone", SECOND)
    use(tab, SECOND)
    assert tracks(tab.page, "audio")[0]["enabled"] is False
    expect(mute).to_have_text("Unmute")
    tab.page.keyboard.press("Escape")
    expect(tab.stage.get_by_role("button", name="Devices")).to_be_focused()
    mute.click()
    eventually(lambda: tracks(tab.page, "audio")[0]["enabled"], else_say=lambda: tracks(tab.page, "audio"))
    tab.end()
    eventually(lambda: microphone(tab) == [], else_say=lambda: microphone(tab))
    again = StagePage.open(context, studio)
    again.launch_and_wait()
    use(again, SECOND)
    expect(again.stage.get_by_test_id("mute")).to_have_text("Mute")
    again.end()


def test_a_remembered_microphone_that_is_gone_gives_way_and_that_is_said(tab):
    """row 33"""
    gone = {"id": "0" * 64, "label": "Grandmother's headset"}
    stored = {"chosen": {"microphone": gone}}
    tab.page.evaluate("(stored) => localStorage.setItem('greenroom.devices', stored)", json.dumps(stored))
    tab.page.reload()
    tab.launch_and_wait()
    expect(tab.stage.get_by_text("“Grandmother's headset” disconnected")).to_be_visible()
    expect(tab.stage.get_by_test_id("mute")).to_be_enabled()
    assert len(microphone(tab)) == 1


def test_a_microphone_is_unplugged_and_plugged_in_again_in_the_middle_of_a_call(tab):
    """rows 32, 34: muted all the time"""
    tab.launch_and_wait()
    pick(tab, "microphone", SECOND)
    use(tab, SECOND)
    tab.page.keyboard.press("Escape")
    tab.stage.get_by_test_id("mute").click()
    tab.page.evaluate("(label) => __hardware.unplug(label)", SECOND)
    expect(tab.stage.get_by_text(f"Microphone “{SECOND}” disconnected")).to_be_visible()
    eventually(lambda: len(microphone(tab)) == 1 and SECOND not in microphone(tab), else_say=lambda: microphone(tab))
    assert tracks(tab.page, "audio")[0]["enabled"] is False
    tab.page.evaluate("(label) => __hardware.plug(label)", SECOND)
    expect(tab.stage.get_by_text(f"“{SECOND}” reconnected and is in use again")).to_be_visible()
    use(tab, SECOND)
    assert tracks(tab.page, "audio")[0]["enabled"] is False
    tab.page.evaluate("(label) => __hardware.unplug(label)", FIRST)
    tab.page.wait_for_timeout(300)
    tab.page.evaluate("(label) => __hardware.plug(label)", FIRST)
    expect(tab.stage.get_by_text(f"“{FIRST}” connected")).to_be_visible()
    use(tab, SECOND)


def test_the_processing_of_the_sound_is_switched_while_one_talks(tab):
    """row 31"""
    tab.launch_and_wait()
    before = asked(tab.page, "audio")
    assert all(before[name] for name in ("echoCancellation", "noiseSuppression", "autoGainControl"))
    panel(tab).get_by_role("switch", name="Noise suppression").uncheck()
    eventually(lambda: not asked(tab.page, "audio")["noiseSuppression"], else_say=lambda: asked(tab.page, "audio"))
    assert asked(tab.page, "audio")["echoCancellation"]
    eventually(lambda: len(microphone(tab)) == 1, else_say=lambda: microphone(tab))
    expect(tab.stage.get_by_test_id("mute")).to_have_text("Mute")


def test_the_speaker_is_chosen_and_the_agent_turned_down(tab):
    """rows 36, 38"""
    tab.launch_and_wait()
    pick(tab, "speaker", "Fake Audio Output 2")
    eventually(lambda: tab.page.evaluate("__hardware.sinks.length"), else_say=lambda: "no element was given another speaker")
    chosen = panel(tab).get_by_test_id("pick-speaker").input_value()
    assert tab.page.evaluate("__hardware.sinks.at(-1)") == chosen
    slider = panel(tab).get_by_role("slider", name="Agent volume")
    slider.fill("0")
    loudness = "__hardware.volumes.at(-1)"
    eventually(lambda: tab.page.evaluate(loudness) == 0, else_say=lambda: tab.page.evaluate(loudness))
    expect(panel(tab).get_by_text("Muted", exact=True)).to_be_visible()
    expect(slider).to_have_attribute("aria-valuetext", "Muted")
    slider.fill("60")
    eventually(lambda: tab.page.evaluate(loudness) == 0.6, else_say=lambda: tab.page.evaluate(loudness))
    tab.end()
    tab.page.evaluate("() => { __hardware.volumes = []; __hardware.sinks = []; }")
    tab.launch_and_wait()
    eventually(lambda: tab.page.evaluate(loudness) == 0.6, else_say=lambda: tab.page.evaluate(loudness))
    eventually(lambda: tab.page.evaluate("__hardware.sinks.at(-1)") == chosen, else_say=lambda: "the first speaker again")


def test_space_held_talks_and_m_mutes(tab):
    """row 32: but not where text is written"""
    tab.launch_and_wait()
    mute = tab.stage.get_by_test_id("mute")
    mute.click()
    expect(mute).to_have_text("Unmute")
    tab.stage.focus()
    tab.page.keyboard.down("Space")
    expect(mute).to_have_text("Mute")
    assert tracks(tab.page, "audio")[0]["enabled"]
    tab.page.keyboard.up("Space")
    expect(mute).to_have_text("Unmute")
    tab.page.keyboard.press("m")
    expect(mute).to_have_text("Mute")
    tab.page.keyboard.press("m")
    expect(mute).to_have_text("Unmute")
    box = tab.stage.get_by_role("textbox", name="Message")
    box.focus()
    tab.page.keyboard.type("a room m")
    expect(box).to_have_value("a room m")
    expect(mute).to_have_text("Unmute")
    mute.focus()
    tab.page.keyboard.press("Space")
    expect(mute).to_have_text("Mute")


#: What a browser does that was not clicked in: playing is refused. A test's own questions to the page count as clicks, so the
#: browser itself cannot be brought to it.
NO_SOUND_BEFORE_A_CLICK = """
(() => {
  const play = HTMLMediaElement.prototype.play;
  window.__played = 0;
  let heard = false;
  window.addEventListener('click', (e) => (heard ||= /Hear the call/.test(e.composedPath()[0].textContent)), true);
  HTMLMediaElement.prototype.play = function () {
    if (!(this instanceof HTMLAudioElement)) return play.call(this);
    if (!heard) return Promise.reject(new DOMException('play() failed: no interaction', 'NotAllowedError'));
    window.__played++;
    return play.call(this);
  };
})();
"""


def test_a_voice_that_the_browser_holds_back_is_heard_after_a_click(tab):
    """row 35"""
    tab.page.add_init_script(NO_SOUND_BEFORE_A_CLICK)
    tab.page.reload()
    tab.launch()
    hear = tab.stage.get_by_role("button", name="Hear the call")
    expect(hear).to_be_visible(timeout=45_000)
    assert tab.page.evaluate("__played") == 0
    hear.click()
    expect(hear).to_be_hidden()
    eventually(lambda: tab.page.evaluate("__played"), else_say=lambda: "still held back")
    tab.page.wait_for_timeout(500)
    expect(hear).to_be_hidden()


def test_both_voices_are_drawn(tab):
    """row 37"""
    tab.launch_and_wait()
    drawn = """(canvas) => { const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height / 2 - 2);
                             return data.some((value) => value > 0); }"""
    waveform = tab.stage.get_by_test_id("waveform")
    eventually(lambda: waveform.evaluate(drawn), else_say=lambda: "an empty picture")
