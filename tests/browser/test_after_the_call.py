"""What one does next: with a call that just ended, with another agent selected during a call, with a call that falls silent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Playwright, expect

from tests.browser.conftest import eventually
from tests.browser.stage import StagePage, open_browser, shut
from tests.browser.studio_fixtures import *
from tests.browser.test_studio_flows import new_agent
from tests.browser.test_working import agents_gone, newest_row
from tests.studio_process import StudioProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture
def context(playwright: Playwright, silent_mic: Path, studio: StudioProcess) -> Iterator[BrowserContext]:
    opened = open_browser(playwright, silent_mic)
    yield opened
    shut(opened)
    agents_gone(studio)


@pytest.fixture
def tab(context: BrowserContext, studio: StudioProcess) -> StagePage:
    return StagePage.open(context, studio)


def set_lowest(tab: StagePage, label: str) -> None:
    """Of a slider. A page that is drawn anew at that moment takes the key and shows the old value: then it is pressed again."""
    slider = tab.page.get_by_role("slider", name=re.compile(f"^{label}")).first

    def is_lowest() -> bool:
        slider.press("Home")
        tab.settled()
        return slider.evaluate("slider => slider.value === slider.min")

    eventually(is_lowest, else_say=lambda: slider.evaluate("slider => slider.outerHTML"))


def test_an_ended_call_is_rated_noted_and_heard_from_the_stage(tab):
    tab.launch_and_wait()
    tab.expect_quiet()
    tab.end()
    after = tab.stage.get_by_test_id("after-call")
    after.get_by_role("button", name="4 stars").click()
    expect(after.get_by_test_id("rating")).to_have_attribute("data-rating", "4")
    tab.settled()
    after.get_by_test_id("note").fill("Greets a little too fast.")
    after.get_by_role("button", name="Add note").click()
    expect(after.get_by_text("Note added", exact=True)).to_be_attached()
    expect(after.get_by_role("button", name="Add note")).to_be_focused()
    tab.settled()
    expect(tab.stage.get_by_role("button", name="Launch again")).to_be_enabled()
    after.get_by_role("button", name="Listen").click()
    expect(tab.page).to_have_url(re.compile(r"/session\?id=.*play=1"), timeout=45_000)
    expect(tab.page.get_by_test_id("timeline")).to_be_visible(timeout=45_000)
    tab.page.get_by_role("tab", name=re.compile("^Notes")).click()
    expect(tab.page.get_by_text("Greets a little too fast.")).to_be_visible()
    stars = tab.page.locator("[data-testid=stFeedback] button, [data-testid=stButtonGroup] button")
    expect(stars).to_have_count(5)
    after.get_by_test_id("share").click()
    expect(tab.page.get_by_role("dialog", name="Share with guests")).to_be_visible(timeout=45_000)
    tab.page.keyboard.press("Escape")
    expect(after.get_by_test_id("share")).to_be_focused(timeout=45_000)
    after.get_by_test_id("make-test").click()  # the agent has only greeted
    expect(tab.page.get_by_text("There is no reply to test.")).to_be_visible(timeout=45_000)


def test_another_agent_selected_during_a_call_can_take_over(tab):
    tab.launch_and_wait()
    expect(tab.stage.get_by_test_id("switch-agent")).to_have_count(0)
    new_agent(tab, "Old Owl")
    offer = tab.stage.get_by_test_id("switch-agent")
    expect(offer).to_contain_text("You're on a call with Ava.", timeout=45_000)
    offer.get_by_role("button", name=re.compile("^End and launch")).click()
    tab.expect_state("Joining", "Starting", "Listening", "Speaking")
    expect(tab.stage.get_by_test_id("agent-name")).to_have_text(re.compile("Owl"), timeout=30_000)
    expect(tab.lines("agent")).not_to_have_count(0, timeout=45_000)
    tab.end()


def test_a_silent_call_counts_down_stays_on_a_click_and_ends_without_one(tab, studio):
    """row 26: an agent of its own, for one with a silence reminder, as another test leaves selected, speaks before the warning"""
    new_agent(tab, "Ava")
    tab.tab("Turn taking")
    set_lowest(tab, "End call after silence")
    expect(tab.page.get_by_role("button", name="Undo", exact=True)).to_be_enabled(timeout=45_000)  # the setting is saved
    tab.launch_and_wait()
    tab.expect_quiet()  # from here on the silence counts, however long the greeting took
    warning = tab.stage.get_by_test_id("idle-warning")
    expect(warning).to_be_visible(timeout=45_000)
    expect(warning.get_by_test_id("idle-left")).to_have_text(re.compile(r"^\d+ s$"))
    warning.get_by_role("button", name="Stay").click()
    expect(warning).to_have_count(0, timeout=45_000)
    expect(tab.stage).to_have_attribute("data-phase", "live")
    expect(warning).to_be_visible(timeout=45_000)
    expect(tab.stage.get_by_test_id("summary-end")).to_contain_text("inactivity", timeout=60_000)
    agents_gone(studio)
    assert "Idle timeout" in newest_row(tab)
