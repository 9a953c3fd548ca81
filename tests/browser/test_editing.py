"""Editing in a browser, as people do it: by keyboard alone, by search, with things that are cleared again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.stage import StagePage
from tests.browser.studio_fixtures import *
from tests.studio_process import StudioProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

#: What kind of element has the focus and what a screen reader would call it, inside the stage's shadow root too.
FOCUSED = """
() => {
  let at = document.activeElement;
  while (at && at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement;
  if (!at) return '';
  const label = at.labels && at.labels.length ? at.labels[0].innerText : '';
  const said = [at.type, at.getAttribute('aria-label'), label, at.getAttribute('placeholder'), at.innerText];
  return said.filter(Boolean).join(' ').trim();
}
"""
MOST_TABS = 90


@pytest.fixture
def tab(context: BrowserContext, studio: StudioProcess) -> StagePage:
    return StagePage.open(context, studio)


def tab_to(tab: StagePage, name: str) -> None:
    """Press Tab until something of that name has the focus."""
    seen: list[str] = []
    for _ in range(MOST_TABS):
        tab.page.keyboard.press("Tab")
        seen.append(tab.page.evaluate(FOCUSED))
        if re.search(name, seen[-1], re.IGNORECASE):
            return
    raise AssertionError(f"no way to {name!r} by keyboard: {seen}")


def test_an_agent_is_edited_launched_and_ended_by_keyboard_alone(tab):
    """rows 80, 91"""
    keyboard = tab.page.keyboard
    expect(tab.page.get_by_role("textbox", name="Find a setting")).to_be_visible(timeout=30_000)
    tab_to(tab, "^text find a setting")
    keyboard.type("pause check sentence")
    keyboard.press("Enter")
    slider = tab.page.get_by_role("slider", name=re.compile("Silence before the check"))
    expect(slider).to_have_value("320", timeout=30_000)
    tab_to(tab, "^range .*silence before the check")
    keyboard.press("ArrowRight")
    expect(slider).to_have_value("340", timeout=30_000)
    tab.settled()
    tab_to(tab, "^(button|submit) .*launch")
    keyboard.press("Enter")
    tab.expect_state("Listening", "Speaking")
    expect(tab.lines("agent")).not_to_have_count(0, timeout=45_000)
    tab_to(tab, "^(button|submit) end")
    keyboard.press("Enter")
    expect(tab.stage.get_by_test_id("summary")).to_be_visible(timeout=45_000)


def test_a_number_that_is_cleared_is_not_mentioned_any_more_also_after_a_reload(tab):
    """row 88"""
    tab.tab("Turn taking")
    more = tab.page.get_by_role("tabpanel").filter(visible=True).get_by_text("More", exact=True)
    more.click()
    tab.fill("Prefix padding", "300")
    tab.page.reload()
    expect(tab.page.get_by_role("tab", name="Turn taking")).to_be_visible(timeout=30_000)
    tab.tab("Turn taking")
    more.click()
    expect(tab.field("Prefix padding")).to_have_value("300", timeout=30_000)
    tab.fill("Prefix padding", "")
    tab.page.reload()
    expect(tab.page.get_by_role("tab", name="Turn taking")).to_be_visible(timeout=30_000)
    tab.tab("Turn taking")
    more.click()
    expect(tab.field("Prefix padding")).to_have_value("", timeout=30_000)


def test_a_setting_is_found_by_what_it_does(tab):
    tab.page.get_by_role("textbox", name="Find a setting").fill("bracket")
    tab.page.keyboard.press("Enter")
    tab.settled()
    expect(tab.page.get_by_text("1 setting found")).to_be_visible(timeout=30_000)
    expect(tab.page.get_by_text("Text to skip", exact=True).first).to_be_visible()
    tab.page.get_by_role("textbox", name="Find a setting").fill("")
    tab.page.keyboard.press("Enter")
    tab.settled()
    expect(tab.page.get_by_role("tab", name="Prompt")).to_be_visible(timeout=30_000)
