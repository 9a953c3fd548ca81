"""Sessions and Trends by the mouse: a row is heard in place, opened and compared, and a figure leads to its sessions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright, expect

from components.sessions import table as sessions_table
from components.trends import table as trends_table
from tests.browser.conftest import eventually
from tests.browser.stage import StagePage, open_browser, shut
from tests.browser.studio_fixtures import *
from tests.studio_process import StudioProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

#: Pixels: the column of check boxes, and a row; the head is as high as a row.
CHECKS, ROW = 36, 35
#: What the page's players have played, in seconds; a player that can't is an error.
PLAYED = """() => [...document.querySelectorAll('audio')].map((player) => {
  if (player.error) throw new Error(`${player.error.code} ${player.error.message}`);
  return player.paused ? -1 : player.currentTime;
})"""


@pytest.fixture(scope="module")
def tab(playwright: Playwright, silent_mic: Path, studio: StudioProcess) -> Iterator[StagePage]:
    """Two recorded calls of one minute, with two versions, and the table of them."""
    context = open_browser(playwright, silent_mic)
    opened = StagePage.open(context, studio)
    for greeting in ("Good day, this is Ava.", "Good evening, Ava speaking."):
        opened.fill("Greeting", greeting)
        opened.launch_and_wait()
        opened.expect_said("agent", greeting)
        opened.expect_quiet()
        opened.end()
    opened.go_to("Sessions")
    expect(opened.page.get_by_text(re.compile(r"^2 sessions\."))).to_be_visible()
    yield opened
    shut(context)


def click(tab: StagePage, columns: Mapping[str, Any], shown: Sequence[str], row: int, column: str, before: int = 0) -> None:
    """Press a cell. A table is a canvas: its columns stand side by side, as wide as the page asks; ``before`` is left of them."""
    widths = [columns[name]["width"] for name in shown]
    at = list(shown).index(column)
    box = tab.page.get_by_test_id("stDataFrame").locator("canvas").first.bounding_box()
    assert box is not None
    tab.page.mouse.click(box["x"] + before + sum(widths[:at]) + widths[at] / 2, box["y"] + ROW * (row + 1.5))
    tab.settled()


def click_session(tab: StagePage, row: int, column: str) -> None:
    click(tab, sessions_table._COLUMNS, sessions_table._USUAL, row, column, CHECKS)


def check(tab: StagePage, row: int) -> None:
    box = tab.page.get_by_test_id("stDataFrame").locator("canvas").first.bounding_box()
    assert box is not None
    tab.page.mouse.click(box["x"] + CHECKS / 2, box["y"] + ROW * (row + 1.5))
    tab.settled()


def test_search_and_filters_are_one_row_and_no_column_is_cut(tab: StagePage):
    row = tab.page.locator(".st-key-session_filters")
    buttons = [row.get_by_role("textbox"), *(row.get_by_role("button", name=name) for name in ("Filter", "Sort", "Columns"))]
    middles = []
    for one in buttons:
        box = one.bounding_box()
        assert box is not None
        middles.append(box["y"] + box["height"] / 2)
    assert max(middles) - min(middles) < 8, middles
    wide = tab.page.get_by_test_id("stDataFrame").locator(".dvn-scroller")
    assert wide.evaluate("(e) => e.scrollWidth <= e.clientWidth + 1")
    assert wide.evaluate("(e) => e.scrollHeight <= e.clientHeight + 1"), "two rows need no scrolling"


def test_the_arrow_plays_the_row_in_place_without_moving_it(tab: StagePage):
    canvas = tab.page.get_by_test_id("stDataFrame").locator("canvas").first
    before = canvas.bounding_box()
    click_session(tab, 1, "Play")
    expect(tab.page.locator(".st-key-played_session")).to_contain_text("Ava")
    eventually(lambda: max(tab.page.evaluate(PLAYED), default=0) > 0.5, else_say=lambda: tab.page.evaluate(PLAYED))
    expect(tab.page).to_have_url(re.compile("/sessions$"))
    assert canvas.bounding_box() == before


def test_two_are_read_side_by_side_under_the_names_of_their_versions_and_both_are_heard(tab: StagePage):
    for row in (0, 1):
        check(tab, row)
    tab.page.get_by_role("button", name="Compare").click()
    dialog = tab.page.get_by_role("dialog", name="Compare sessions")
    expect(dialog.locator(".gr-words th")).to_have_text([re.compile(r"^v1 · "), re.compile(r"^v2 · ")], timeout=45_000)
    expect(dialog.locator(".gr-words td")).to_contain_text(["Good day", "Good evening"])
    players = dialog.locator("audio")
    expect(players).to_have_count(2)
    for player in players.all():
        player.evaluate("(e) => e.play()")
    eventually(lambda: min(tab.page.evaluate(PLAYED)[-2:]) > 0.2, else_say=lambda: tab.page.evaluate(PLAYED))
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)


def test_a_click_on_the_row_opens_its_session(tab: StagePage):
    tab.page.reload()
    tab.settled()
    click_session(tab, 0, "Agent")
    expect(tab.page).to_have_url(re.compile(r"/session\?id="), timeout=45_000)
    expect(tab.page.get_by_text("Good evening, Ava speaking.").first).to_be_visible(timeout=45_000)


def test_a_launch_pauses_the_recording_that_plays(tab: StagePage):
    tab.page.get_by_test_id("tl-play").click()
    expect(tab.page.get_by_test_id("tl-play")).to_have_attribute("aria-label", "Pause")
    tab.launch_and_wait()
    expect(tab.page.get_by_test_id("tl-play")).to_have_attribute("aria-label", "Play")
    tab.end()


def test_a_click_on_a_figure_of_a_version_opens_its_sessions(tab: StagePage):
    tab.go_to("Trends")
    tab.settled()
    wide = tab.page.get_by_test_id("stDataFrame").first.locator(".dvn-scroller")
    assert wide.evaluate("(e) => e.scrollWidth <= e.clientWidth + 1"), "no column is cut"
    click(tab, trends_table._COLUMNS, trends_table._USUAL, 1, "Sessions")
    expect(tab.page.get_by_role("heading", name="Sessions", level=1)).to_be_visible(timeout=45_000)
    expect(tab.page.get_by_text("1 of 3 sessions")).to_be_visible(timeout=45_000)
