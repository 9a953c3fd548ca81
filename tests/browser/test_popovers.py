"""A popover that is opened again shows its fields, and not the error of an earlier try."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Playwright, expect

from tests.browser.stage import StagePage, open_browser, shut
from tests.browser.studio_fixtures import *
from tests.studio_process import StudioProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture
def tab(playwright: Playwright, silent_mic: Path, studio: StudioProcess) -> Iterator[StagePage]:
    context = open_browser(playwright, silent_mic)
    yield StagePage.open(context, studio)
    shut(context)


def opener(tab: StagePage, label: str) -> Locator:
    return tab.page.get_by_test_id("stPopoverButton").filter(has_text=label).first


def close(tab: StagePage) -> None:
    tab.page.get_by_role("heading", level=1).first.click()
    expect(tab.page.get_by_test_id("stPopoverBody")).to_have_count(0)


def test_each_try_shows_its_own_error_until_the_popover_is_closed(tab):
    for page, label, button, words in (
        ("Settings", "New API key", "Create key", "A key needs a name"),
        ("Rehearse", "New suite", "Create suite", "has no name"),
    ):
        tab.go_to(page)
        tab.settled()
        error = tab.page.get_by_text(words)
        for _ in range(2):
            opener(tab, label).click()
            expect(tab.page.get_by_role("button", name=button)).to_be_visible()
            expect(error).to_be_hidden()
            tab.page.get_by_role("button", name=button).click()
            expect(error).to_be_visible(timeout=45_000)
            close(tab)


def test_a_name_that_was_refused_and_still_stands_keeps_its_error(tab):
    opener(tab, "Rename").click()
    name = tab.page.get_by_role("textbox", name="Name", exact=True)
    name.fill("x" * 95)
    name.press("Enter")
    error = tab.page.get_by_text("Shorten it by 15")
    expect(error).to_be_visible(timeout=45_000)
    close(tab)
    opener(tab, "Rename").click()
    expect(error).to_be_visible()
