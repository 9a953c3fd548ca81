"""An engineer's curl in the Studio: pasted, its report read, used, and out again as the same request."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Playwright, expect

from greenroom.formats.reader import read_text
from tests.browser.stage import StagePage, open_browser, shut
from tests.browser.studio_fixtures import *
from tests.studio_process import StudioProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

CURL = Path("tests/corpus/imports/m1_postman_unindented.sh").read_text(encoding="utf8").replace('"k"', '"sk-PLANTED"')


@pytest.fixture
def context(playwright: Playwright, silent_mic: Path, studio: StudioProcess) -> Iterator[BrowserContext]:
    opened = open_browser(playwright, silent_mic)
    yield opened
    shut(opened)


def dialog(tab: StagePage, view: str) -> Locator:
    """The dialog of import and export, at one of its views."""
    tab.page.get_by_role("button", name="Agent menu").click()
    tab.page.get_by_text("Import and export", exact=True).last.click()
    opened = tab.page.get_by_role("dialog")
    opened.get_by_role("radio", name=view, exact=True).click(timeout=30_000)
    return opened


def test_a_curl_comes_in_is_used_and_stands_in_the_request_as_it_came(context: BrowserContext, studio: StudioProcess):
    """rows 86, 89"""
    tab = StagePage.open(context, studio)
    importing = dialog(tab, "Import")
    box = importing.get_by_role("textbox", name="Or paste the text")
    box.fill(CURL)
    box.press("Control+Enter")
    expect(importing.get_by_text("Changes").first).to_be_visible(timeout=30_000)
    expect(importing.get_by_text("Report: ")).to_contain_text("with a note")
    expect(importing.get_by_text("Uses the credentials")).to_contain_text("OPENAI_API_KEY")
    assert "PLANTED" not in importing.inner_text()
    importing.get_by_role("button", name="Apply to this agent").click()
    expect(tab.page.get_by_role("dialog")).to_have_count(0, timeout=45_000)
    expect(tab.page.get_by_text("Import applied to the draft.")).to_be_visible(timeout=30_000)

    request = dialog(tab, "Request JSON")
    expect(request.get_by_text("Matches the draft.")).to_be_visible(timeout=30_000)
    shown = json.loads(request.get_by_role("textbox", name="Request JSON").input_value())
    came = read_text(CURL)[0].value["properties"]
    assert shown["properties"]["llm"]["system_messages"] == came["llm"]["system_messages"]
    assert shown["properties"]["llm"]["params"] == came["llm"]["params"]
    assert "PLANTED" not in json.dumps(shown)
    tab.page.close()
