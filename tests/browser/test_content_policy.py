"""Every page and a whole call under the Content-Security-Policy, as a browser applies it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Playwright, expect

from tests.browser.conftest import CHROMIUM
from tests.browser.stage import FLAGS, StagePage
from tests.browser.studio_fixtures import *
from tests.studio_process import StudioProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

PATHS = ("", "sessions", "trends", "running", "sound_check", "join", "settings")
STRANGE = "https://images.evil.example/pixel.png"


@pytest.fixture(scope="module")
def context(playwright: Playwright, silent_mic) -> Iterator[BrowserContext]:
    flags = [*FLAGS, f"--use-file-for-fake-audio-capture={silent_mic}"]
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
    yield browser.new_context()
    browser.close()


def violations(page: Page) -> list[str]:
    """Filled with what the browser says of the policy, from now on."""
    found: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "violates" in message.text:
            found.append(message.text)

    page.on("console", note)
    return found


@pytest.mark.parametrize("path", PATHS)
def test_no_page_asks_for_more_than_its_policy_allows(context: BrowserContext, studio: StudioProcess, path: str):
    page = context.new_page()
    found = violations(page)
    page.goto(f"{studio.url}/{path}")
    expect(page.get_by_role("heading", level=1).first).to_be_visible(timeout=30_000)
    page.wait_for_timeout(1500)
    assert found == []
    page.close()


def test_a_call_is_held_and_its_session_shown_under_the_policy(context: BrowserContext, studio: StudioProcess):
    tab = StagePage.open(context, studio)
    found = violations(tab.page)
    tab.launch_and_wait()
    tab.end()
    tab.page.goto(f"{studio.url}/sessions")
    expect(tab.page.get_by_test_id("stDataFrame").first).to_be_visible(timeout=60_000)
    tab.page.goto(f"{studio.url}/trends")
    # Nobody spoke in the call: its duration is measured, its latency isn't.
    tab.page.get_by_role("radio", name="Duration", exact=True).click(timeout=60_000)
    expect(tab.page.get_by_test_id("stVegaLiteChart").first).to_be_visible(timeout=60_000)
    assert found == []
    tab.page.close()


def test_a_picture_script_or_frame_of_another_site_is_not_even_asked_for(context: BrowserContext, studio: StudioProcess):
    tab = StagePage.open(context, studio)
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url))
    found = violations(tab.page)
    tab.page.evaluate(
        """address => {
            const made = ['img', 'script', 'iframe'].map(kind => document.createElement(kind));
            for (const one of made) document.body.append(Object.assign(one, { src: address }));
            return fetch(address, { mode: 'no-cors' }).catch(() => null);
        }""",
        STRANGE,
    )
    tab.page.wait_for_timeout(500)
    assert len(found) >= 4
    assert not [address for address in asked if "evil.example" in address and address != STRANGE]
    tab.page.close()
