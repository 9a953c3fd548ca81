"""The studio in a browser as a person uses it: what can be pressed and read, found by role and label."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from playwright.sync_api import BrowserContext, Locator, Page, Playwright, expect

from tests.browser.conftest import CHROMIUM, eventually
from tests.browser.ears import TAP
from tests.studio_process import StudioProcess

#: What an ordinary user's browser has, but for a microphone that reads a file, and without a question in its way.
FLAGS = (
    "--no-sandbox",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--disable-background-networking",
    "--disable-gpu",
)
#: Collects every state the stage shows: an answer begun early leaves "Thinking" on the label for a few milliseconds only.
WATCH = """
window.__states = [];
const watched = new WeakSet();
const labelIn = (root) => root.querySelector('[data-testid=state]');
const note = (root) => {
  const text = labelIn(root)?.textContent.trim();
  if (text && window.__states.at(-1) !== text) window.__states.push(text);
};
setInterval(() => {
  for (const { shadowRoot } of document.querySelectorAll('*')) {
    if (!shadowRoot || watched.has(shadowRoot) || !labelIn(shadowRoot)) continue;
    watched.add(shadowRoot);
    note(shadowRoot);
    new MutationObserver(() => note(shadowRoot)).observe(shadowRoot, { subtree: true, childList: true, characterData: true });
  }
}, 30);
"""


class StagePage:
    """One tab."""

    def __init__(self, page: Page, studio: StudioProcess) -> None:
        self.page = page
        self.studio = studio
        self.stage = page.get_by_test_id("stage")

    @classmethod
    def open(cls, context: BrowserContext, studio: StudioProcess, path: str = "") -> StagePage:
        page = context.new_page()
        page.add_init_script(TAP)
        page.add_init_script(WATCH)
        page.goto(f"{studio.url}/{path}")
        expect(page.get_by_role("heading", level=1).first).to_be_visible(timeout=30_000)
        opened = cls(page, studio)
        expect(opened.stage).to_be_visible(timeout=30_000)
        return opened

    # ── pressing

    def launch(self) -> None:
        self.stage.get_by_role("button", name="Launch").click()

    def launch_and_wait(self) -> None:
        self.launch()
        self.expect_state("Listening", "Speaking")
        expect(self.lines("agent")).not_to_have_count(0, timeout=45_000)

    def end(self) -> None:
        self.stage.get_by_role("button", name="End", exact=True).click()
        expect(self.stage.get_by_test_id("summary")).to_be_visible(timeout=45_000)

    def type(self, text: str) -> None:
        box = self.stage.get_by_role("textbox", name="Message")
        box.fill(text)
        box.press("Enter")

    def go_to(self, title: str) -> None:
        self.page.get_by_test_id("stSidebarNav").get_by_role("link", name=title).click()
        expect(self.page.get_by_role("heading", name=title, level=1)).to_be_visible(timeout=45_000)

    def tab(self, name: str) -> None:
        """Open a tab and wait until it is drawn: the Studio draws only the open one."""
        self.page.get_by_role("tab", name=name).click()
        expect(self.page.get_by_role("tabpanel").filter(visible=True).first).not_to_be_empty(timeout=20_000)
        self.settled()

    def fill(self, label: str, text: str) -> None:
        """Type into a field of the Studio and leave it."""
        box = self.field(label)
        box.fill(text)
        box.blur()
        self.settled()

    def field(self, label: str) -> Locator:
        """The input of the Studio whose label begins so."""
        return (
            self.page.get_by_role("textbox", name=re.compile(f"^{label}"))
            .or_(self.page.get_by_role("spinbutton", name=re.compile(f"^{label}")))
            .first
        )

    def settled(self) -> None:
        """Wait until the script has run."""
        self.page.wait_for_timeout(150)
        expect(self.page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=45_000)

    # ── reading

    def lines(self, speaker: str) -> Locator:
        return self.stage.locator(f'[data-testid=line][data-speaker="{speaker}"]')

    def said(self, speaker: str) -> list[str]:
        return self.lines(speaker).locator(".line-text").all_inner_texts()

    def expect_said(self, speaker: str, words: str, within_s: float = 25.0) -> None:
        eventually(
            lambda: any(words.lower() in line.lower() for line in self.said(speaker)),
            within_s=within_s,
            else_say=lambda: f"{speaker} never said {words!r}: {self.said(speaker)}",
        )

    @property
    def state(self) -> str:
        return self.stage.get_by_test_id("state").inner_text().strip()

    @property
    def states(self) -> list[str]:
        return self.page.evaluate("window.__states")

    def expect_state(self, *any_of: str, within_s: float = 25.0) -> None:
        eventually(lambda: self.state in any_of, within_s=within_s, else_say=lambda: f"{any_of}, but {self.states}")

    def expect_quiet(self) -> None:
        """The agent has finished speaking."""
        self.expect_state("Listening")
        self.page.wait_for_timeout(300)
        self.expect_state("Listening")


def open_browser(playwright: Playwright, mic: Path, *flags: str, chromium: str = CHROMIUM, **context: Any) -> BrowserContext:
    """A browser of its own with a microphone that reads ``mic`` once, from the moment it is opened."""
    flag = f"--use-file-for-fake-audio-capture={mic}%noloop"
    browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, flag, *flags])
    usual: dict[str, Any] = {"permissions": ["microphone"], "viewport": {"width": 1280, "height": 860}}
    return browser.new_context(**{**usual, **context})


def shut(context: BrowserContext) -> None:
    """Close the whole browser, as a person who quits it."""
    assert context.browser is not None
    context.browser.close()


def write_speech(path: Path, *parts: float | np.ndarray, rate: int = 48_000) -> Path:
    """A 16-bit WAV: numbers are seconds of silence, arrays are 48 kHz speech."""
    sounds = [np.zeros(int(p * rate), np.int16) if isinstance(p, int | float) else p for p in parts]
    soundfile.write(path, np.concatenate(sounds), rate, subtype="PCM_16")
    return path
