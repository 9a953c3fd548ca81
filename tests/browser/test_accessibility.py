"""What a screen reader, a keyboard and weak eyes meet: axe-core over every page, light and dark, and over the stage in a call."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Playwright, expect

from tests.browser.stage import StagePage, open_browser, shut
from tests.browser.studio_fixtures import *
from tests.studio_process import StudioProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

AXE = Path(__file__).parents[2] / "components/call/frontend/node_modules/axe-core/axe.min.js"
STUDIO_TABS = ("Prompt", "Voice", "Avatar", "Speech recognition", "Language model", "Turn taking", "Tools", "Advanced")

#: Faults in what Streamlit draws, which no option of its own cures: (rule, a part of the selector, why).
STREAMLITS_OWN: tuple[tuple[str, str, str], ...] = ()


@pytest.fixture(scope="module", params=["light", "dark"])
def context(
    request: pytest.FixtureRequest, playwright: Playwright, silent_mic: Path, studio: StudioProcess
) -> Iterator[BrowserContext]:
    opened = open_browser(playwright, silent_mic, color_scheme=request.param)
    yield opened
    shut(opened)


@pytest.fixture(scope="module")
def tab(context: BrowserContext, studio: StudioProcess) -> StagePage:
    opened = StagePage.open(context, studio)
    opened.page.evaluate(AXE.read_text())
    return opened


def serious(tab: StagePage) -> list[str]:
    """What axe calls more than minor, one line each; the shadow root of the stage is looked into."""
    found: dict[str, Any] = tab.page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    lines = []
    for violation in found["violations"]:
        if violation["impact"] == "minor":
            continue
        for node in violation["nodes"]:
            where = str(node["target"])
            if not any(violation["id"] == rule and part in where for rule, part, _ in STREAMLITS_OWN):
                lines.append(f"{violation['id']}: {where} {node['html'][:160]} {node['failureSummary'][-200:]}")
    return lines


@pytest.mark.parametrize("name", STUDIO_TABS)
def test_the_studio_has_no_serious_fault(tab, name):
    """row 91"""
    tab.go_to("Studio")
    expect(tab.page.get_by_role("textbox", name="Find a setting")).to_be_visible(timeout=30_000)
    tab.tab(name)
    tab.settled()
    assert serious(tab) == []


@pytest.mark.parametrize(
    "title",
    ["Sessions", "Rehearse", "Guest links", "Trends", "Running agents", "Join a channel", "Sound check", "Settings"],
)
def test_the_other_pages_have_no_serious_fault(tab, title):
    """row 91"""
    tab.go_to(title)
    tab.settled()
    tab.page.wait_for_timeout(500)
    if title == "Settings":
        tab.page.get_by_text("Add an alert").click()
        expect(tab.page.get_by_test_id("stMultiSelect").get_by_text("A call ends")).to_be_visible()
    assert serious(tab) == []


def test_the_stage_has_no_serious_fault_before_during_and_after_a_call(tab):
    """rows 72, 91"""
    tab.go_to("Studio")
    tab.launch_and_wait()
    during = serious(tab)
    tab.stage.get_by_role("button", name="Devices").click()
    expect(tab.stage.get_by_role("dialog", name="Devices")).to_be_visible()
    during += serious(tab)
    tab.page.keyboard.press("Escape")
    tab.end()
    expect(tab.stage.get_by_test_id("summary")).to_contain_text(re.compile("."))
    assert (during, serious(tab)) == ([], [])
