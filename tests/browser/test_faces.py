"""The gallery of drawn faces in the Studio, and a call with one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import BrowserContext, Playwright, expect

from greenroom.portraits.characters import FACES
from tests.browser.conftest import eventually
from tests.browser.ears import record, spans
from tests.browser.stage import StagePage, open_browser, shut
from tests.browser.studio_fixtures import *
from tests.browser.test_studio_flows import new_agent, use_face
from tests.conftest import PATIENCE_S
from tests.studio_process import StudioProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


def test_a_drawn_face_is_chosen_by_its_picture_and_speaks_in_the_call(context: BrowserContext, studio: StudioProcess):
    """rows 44, 46: chosen in the gallery, started with the agent, and the greeting is heard once"""
    tab = StagePage.open(context, studio)
    new_agent(tab, "Ava")
    tab.tab("Avatar")
    panel = tab.page.get_by_role("tabpanel").filter(visible=True)
    for face in FACES:
        expect(panel.get_by_role("button", name=face.label)).to_be_visible()
    first = panel.get_by_role("button", name=re.compile("|".join(face.label for face in FACES))).first
    expect(first).to_have_text(re.compile("Mira|Sana|June"))  # Coral, the chosen voice, is a woman's
    use_face(tab, "Leo")
    waiting = tab.stage.locator(".idle-face")
    expect(waiting).to_be_visible(timeout=45_000)
    assert waiting.evaluate("(face) => face.naturalWidth") == 240
    tab.launch_and_wait()
    tab.expect_quiet()
    eventually(lambda: spans(record(tab.page).heard), else_say=lambda: tab.said("agent"))
    tab.end()


#: Is there a picture in the tile: its size, and how many different colors a few of its points have.
PICTURE = """
(tile) => {
  const video = tile.querySelector('video');
  const canvas = Object.assign(document.createElement('canvas'), { width: 24, height: 24 });
  const brush = canvas.getContext('2d');
  brush.drawImage(video, 0, 0, 24, 24);
  const data = brush.getImageData(0, 0, 24, 24).data;
  const colors = new Set();
  for (let i = 0; i < data.length; i += 4) colors.add([data[i] >> 4, data[i + 1] >> 4, data[i + 2] >> 4].join());
  return { width: video.videoWidth, height: video.videoHeight, colors: colors.size };
}
"""


@pytest.fixture(scope="module")
def with_face(studio: StudioProcess, playwright: Playwright, silent_mic: Path) -> Iterator[StagePage]:
    """A call with an agent that has a face."""
    context = open_browser(playwright, silent_mic)
    tab = StagePage.open(context, studio)
    new_agent(tab, "Ava")
    tab.tab("Avatar")
    use_face(tab, "Otto")
    tab.launch_and_wait()
    yield tab
    shut(context)


def test_the_face_is_seen_in_its_tile_and_how_long_it_took_is_told(with_face: StagePage):
    """row 43"""
    tile = with_face.stage.get_by_test_id("avatar")
    expect(tile).to_have_attribute("data-state", "playing", timeout=45_000)
    seen = tile.evaluate(PICTURE)
    assert (seen["width"], seen["height"]) == (480, 480)
    assert seen["colors"] > 8
    assert re.search(r"First frame after [\d,]+ ms", tile.locator("video").get_attribute("title") or "")


def test_the_tile_fills_the_screen_with_the_words_below_it(with_face: StagePage):
    tile = with_face.stage.get_by_test_id("avatar")
    tile.hover()
    tile.get_by_role("button", name="Full screen").click()
    expect(tile.locator(".screen-caption")).to_be_visible()
    expect(tile).to_have_attribute("data-resting", "true", timeout=45_000)
    with_face.page.mouse.move(300, 300)
    with_face.page.mouse.move(320, 310)
    expect(tile).to_have_attribute("data-resting", "false")
    tile.get_by_role("button", name="Leave full screen").click()
    expect(tile.get_by_role("button", name="Full screen")).to_be_visible()


def test_a_face_that_fails_leaves_the_voice(with_face: StagePage, studio: StudioProcess):
    """row 43: lost, told, and the call goes on"""
    with_face.type("How much is a double room?")  # a call in which nobody speaks for half a minute is ended
    with_face.expect_said("agent", "one hundred and twenty")
    with_face.expect_quiet()
    httpx.post(
        f"http://127.0.0.1:{studio.twin_port()}/twin/faults", json={"endpoint": "avatar"}, timeout=PATIENCE_S
    ).raise_for_status()
    expect(with_face.stage.get_by_text("Lost the avatar's video. The call continues by voice.")).to_be_visible(timeout=45_000)
    expect(with_face.stage.get_by_test_id("orb")).to_be_visible()
    with_face.type("Are dogs welcome?")
    with_face.expect_said("agent", "dogs are welcome")
    with_face.end()
