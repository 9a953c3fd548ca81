"""One's own picture and the pictures of others on the stage: camera, screen, self view, and whose face is shown."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from greenroom.agora.tokens import rtc_rtm_token
from tests.browser.conftest import eventually
from tests.browser.hardware import HARDWARE, TWO_CAMERAS, asked, tracks
from tests.browser.meeting import served_page
from tests.browser.stage import StagePage, open_browser, shut
from tests.browser.studio_fixtures import *
from tests.browser.test_studio_flows import new_agent, use_face
from tests.studio_process import StudioProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

STRANGER = 4242
MIRRORED = "matrix(-1, 0, 0, 1, 0, 0)"


@pytest.fixture(scope="module")
def page_address(rtc_sdk: Path) -> Iterator[str]:
    with served_page(rtc_sdk) as address:
        yield address


@pytest.fixture
def context(playwright: Playwright, silent_mic: Path) -> Iterator[BrowserContext]:
    made = open_browser(playwright, silent_mic, TWO_CAMERAS, permissions=["microphone", "camera"])
    made.add_init_script(HARDWARE)
    yield made
    shut(made)


@pytest.fixture
def tab(context: BrowserContext, studio: StudioProcess) -> StagePage:
    return StagePage.open(context, studio)


def stranger(context: BrowserContext, studio: StudioProcess, page_address: str) -> Page:
    """Somebody else in the channel of the newest call, with Agora's bare SDK."""
    with sqlite3.connect(studio.data_dir / "greenroom.db") as database:
        (channel,) = database.execute("select channel from sessions order by created_at desc limit 1").fetchone()
    page = context.new_page()
    page.goto(f"{page_address}/page?edge={studio.twin_port()}")
    token = rtc_rtm_token(studio.project.app_id, studio.project.app_certificate, channel, STRANGER)
    who = {"appId": studio.project.app_id, "channel": channel, "token": token, "uid": STRANGER}
    assert page.evaluate("who => join(who)", who).get("uid") == STRANGER
    return page


def cameras(tab: StagePage) -> list[dict[str, Any]]:
    return tracks(tab.page, "video")


def saw(page: Page, what: str) -> bool:
    return any(noted[0] == what and noted[-1] == "video" for noted in page.evaluate("seen"))


def test_the_camera_is_seen_by_others_and_by_oneself_as_in_a_mirror_and_off_is_off(tab, context, studio, page_address):
    """rows 39, 42"""
    tab.launch_and_wait()
    other = stranger(context, studio, page_address)
    tab.page.bring_to_front()
    own = tab.stage.get_by_test_id("self-view")
    expect(own).to_have_count(0)
    tab.stage.get_by_role("button", name="Turn on camera").click()
    expect(own).to_be_visible(timeout=45_000)
    assert own.evaluate("(video) => getComputedStyle(video).transform") == MIRRORED
    eventually(lambda: own.evaluate("(video) => video.videoWidth") == 640, else_say=lambda: own.evaluate("(v) => v.videoWidth"))
    eventually(lambda: saw(other, "subscribed"), else_say=lambda: other.evaluate("seen"))
    tab.stage.get_by_role("button", name="Turn off camera").click()
    expect(own).to_have_count(0)
    eventually(lambda: cameras(tab) == [], else_say=lambda: cameras(tab))
    eventually(lambda: saw(other, "unpublished"), else_say=lambda: other.evaluate("seen"))
    tab.end()


def test_a_camera_turned_on_before_the_call_is_in_the_call_and_off_after_it(tab, context, studio, page_address):
    """row 39"""
    tab.stage.get_by_role("button", name="Turn on camera").click()
    own = tab.stage.get_by_test_id("self-view")
    expect(own).to_be_visible(timeout=45_000)
    tab.launch_and_wait()
    expect(own).to_be_visible()
    other = stranger(context, studio, page_address)
    eventually(lambda: saw(other, "subscribed"), else_say=lambda: other.evaluate("seen"))
    tab.page.bring_to_front()
    tab.end()
    expect(own).to_have_count(0)
    eventually(lambda: cameras(tab) == [], else_say=lambda: cameras(tab))


