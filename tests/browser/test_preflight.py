"""The way into a call, step by step: each with its time, and one that hangs names itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import BrowserContext, Playwright, Route, expect

from tests.browser.stage import StagePage, open_browser, shut
from tests.browser.studio_fixtures import *
from tests.conftest import PATIENCE_S
from tests.studio_process import StudioProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


@pytest.fixture
def context(playwright: Playwright, silent_mic: Path) -> Iterator[BrowserContext]:
    made = open_browser(playwright, silent_mic)
    yield made
    shut(made)


def test_a_start_that_hangs_names_its_step_and_what_to_do(context, studio: StudioProcess):
    tab = StagePage.open(context, studio)
    refusal = {"endpoint": "join", "status": 403, "reason": "ServiceNotEnabled", "times": 1, "delay_s": 8}
    httpx.post(
        f"http://127.0.0.1:{studio.twin_port()}/twin/faults", json=refusal, timeout=PATIENCE_S, trust_env=False
    ).raise_for_status()
    tab.launch()
    steps = tab.stage.get_by_test_id("steps")
    expect(steps.locator('[data-step="channel"]')).to_have_attribute("data-state", "done", timeout=45_000)
    expect(steps.locator('[data-step="agent"]')).to_have_attribute("data-state", "current")
    expect(tab.stage.get_by_test_id("step-help")).to_contain_text("start the agent", timeout=45_000)
    expect(tab.stage.get_by_test_id("problem")).to_be_visible(timeout=45_000)


def test_a_launch_before_the_page_is_drawn_waits_for_it_and_leaves_every_field_as_it_was(context, studio: StudioProcess):
    """Streamlit would take the fields it has not drawn yet for emptied ones."""
    scripts, held = re.compile(r"/Text(Area|Input)\.[^/]*\.js$"), list[Route]()
    context.route(scripts, lambda route: held.append(route))
    tab = StagePage.open(context, studio)
    expect(tab.page.get_by_test_id("stSkeleton").first).to_be_visible()
    tab.launch()
    for script in held:
        script.continue_()
    context.unroute(scripts)
    tab.expect_state("Listening", "Speaking")
    expect(tab.field("Greeting")).to_have_value(re.compile("this is Ava"))
    tab.end()
    tab.settled()
    expect(tab.page.get_by_text("is required")).to_have_count(0)


def test_a_link_never_starts_a_call_before_a_press_and_every_step_has_its_time(context, studio: StudioProcess):
    """row 11: a foreign page could open the link; the press is one in this page"""
    tab = StagePage.open(context, studio, "?autoconnect=true")
    expect(tab.page.get_by_text("Click Launch to start it.").first).to_be_visible(timeout=45_000)
    tab.page.wait_for_timeout(2000)
    assert tab.stage.get_attribute("data-phase") == "idle"
    tab.launch()
    tab.expect_state("Listening", "Speaking")
    expect(tab.lines("agent")).not_to_have_count(0, timeout=45_000)
    assert "autoconnect" not in tab.page.url
    tab.expect_quiet()
    tab.stage.get_by_role("tab", name="Insight").click()
    tab.stage.get_by_text("Launch steps").click()
    for step in ("ticket", "microphone", "channel", "agent", "seen", "sound"):
        row = tab.stage.locator(f'[data-step="{step}"]')
        expect(row).to_have_attribute("data-state", "done")
        expect(row.locator(".step-note")).to_have_text(re.compile(r"[\d,]+ ms"))
    tab.end()
    tab.page.reload()
    expect(tab.stage.get_by_role("button", name="Launch")).to_be_visible(timeout=30_000)
    tab.page.wait_for_timeout(1500)
    assert tab.stage.get_attribute("data-phase") == "idle"
