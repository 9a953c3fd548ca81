"""Rehearse in a browser: a thumb on the stage becomes a test, the test gives versions a badge, replies are labeled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Playwright, expect

from tests.browser.stage import StagePage, open_browser, shut
from tests.browser.studio_fixtures import *
from tests.browser.test_working import agents_gone
from tests.studio_process import StudioProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SLOW = 60_000


@pytest.fixture(scope="module")
def tab(playwright: Playwright, silent_mic: Path, studio: StudioProcess) -> Iterator[StagePage]:
    """One tab for all: each test goes on where the one before has ended."""
    opened: BrowserContext = open_browser(playwright, silent_mic)
    yield StagePage.open(opened, studio)
    shut(opened)
    agents_gone(studio)


def run_tests(tab: StagePage, score: str) -> None:
    tab.tab("Results")
    tab.page.get_by_role("button", name="Run tests").click()
    expect(tab.page.get_by_role("tabpanel").get_by_text(re.compile(score))).to_be_visible(timeout=SLOW)


def test_a_thumb_down_on_the_stage_becomes_a_test_and_its_result_the_badge_of_the_version(tab):
    tab.launch_and_wait()
    tab.type("When is breakfast?")
    tab.expect_said("agent", "seven to ten")
    expect(tab.lines("agent").first.get_by_test_id("thumb-down")).to_have_count(0)  # the greeting
    tab.lines("agent").last.get_by_test_id("thumb-down").click()
    dialog = tab.page.get_by_role("dialog", name="Make a test")
    expect(dialog.get_by_text("What should it have done?")).to_be_visible(timeout=SLOW)
    dialog.get_by_role("textbox", name="Title").fill("Breakfast hours")
    dialog.get_by_role("textbox", name="Agent must say").fill("garden room")
    dialog.get_by_role("button", name="Save test").click()
    expect(dialog).to_have_count(0, timeout=SLOW)
    tab.end()
    tab.go_to("Rehearse")
    expect(tab.stage.get_by_test_id("tests-note")).to_have_text("Version 1: tests not run", timeout=SLOW)
    run_tests(tab, "1 of 1 test passes")
    expect(tab.stage.get_by_test_id("tests-note")).to_have_text("Version 1: 1 of 1 test passes", timeout=SLOW)
    tab.go_to("Studio")
    tab.page.get_by_role("button", name="Agent menu").click()
    tab.page.get_by_text("Versions", exact=True).click()
    expect(tab.page.get_by_role("dialog", name="Versions").get_by_text(re.compile("1 of 1 test passes"))).to_be_visible(
        timeout=SLOW
    )
    tab.page.keyboard.press("Escape")
    expect(tab.page.get_by_role("dialog", name="Versions")).to_have_count(0, timeout=SLOW)


def test_two_versions_stand_side_by_side_with_one_sentence(tab):
    tab.go_to("Studio")
    tab.fill("Greeting", "Hello, the front desk.")
    tab.go_to("Rehearse")
    run_tests(tab, r"^v2: 1 of 1 test passes")
    expect(tab.page.get_by_test_id("stDataFrame").filter(visible=True)).to_be_visible()
    tab.tab("Compare versions")
    expect(tab.page.get_by_text("The test passes on both version 1 and version 2.")).to_be_visible(timeout=SLOW)


def test_a_reply_of_an_own_session_is_labeled_for_the_judge(tab):
    tab.go_to("Rehearse")
    tab.tab("Judge")
    criterion = tab.page.get_by_role("combobox", name="Criterion")
    criterion.fill("names the breakfast hours")
    criterion.press("Enter")
    tab.settled()
    tab.page.get_by_role("button", name="Pass", exact=True).click()
    expect(tab.page.get_by_text("1 label of yours: 1 pass, 0 fail.")).to_be_visible(timeout=SLOW)
    tab.page.get_by_role("button", name="Undo last label").click()
    expect(tab.page.get_by_text("1 label of yours")).to_have_count(0, timeout=SLOW)


def test_on_a_phone_each_line_of_a_test_has_its_labels(tab):
    tab.page.set_viewport_size({"width": 390, "height": 844})
    tab.tab("Tests")
    labels = tab.page.get_by_test_id("stWidgetLabel").filter(has_text=re.compile("^(Caller says|Agent must say)$"), visible=True)
    expect(labels).to_have_count(6)
    tab.page.set_viewport_size({"width": 1280, "height": 860})
    expect(labels).to_have_count(2)  # side by side, the first ones head their columns