def test_the_other_camera_is_chosen_in_the_call_and_remembered(tab):
    """row 40"""
    tab.launch_and_wait()
    tab.stage.get_by_role("button", name="Turn on camera").click()
    eventually(lambda: len(cameras(tab)) == 1, else_say=lambda: cameras(tab))
    first = cameras(tab)[0]["label"]
    assert "640" in str(asked(tab.page, "video")["width"])
    tab.stage.get_by_role("button", name="Devices").click()
    picker = tab.stage.get_by_test_id("pick-camera")
    labels = [text for text in picker.locator("option").all_inner_texts() if text != "System default"]
    assert len(labels) == 2
    (second,) = [label for label in labels if label != first]
    picker.select_option(label=second)
    eventually(lambda: [c["label"] for c in cameras(tab)] == [second], else_say=lambda: cameras(tab))
    tab.end()
    tab.page.reload()
    tab.stage.get_by_role("button", name="Turn on camera").click()
    eventually(lambda: [c["label"] for c in cameras(tab)] == [second], else_say=lambda: cameras(tab))


def test_without_a_camera_the_call_goes_on_by_voice_and_says_so(tab):
    """row 41"""
    tab.page.evaluate("() => { __hardware.refused.push('video'); }")
    tab.launch_and_wait()
    tab.stage.get_by_role("button", name="Turn on camera").click()
    expect(tab.stage.get_by_text("Camera access is blocked. The call continues without video.")).to_be_visible()
    expect(tab.stage.get_by_role("button", name="Turn on camera")).to_be_enabled()
    before = len(tab.said("agent"))
    tab.type("Are dogs welcome?")
    eventually(lambda: len(tab.said("agent")) > before, else_say=lambda: tab.said("agent"))
    tab.page.evaluate("() => { __hardware.refused = []; }")
    tab.stage.get_by_role("button", name="Turn on camera").click()
    expect(tab.stage.get_by_test_id("self-view")).to_be_visible(timeout=45_000)
    tab.page.evaluate("() => __hardware.unplug(__hardware.tracks.at(-1).label)")
    expect(tab.stage.get_by_text("Camera disconnected. The call continues without video.")).to_be_visible()
    expect(tab.stage.get_by_test_id("self-view")).to_have_count(0)
    assert tab.stage.get_attribute("data-phase") == "live"
    tab.end()


#: A headless browser has no screen to choose: a drawn one takes its place.
SCREEN = """
(() => {
  navigator.mediaDevices.getDisplayMedia = async () => {
    if (window.__noScreen) throw new DOMException('Permission denied', 'NotAllowedError');
    const canvas = Object.assign(document.createElement('canvas'), { width: 1280, height: 720 });
    const brush = canvas.getContext('2d');
    setInterval(() => { brush.fillStyle = `hsl(${(Date.now() / 20) % 360} 60% 50%)`; brush.fillRect(0, 0, 1280, 720); }, 100);
    const stream = canvas.captureStream(10);
    window.__hardware.tracks.push(...stream.getTracks());
    return stream;
  };
})();
"""


def test_a_shared_screen_takes_the_cameras_place_and_gives_it_back(tab, context, studio, page_address):
    """row 39: a channel carries one picture of each of its people"""
    tab.page.add_init_script(SCREEN)
    tab.page.reload()
    tab.launch_and_wait()
    other = stranger(context, studio, page_address)
    tab.page.bring_to_front()
    own = tab.stage.get_by_test_id("self-view")
    tab.stage.get_by_role("button", name="Turn on camera").click()
    expect(own).to_have_attribute("data-source", "camera", timeout=45_000)
    tab.page.evaluate("() => { window.__noScreen = true; }")
    tab.stage.get_by_role("button", name="Share screen").click()
    expect(tab.stage.get_by_text("Screen sharing was canceled")).to_be_visible()
    expect(own).to_have_attribute("data-source", "camera")
    tab.page.evaluate("() => { window.__noScreen = false; }")
    tab.stage.get_by_role("button", name="Share screen").click()
    expect(own).to_have_attribute("data-source", "screen", timeout=45_000)
    assert own.evaluate("(video) => getComputedStyle(video).transform") == "none"
    size = "document.querySelector('#stage video')?.videoWidth"
    eventually(
        lambda: (other.evaluate(size) or 0) > 640, within_s=25, else_say=lambda: (other.evaluate(size), other.evaluate("seen"))
    )
    tab.stage.get_by_role("button", name="Stop sharing").click()
    expect(own).to_have_attribute("data-source", "camera", timeout=45_000)
    assert len(cameras(tab)) == 1
    tab.end()


