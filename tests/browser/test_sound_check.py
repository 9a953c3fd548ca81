"""The sound check page: the browser's own half, and the microphone to the server and back through streamlit-webrtc."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.browser.conftest import WINDOWED_CHROMIUM, eventually
from tests.browser.stage import StagePage, open_browser, shut, write_speech
from tests.browser.studio_fixtures import *
from tests.browser.studio_fixtures import Speak
from tests.studio_process import StudioProcess

pytestmark = pytest.mark.browser

DENYING = ["--no-sandbox", "--disable-gpu", "--use-fake-device-for-media-stream", "--deny-permission-prompts"]
#: The loudest sample that the page has played to the person, of every element in every frame that plays a stream.
LOUDEST = """() => {
  const player = [...document.querySelectorAll('audio, video')].find((one) => one.srcObject);
  if (!player) return 0;
  if (!window.__own_voice) {
    const context = new AudioContext();
    const look = new AnalyserNode(context, { fftSize: 2048 });
    context.createMediaStreamSource(player.srcObject).connect(look);
    const samples = new Float32Array(2048);
    window.__own_voice = { peak: 0 };
    setInterval(() => {
      look.getFloatTimeDomainData(samples);
      for (const sample of samples) window.__own_voice.peak = Math.max(window.__own_voice.peak, Math.abs(sample));
    }, 30);
  }
  return window.__own_voice.peak;
}"""


def test_one_hears_oneself_sees_the_level_and_reads_what_was_understood(
    playwright: Playwright, studio: StudioProcess, speak: Speak, tmp_path: Path
) -> None:
    """Rows 33, 37: level, round trip, the words, and one's own voice a moment later; also the browser's own trial."""
    mic = write_speech(tmp_path / "mic.wav", *([1.5, speak("The weather is lovely today.")] * 12))
    context = open_browser(playwright, mic)
    try:
        tab = StagePage.open(context, studio, "sound_check")
        page = tab.page
        for point in ("secure", "calls", "permission"):
            expect(page.get_by_test_id(f"point-{point}")).to_have_attribute("data-verdict", "good")
        page.get_by_test_id("try-microphone").click()
        expect(page.get_by_test_id("mic-verdict")).to_have_text("Your microphone works.", timeout=45_000)
        page.get_by_test_id("try-microphone").click()
        page.get_by_test_id("try-speaker").click()
        expect(page.get_by_test_id("speaker-verdict")).to_contain_text("No sound?")
        frame = next(f for f in page.frames if "streamlit_webrtc" in f.url)
        start = frame.get_by_role("button", name="Start the check")
        expect(start).to_have_css("text-transform", "none")
        expect(frame.get_by_test_id("VideoLabelIcon")).not_to_be_visible()
        start.click()
        eventually(lambda: frame.evaluate(LOUDEST) > 0.05, within_s=25, else_say=lambda: "one's own voice never came back")
        expect(page.locator(".st-key-understood")).to_contain_text("weather is lovely", timeout=45_000)
        expect(page.get_by_text("Round trip")).to_be_visible(timeout=45_000)
        frame.get_by_role("button", name="Stop the check").click()
        expect(frame.get_by_role("button", name="Start the check")).to_be_visible()
        expect(page.locator(".st-key-understood")).to_contain_text("weather is lovely")
    finally:
        shut(context)


def test_a_browser_that_cannot_do_calls_says_so_with_the_cure(
    playwright: Playwright, studio: StudioProcess, silent_mic: Path
) -> None:
    """Row 73: no WebRTC, and a microphone that was refused: each told before anything is started."""
    context = open_browser(playwright, silent_mic)
    try:
        context.add_init_script("delete window.RTCPeerConnection; delete window.webkitRTCPeerConnection;")
        tab = StagePage.open(context, studio, "sound_check")
        calls = tab.page.get_by_test_id("point-calls")
        expect(calls).to_have_attribute("data-verdict", "bad")
        expect(calls).to_contain_text("Use a current Chrome")
        expect(tab.page.get_by_test_id("try-microphone")).to_have_count(0)
    finally:
        shut(context)


def test_a_refused_microphone_is_told_with_the_cure(playwright: Playwright, studio: StudioProcess) -> None:
    """Row 31."""
    browser = playwright.chromium.launch(executable_path=WINDOWED_CHROMIUM, args=DENYING)
    context = browser.new_context()
    try:
        tab = StagePage.open(context, studio, "sound_check")
        tab.page.get_by_test_id("try-microphone").click()
        expect(tab.page.get_by_test_id("mic-verdict")).to_contain_text("Microphone access is blocked")
        expect(tab.page.get_by_test_id("point-permission")).to_have_attribute("data-verdict", "bad")
    finally:
        shut(context)


#: In the frame of streamlit-webrtc: a click on the navigation, and a report of the frame right behind it, as when it is drawn.
CLICK_AND_REPORT = """() => {
  const links = [...parent.document.querySelectorAll('[data-testid=stSidebarNavLink]')];
  links.find((link) => link.pathname.endsWith('/settings')).click();
  const value = { playing: false, sdpOffer: '', iceCandidates: {}, at: performance.now() };
  parent.postMessage({ isStreamlitMessage: true, type: 'streamlit:setComponentValue', value, dataType: 'json' }, '*');
}"""


def test_a_click_on_another_page_is_not_lost_to_a_report_of_the_same_moment(
    playwright: Playwright, studio: StudioProcess, silent_mic: Path
) -> None:
    context = open_browser(playwright, silent_mic)
    try:
        page = StagePage.open(context, studio, "sound_check").page
        for _ in range(5):
            expect(page.get_by_role("heading", name="Sound check", level=1)).to_be_visible(timeout=30_000)
            page.frame_locator("iframe").get_by_role("button", name="Start the check").wait_for()
            next(frame for frame in page.frames if "streamlit_webrtc" in frame.url).evaluate(CLICK_AND_REPORT)
            expect(page.get_by_role("heading", name="Settings", level=1)).to_be_visible(timeout=30_000)
            page.wait_for_timeout(1500)  # nothing brings the old page back
            expect(page.get_by_role("heading", name="Settings", level=1)).to_be_visible()
            page.get_by_test_id("stSidebarNavLink").filter(has_text="Sound check").click()
    finally:
        shut(context)
