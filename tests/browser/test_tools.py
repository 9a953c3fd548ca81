"""A tool mocked in the Studio is called in the call: in the transcript, the Log, Insight and the session's timeline."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.stage import StagePage
from tests.browser.studio_fixtures import *
from tests.browser.test_studio_flows import new_agent

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def test_a_mocked_tool_is_called_and_seen_from_the_transcript_to_the_timeline(context, studio):
    tab = StagePage.open(context, studio)
    new_agent(tab, "Kai")
    tab.tab("Tools")
    rule = tab.page.get_by_role("textbox", name="Result the model gets").first
    rule.fill('{"message": "Your parcel is at the harbor."}')
    rule.blur()
    tab.settled()
    tab.launch_and_wait()
    tab.expect_quiet()
    tab.type("Where is my order 1234?")
    call = tab.stage.get_by_test_id("tool-call")
    expect(call).to_have_attribute("data-status", "ok", timeout=45_000)
    expect(call).to_contain_text("orderStatus")
    expect(call).to_contain_text("mocked")
    tab.expect_said("agent", "at the harbor")
    call.locator("summary").click()
    expect(call).to_contain_text('"orderNumber": "1234"')
    tab.stage.get_by_role("tab", name="Log").click()
    expect(tab.stage.get_by_text(re.compile(r"Tool orderStatus \(mocked\): done")).first).to_be_visible()
    tab.stage.get_by_role("tab", name="Insight").click()
    expect(tab.stage.get_by_test_id("waterfall").filter(has_text="Tools").first).to_be_visible(timeout=45_000)
    tab.page.reload()
    expect(call).to_have_attribute("data-status", "ok", timeout=45_000)
    expect(call).to_contain_text("orderStatus")
    tab.expect_quiet()
    tab.end()
    tab.stage.get_by_test_id("after-call").get_by_role("button", name="Listen").click()
    expect(tab.page.get_by_test_id("tl-tool")).to_have_count(1, timeout=45_000)
    expect(tab.page.get_by_text(re.compile("orderStatus · .*done.*mocked")).first).to_be_visible(timeout=45_000)
