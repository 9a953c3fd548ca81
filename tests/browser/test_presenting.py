"""A presenter on the whole screen: connected ahead, greeted on Start, and switched to the backup and the script by a key."""

from __future__ import annotations

import pytest
from playwright.sync_api import Playwright, expect

from greenroom.composition import services_alone
from greenroom.config import read
from greenroom.model.session import PRESENTER
from greenroom.model.session_query import SessionQuery
from tests.browser.conftest import eventually
from tests.browser.ears import loud_seconds, record
from tests.browser.stage import StagePage, open_browser, shut
from tests.browser.studio_fixtures import *
from tests.studio_process import StudioProcess

#: What the scripted conversation says to the agent.
SUITE = """rehearse: 1
name: Demo
scenarios:
- id: breakfast
  caller: {lines: [{say: "What time is breakfast served?"}]}
  expect: [{says: seven}]
"""
pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


def test_a_presenter_gets_ready_starts_and_switches_to_backup_and_script(
    playwright: Playwright, studio: StudioProcess, silent_mic
):
    owner = services_alone(read({"GREENROOM_DATA_DIR": str(studio.data_dir)}))
    agent = owner.agents.default().id
    owner.agents.freeze(agent)
    owner.rehearsals.suites.create(agent, "Demo", SUITE)
    draft = owner.agents.draft(agent)
    owner.agents.save(agent, {**draft.settings, "prompt.system": "Be bold."}, draft.revision)
    context = open_browser(playwright, silent_mic)
    tab = StagePage.open(context, studio)
    stage, page = tab.stage, tab.page
    stage.get_by_role("button", name="Present").click()
    stage.get_by_test_id("hold").click()
    start = stage.get_by_test_id("release")
    expect(start).to_be_visible(timeout=30_000)
    expect(stage.get_by_test_id("mute")).to_have_count(0)
    page.wait_for_timeout(1000)
    assert loud_seconds(record(page).heard) == 0, "nothing is said before Start"
    start.click()
    caption = stage.get_by_test_id("present-caption")
    eventually(lambda: "Linden House" in caption.inner_text(), else_say=caption.inner_text)
    eventually(lambda: loud_seconds(record(page).heard) > 0.5)
    held = owner.records.page(SessionQuery())[0][0].session
    assert (held.origin, held.version_number) == (PRESENTER, 2)
    page.evaluate("window.__pressed = performance.now()")
    page.keyboard.press("b")
    eventually(lambda: owner.calls.get(held.id).end_reason == "restarted")
    eventually(lambda: owner.records.page(SessionQuery())[0][0].session.version_number == 1)
    stage.locator("[data-testid=present][data-look=speaking]").wait_for(timeout=30_000)
    backup = owner.records.page(SessionQuery())[0][0].session
    page.keyboard.press("s")
    eventually(lambda: owner.calls.get(backup.id).end_reason == "restarted")
    eventually(lambda: "seven" in caption.inner_text(), within_s=30, else_say=caption.inner_text)
    scripted = owner.records.page(SessionQuery())[0][0].session
    assert (scripted.scripted, scripted.version_number) == (True, 1)
    assert stage.get_by_test_id("mute").get_attribute("data-muted") == "true", "the room isn't heard"
    assert stage.get_by_test_id("present").is_visible(), "the screen is never left"
    shut(context)
