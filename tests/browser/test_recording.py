"""A call is recorded in the browser: through a reload, to the second in which its tab is closed; and heard on its page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Playwright, expect

from greenroom.services.calls.watchdog import RELOAD_S
from tests.browser.conftest import eventually
from tests.browser.stage import StagePage, open_browser, shut, write_speech
from tests.browser.studio_fixtures import *
from tests.browser.studio_fixtures import Speak
from tests.recording.sound import loud
from tests.studio_process import StudioProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def tab(playwright: Playwright, studio: StudioProcess, speak: Speak, tmp_path_factory) -> Iterator[StagePage]:
    """A call with a question, an answer, a reload, and a tab that is closed in the middle; then a second tab."""
    mic = write_speech(tmp_path_factory.mktemp("mic") / "talk.wav", 8.0, speak("What time is breakfast served?"), 60.0)
    context = open_browser(playwright, mic)
    first = StagePage.open(context, studio)
    expect(first.stage.get_by_test_id("record-choice")).to_be_checked()
    first.launch_and_wait()
    expect(first.stage.get_by_test_id("record-light")).to_have_attribute("aria-pressed", "true")
    first.expect_said("agent", "Breakfast is")
    first.expect_quiet()
    first.page.reload()
    first.expect_state("Listening", within_s=40)
    expect(first.stage.get_by_test_id("record-light")).to_have_attribute("aria-pressed", "true")
    first.type("Are dogs welcome?")
    first.expect_said("agent", "dogs are welcome")
    first.expect_quiet()
    first.page.wait_for_timeout(1500)
    first.page.close(run_before_unload=True)
    second = StagePage.open(context, studio)
    file = recording_of(studio)
    eventually(file.exists, within_s=30, else_say=lambda: f"{[p.name for p in file.parent.iterdir()]}")
    yield second
    shut(context)


def recording_of(studio: StudioProcess) -> Path:
    folder = studio.data_dir / "recordings"
    names = {path.name.split(".")[0] for path in folder.iterdir()}
    assert len(names) == 1
    return folder / f"{names.pop()}.webm"


def open_session(tab: StagePage) -> None:
    tab.go_to("Sessions")
    tab.settled()
    tab.page.goto(f"{tab.studio.url}/session?id={recording_of(tab.studio).stem}")
    expect(tab.page.get_by_test_id("timeline")).to_be_visible(timeout=30_000)


def test_a_long_name_stays_in_the_timeline_above_its_waveform(tab: StagePage):
    open_session(tab)
    tab.page.locator(".tl-name").last.evaluate("(e) => { e.textContent = 'Concierge for premium members '.repeat(12); }")
    timeline = tab.page.get_by_test_id("timeline")
    assert timeline.evaluate("(e) => e.scrollWidth <= e.clientWidth")
    bottom = timeline.locator(".tl-name").last.evaluate("(e) => e.getBoundingClientRect().bottom")
    top = timeline.locator(".tl-lane").last.evaluate("(e) => e.getBoundingClientRect().top")
    assert bottom <= top + 1


def test_a_recording_has_each_voice_on_its_side_where_the_transcript_says_it_was(tab: StagePage):
    open_session(tab)
    heard = loud(recording_of(tab.studio)) > 200
    length = len(heard) / 10
    spans = tab.page.locator(".tl-turn").evaluate_all(
        "els => els.map((e) => [e.closest('.tl-side').dataset.speaker, parseFloat(e.style.left), parseFloat(e.style.width)])"
    )
    shown = tab.page.get_by_test_id("tl-time").inner_text()
    minutes, seconds = shown.split("/")[1].strip().split(":")
    total = int(minutes) * 60 + int(seconds)
    assert abs(total - RELOAD_S - length) < 3, "to the second in which the tab was closed; the session waited for it"
    spoken = [(who, left / 100 * total, width / 100 * total) for who, left, width in spans if width / 100 * total > 0.8]
    assert {who for who, _, _ in spoken} == {"user", "agent"}
    for who, start, long in spoken:
        if who == "agent":
            assert heard[int(start * 10) : int((start + long) * 10), 1].mean() > 0.4, (start, long)
    question = np.flatnonzero(heard[:, 0])
    answer = np.flatnonzero(heard[:, 1])
    assert len(question) > 5
    assert not heard[question[0] : question[0] + 5, 1].any(), "the person's voice is not on the agent's side"
    assert answer[-1] > question[-1], "what was said after the reload is in the same file"


def test_a_click_on_the_timeline_plays_from_there_with_the_words_of_that_moment(tab: StagePage):
    open_session(tab)
    seek = tab.page.get_by_test_id("tl-seek")
    box = seek.bounding_box()
    assert box is not None
    tab.page.get_by_test_id("tl-slowest").click()
    expect(tab.page.get_by_test_id("tl-play")).to_have_attribute("aria-label", "Pause")
    expect(tab.page.get_by_test_id("tl-now")).to_contain_text(re.compile("Ava|You"), timeout=45_000)
    before = float(seek.input_value())
    eventually(lambda: float(seek.input_value()) > before + 500, within_s=10, else_say=lambda: "the hand does not move")
    tab.page.mouse.click(box["x"] + 3, box["y"] + 20)
    eventually(lambda: float(seek.input_value()) < 4000, within_s=5, else_say=seek.input_value)
    seek.focus()
    tab.page.keyboard.press("Space")
    expect(tab.page.get_by_test_id("tl-play")).to_have_attribute("aria-label", "Play")


def test_a_note_leaves_the_player_where_it_is(tab: StagePage):
    open_session(tab)
    seek = tab.page.get_by_test_id("tl-seek")
    tab.page.get_by_test_id("tl-slowest").click()
    eventually(lambda: float(seek.input_value()) > 500, within_s=20, else_say=seek.input_value)
    tab.page.get_by_test_id("tl-play").click()
    place = seek.input_value()
    tab.page.get_by_role("tab", name=re.compile("^Notes")).click()
    tab.page.get_by_label("Note", exact=True).fill("Answers a little too fast.")
    tab.page.get_by_role("button", name="Add note", exact=True).click()
    expect(tab.page.get_by_text("Answers a little too fast.")).to_be_visible(timeout=45_000)
    tab.settled()
    assert seek.input_value() == place


def test_the_page_that_is_sent_by_mail_plays_without_greenroom_and_the_zip_comes_in_again(tab: StagePage, tmp_path: Path):
    open_session(tab)
    files = {}
    for label in ("Web page (HTML)", "Greenroom bundle (zip)"):
        tab.page.get_by_role("button", name="Export").click()
        with tab.page.expect_download() as coming:
            tab.page.get_by_role("button", name=label).click()
        files[label] = tmp_path / coming.value.suggested_filename
        coming.value.save_as(files[label])
        tab.page.keyboard.press("Escape")
    html, zipped = files.values()
    opened = tab.page.context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.goto(f"file://{html}")
    opened.get_by_test_id("tl-play").click()
    eventually(lambda: not opened.get_by_test_id("tl-time").inner_text().startswith("0:00"), within_s=10)
    for scheme in ("dark", "light"):  # a system switches in the evening, with the page open
        opened.emulate_media(color_scheme=scheme)
        expect(opened.get_by_test_id("timeline")).to_have_attribute("data-theme", scheme)
        page, timeline = (
            opened.locator(place).evaluate("(it) => getComputedStyle(it).backgroundColor") for place in ("body", ".tl")
        )
        assert page == timeline
    assert faults == []
    opened.close()
    tab.go_to("Sessions")
    tab.settled()
    tab.page.get_by_role("button", name="Import", exact=True).click()
    tab.page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(zipped)
    tab.page.get_by_role("button", name="Import session").click()
    expect(tab.page.get_by_text("This session is already here").first).to_be_visible(timeout=45_000)


def test_a_recording_that_is_deleted_is_gone_from_the_disk_too(tab: StagePage):
    open_session(tab)
    file = recording_of(tab.studio)
    tab.page.get_by_role("button", name="Delete recording").click()
    tab.page.get_by_role("button", name="Delete permanently").click()
    expect(tab.page.get_by_text("Recording deleted").first).to_be_visible(timeout=45_000)
    assert not file.exists()
    assert list(file.parent.iterdir()) == []
