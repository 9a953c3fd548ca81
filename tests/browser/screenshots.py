"""``make screenshots``: takes the pictures of the README again, from one call and one run of the template's tests."""

from __future__ import annotations

import io
import re
import tempfile
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from greenroom.catalog.voices import offline_voice
from greenroom.model.brain_choice import BUILTIN_LABEL
from greenroom.speech.hibari import HibariVoices
from tests.browser.stage import StagePage, open_browser, shut, write_speech
from tests.studio_process import StudioProcess

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
#: The second one interrupts the answer to the first.
QUESTIONS = "What time is breakfast served?", "Sorry, but may I bring my dog?"
#: Sharp on dense screens, and small enough for a repository by a palette.
SCALE, COLORS = 1.5, 256
SLOW = 90_000
#: GitHub shows the picture of its reader's color scheme.
SCHEMES: tuple[Literal["light", "dark"], ...] = "light", "dark"
#: Streamlit's tables draw themselves again a moment after the rest.
REPAINTED_MS = 800
#: Far enough into the slowest response that both voices have been played.
LISTENED_MS = 3_000


def main() -> None:
    """Raises what the browser raises if a picture can't be taken."""
    voice = offline_voice("dale")
    voices = HibariVoices()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        questions = [voices.render(text, voice, 1.0) for text in QUESTIONS]
        mic = write_speech(Path(folder) / "mic.wav", 9.0, questions[0], 3.2, questions[1], 60.0)
        studio = StudioProcess(Path(folder) / "data", {"GREENROOM_TWIN_BRAIN": ""}).start()
        context = open_browser(playwright, mic, viewport={"width": 1280, "height": 860}, device_scale_factor=SCALE)
        try:
            tab = StagePage.open(context, studio)
            choose_builtin_brain(tab)
            take_call(tab)
            take_session(tab)
            take_rehearsal(tab)
        finally:
            shut(context)
            studio.stop()


def choose_builtin_brain(tab: StagePage) -> None:
    """The one that every reader of the README has, whatever model server runs on this machine."""
    tab.go_to("Settings")
    row = tab.page.locator("[class*='st-key-brain_row_']", has_text=BUILTIN_LABEL).last
    if row.get_by_role("button", name="Use").is_enabled():
        row.get_by_role("button", name="Use").click()
    tab.settled()
    tab.go_to("Studio")


def take_call(tab: StagePage) -> None:
    tab.launch_and_wait()
    tab.expect_said("user", "dog", 60)
    tab.expect_said("agent", "dogs", 60)
    save(tab.page, "studio-call")
    tab.end()


def take_session(tab: StagePage) -> None:
    tab.stage.get_by_role("button", name="Listen").click()
    timeline = tab.page.get_by_test_id("timeline")
    expect(timeline).to_be_visible(timeout=SLOW)
    tab.page.wait_for_timeout(3_000)
    tab.page.reload()  # the recording has been joined by now
    expect(timeline).to_be_visible(timeout=SLOW)
    expect(tab.page.get_by_text("still being processed")).to_have_count(0, timeout=SLOW)
    timeline.get_by_role("button", name="Slowest response").click()
    tab.page.wait_for_timeout(LISTENED_MS)
    timeline.get_by_role("button", name="Pause").click()
    save(tab.page, "session")


def take_rehearsal(tab: StagePage) -> None:
    tab.go_to("Rehearse")
    tab.page.get_by_text("New suite", exact=True).first.click()
    tab.page.get_by_role("textbox", name="Name", exact=True).fill("Front desk")
    tab.page.get_by_role("combobox", name="Start with").click()
    tab.page.get_by_role("option", name=re.compile("[Hh]otel|Linden|Front")).first.click()
    tab.page.get_by_role("button", name="Create suite").click()
    tab.page.get_by_role("button", name="Run tests").click()
    expect(tab.page.get_by_text(re.compile(r"\b(\d+) of \1 tests pass")).first).to_be_visible(timeout=SLOW)
    tab.settled()
    save(tab.page, "rehearse")


def save(page: Page, name: str) -> None:
    """In both color schemes, as PNGs with a palette, without the mouse."""
    page.mouse.move(1, 1)
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(REPAINTED_MS)
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        few = picture.quantize(COLORS, kmeans=2, dither=Image.Dither.NONE)
        few.save(FOLDER / f"{name}-{scheme}.png", optimize=True)
    page.emulate_media(color_scheme="light")


if __name__ == "__main__":
    main()
