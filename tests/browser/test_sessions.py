"""The table of sessions in a browser: a call is found by what was said in it, and taken out as a file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.browser.stage import StagePage, open_browser, shut
from tests.browser.studio_fixtures import *
from tests.studio_process import StudioProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def tab(playwright: Playwright, silent_mic: Path, studio: StudioProcess) -> Iterator[StagePage]:
    """One call that was greeted and ended, and the table of it."""
    context = open_browser(playwright, silent_mic)
    opened = StagePage.open(context, studio)
    opened.launch_and_wait()
    opened.expect_quiet()
    opened.end()
    opened.go_to("Sessions")
    yield opened
    shut(context)


def test_a_session_is_found_by_what_was_said(tab: StagePage):
    words = tab.page.get_by_role("textbox", name="Search transcripts")
    words.fill("this is ava")
    words.press("Enter")
    tab.settled()
    expect(tab.page.get_by_text("1 of 1 sessions")).to_be_visible()
    words.fill("elephants")
    words.press("Enter")
    expect(tab.page.get_by_text("No sessions match these filters.")).to_be_visible()
    tab.page.get_by_role("button", name="Clear filters").click()
    expect(tab.page.get_by_text(re.compile(r"^1 session\."))).to_be_visible()


def test_what_is_found_is_taken_out_as_a_file(tab: StagePage):
    tab.page.get_by_role("button", name="Export").click()
    with tab.page.expect_download() as coming:
        tab.page.get_by_role("button", name="CSV", exact=True).click()
    assert coming.value.suggested_filename == "sessions.csv"
    text = Path(coming.value.path()).read_bytes().decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert (row["agent"], row["place"], row["end"]) == ("Ava, front desk", "twin", "ended")