def test_the_orb_fills_the_screen_with_the_words_and_both_voices(tab):
    """for an audience: captions to be read from the back of the room, controls gone until the mouse moves"""
    tab.launch_and_wait()
    wall = tab.stage.get_by_test_id("orb-screen")
    wall.hover()
    wall.get_by_role("button", name="Full screen").click()
    caption = wall.locator(".screen-caption")
    expect(caption).to_be_visible()
    assert caption.evaluate("(words) => parseFloat(getComputedStyle(words).fontSize)") >= 24
    expect(wall.get_by_test_id("waveform")).to_be_visible()
    expect(wall).to_have_attribute("data-resting", "true", timeout=45_000)
    tab.page.mouse.move(300, 300)
    tab.page.mouse.move(320, 310)
    expect(wall).to_have_attribute("data-resting", "false")
    wall.get_by_role("button", name="Leave full screen").click()
    tab.end()


def test_on_a_phone_every_button_of_a_call_is_within_reach(tab):
    """row 48: whole, large enough, and none over another"""
    tab.page.set_viewport_size({"width": 390, "height": 844})
    unfold = tab.stage.get_by_role("button", name="Expand")
    if unfold.count():
        unfold.click()
    tab.launch_and_wait()
    tab.stage.get_by_role("button", name="Turn on camera").click()
    expect(tab.stage.get_by_test_id("self-view")).to_be_visible(timeout=45_000)
    own, tabs = tab.stage.get_by_test_id("self-view").bounding_box(), tab.stage.get_by_role("tablist").bounding_box()
    assert own is not None
    assert tabs is not None
    assert own["y"] + own["height"] <= tabs["y"]
    row = tab.stage.locator(".dock-row > button")
    boxes = [box for box in (row.nth(i).bounding_box() for i in range(row.count())) if box]
    assert len(boxes) >= 4
    for left, right in zip(boxes, boxes[1:], strict=False):
        assert left["x"] + left["width"] <= right["x"]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 390 and box["width"] >= 40 and box["height"] >= 40 for box in boxes)
    assert all(box["y"] + box["height"] <= 844 for box in boxes)
    tab.stage.get_by_role("button", name="Devices").click()
    sheet = tab.stage.get_by_test_id("devices-panel").bounding_box()
    assert sheet is not None
    whole = tab.stage.bounding_box()
    assert whole is not None
    assert sheet["x"] >= 0
    assert sheet["x"] + sheet["width"] <= 390
    assert sheet["y"] >= whole["y"]
    assert sheet["y"] + sheet["height"] <= boxes[0]["y"]
    tab.page.keyboard.press("Escape")
    tab.end()


#: Last: from here on the newest agent of this studio has a face.
def test_a_strangers_picture_is_not_the_agents_face(tab, context, studio, page_address):
    """row 43: only the avatar's uid has a tile"""
    new_agent(tab, "Ava")
    tab.tab("Avatar")
    use_face(tab, "Otto")
    tab.launch_and_wait()
    face = tab.stage.get_by_test_id("avatar")
    expect(face).to_have_attribute("data-state", "playing", timeout=45_000)
    other = stranger(context, studio, page_address)
    other.evaluate("show()")
    tab.page.bring_to_front()
    tab.page.wait_for_timeout(2500)
    videos = tab.stage.locator("video")
    assert videos.evaluate_all("(all) => all.map((video) => video.videoWidth)") == [480]
    tab.stage.get_by_role("button", name="Turn on camera").click()
    own = tab.stage.get_by_test_id("self-view")
    expect(own).to_be_visible(timeout=45_000)
    box = own.bounding_box()
    assert box is not None
    middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
    assert own.evaluate("(video, [x, y]) => video.getRootNode().elementFromPoint(x, y) === video", middle)
    tab.end()
