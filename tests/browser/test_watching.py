"""A colleague watches a running call: hears both voices, reads along and leaves a note, with no microphone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Playwright

from greenroom.composition import services_alone
from greenroom.config import read
from greenroom.model.guest_link import GuestLinkOptions
from greenroom.model.session_query import SessionQuery
from tests.browser.conftest import eventually
from tests.browser.ears import TAP, loud_seconds, record
from tests.browser.stage import open_browser, shut, write_speech
from tests.browser.studio_fixtures import *
from tests.browser.studio_fixtures import Speak
from tests.studio_process import StudioProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

#: The loudest moment (RMS of full scale) of each voice that a page hears.
VOICES = """
window.__loudest = new Map();
(() => {
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(...args) {
      super(...args);
      this.addEventListener('track', ({ track }) => {
        if (track.kind !== 'audio') return;
        const context = new AudioContext(), meter = context.createAnalyser(), wave = new Float32Array(meter.fftSize);
        context.createMediaStreamSource(new MediaStream([track])).connect(meter);
        setInterval(() => {
          meter.getFloatTimeDomainData(wave);
          const level = Math.sqrt(wave.reduce((sum, one) => sum + one * one, 0) / wave.length);
          window.__loudest.set(track.id, Math.max(level, window.__loudest.get(track.id) ?? 0));
        }, 50);
      });
    }
  };
})();
"""


def test_a_colleague_hears_and_reads_a_call_and_leaves_a_note_without_a_microphone(
    playwright: Playwright, studio: StudioProcess, speak: Speak, tmp_path
):
    owner = services_alone(read({"GREENROOM_DATA_DIR": str(studio.data_dir)}))
    caller = open_browser(playwright, write_speech(tmp_path / "talk.wav", 9.0, speak("What time is breakfast served?"), 30.0))
    talking = caller.new_page()
    link = owner.guest_links.create(GuestLinkOptions(agent_id=owner.agents.default().id))
    talking.goto(f"{studio.url}{owner.guest_links.path(link)}")
    talking.get_by_test_id("launch").click()
    talking.get_by_test_id("end").wait_for(timeout=30_000)
    session = next(one for one in owner.records.page(SessionQuery())[0] if one.session.state == "running").session
    context = open_browser(playwright, write_speech(tmp_path / "quiet.wav", 1.0), permissions=[])
    page = context.new_page()
    page.add_init_script(TAP + VOICES)
    page.goto(f"{studio.url}{owner.watch_links.create(session.id)}")
    page.get_by_test_id("watch-state").wait_for(timeout=30_000)
    eventually(lambda: "seven" in page.inner_text("main").lower(), within_s=40, else_say=lambda: page.inner_text("main"))
    eventually(lambda: loud_seconds(record(page).heard) > 1, within_s=10)
    loudest = page.evaluate("[...window.__loudest.values()]")
    assert sum(level > 0.02 for level in loudest) == 2, f"caller and agent, each in a track of its own: {loudest}"
    assert loud_seconds(record(page).said) == 0, "no microphone was opened"
    said = page.get_by_test_id("line").all_inner_texts()
    assert [line for line in said if line.startswith("Caller")], said
    assert not [line for line in said if line.startswith("You")], "whoever watches isn't the one who talks"
    eventually(lambda: "turns" in page.get_by_test_id("watch-latency").inner_text())
    page.get_by_test_id("watch-note").fill("Good answer.")
    page.get_by_role("button", name="Add note").click()
    eventually(lambda: [note.text for note in owner.reviews.of(session.id).notes] == ["Good answer."])
    page.get_by_test_id("watch-note").fill("It hung up.")
    shut(caller)
    eventually(lambda: page.get_by_test_id("watch").get_attribute("data-phase") == "over", within_s=20)
    assert page.get_by_test_id("line").all_inner_texts(), "what was said stays readable"
    page.get_by_role("button", name="Add note").click()
    eventually(lambda: [note.text for note in owner.reviews.of(session.id).notes] == ["Good answer.", "It hung up."])
    shut(context)
