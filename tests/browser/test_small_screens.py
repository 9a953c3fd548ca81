"""The stage on a phone, and with a microphone that was refused: nothing is squeezed, clipped or in the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Playwright, expect

from tests.browser.conftest import WINDOWED_CHROMIUM, eventually
from tests.browser.stage import StagePage, open_browser, shut
from tests.browser.studio_fixtures import *
from tests.browser.test_sound_check import DENYING
from tests.browser.test_working import agents_gone
from tests.studio_process import StudioProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture
def phone(playwright: Playwright, silent_mic: Path, studio: StudioProcess) -> Iterator[StagePage]:
    context = open_browser(playwright, silent_mic, viewport={"width": 390, "height": 844}, has_touch=True)
    yield StagePage.open(context, studio)
    shut(context)
    agents_gone(studio)


@pytest.fixture
def denied(playwright: Playwright, studio: StudioProcess) -> Iterator[StagePage]:
    browser = playwright.chromium.launch(executable_path=WINDOWED_CHROMIUM, args=DENYING)
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield StagePage.open(context, studio)
    shut(context)
    agents_gone(studio)


def size(element: Locator) -> tuple[float, float]:
    box = element.bounding_box()
    assert box is not None
    return box["width"], box["height"]


def test_on_a_phone_a_launch_opens_the_stage_and_another_page_folds_it_to_a_pill_with_mute(phone):
    expect(phone.stage.get_by_test_id("pill")).to_be_visible()
    phone.page.get_by_test_id("stMain").locator(".st-key-launch").get_by_role("button", name="Launch").tap()
    expect(phone.stage.get_by_test_id("orb")).to_be_visible(timeout=30_000)
    width, height = size(phone.stage.get_by_test_id("orb"))
    assert width == pytest.approx(height, abs=1)
    assert width > 40
    expect(phone.lines("agent")).not_to_have_count(0, timeout=45_000)
    width, height = size(phone.stage.get_by_test_id("orb"))
    assert width == pytest.approx(height, abs=1)
    expect(phone.stage.get_by_test_id("transcript")).to_be_visible()
    phone.page.get_by_test_id("stExpandSidebarButton").click()
    phone.page.get_by_test_id("stSidebarNav").get_by_role("link", name="Sessions").click()
    pill = phone.stage.get_by_test_id("pill")
    expect(pill).to_be_visible(timeout=15_000)
    expect(phone.page.get_by_test_id("stSidebarNav").get_by_role("link", name="Sessions")).not_to_be_in_viewport()
    expect(pill.locator(".pill-name")).to_have_text("Ava")
    pill.get_by_role("button", name="Mute").click()
    expect(pill.get_by_role("button", name="Unmute")).to_be_visible()
    pill.get_by_role("button", name="End", exact=True).click()
    expect(pill.get_by_test_id("state")).to_have_text("Call ended", timeout=15_000)


def test_a_window_made_as_narrow_as_a_phone_folds_the_stage_and_opens_it_when_it_is_wide_again(studio, playwright, silent_mic):
    context = open_browser(playwright, silent_mic)
    tab = StagePage.open(context, studio)
    expect(tab.stage.get_by_test_id("orb")).to_be_visible()
    tab.page.set_viewport_size({"width": 390, "height": 844})
    pill = tab.stage.get_by_test_id("pill")
    expect(pill).to_be_visible()
    tab.field("Greeting").click()  # nothing lies over the form
    pill.get_by_role("button", name="Expand stage").click()
    tab.page.set_viewport_size({"width": 420, "height": 844})
    expect(tab.stage.get_by_test_id("orb")).to_be_visible()  # a phone turned a little, or its keyboard, folds nothing
    tab.page.set_viewport_size({"width": 1280, "height": 860})
    expect(tab.stage.get_by_test_id("orb")).to_be_visible()
    shut(context)


def test_a_refused_microphone_leaves_the_transcript_its_room_and_every_label_whole(denied):
    """row 31"""
    denied.launch()
    expect(denied.stage.get_by_test_id("problem")).to_contain_text("Microphone access is blocked", timeout=25_000)
    expect(denied.lines("agent")).not_to_have_count(0, timeout=25_000)
    assert size(denied.stage.get_by_test_id("transcript"))[1] >= 100
    button = denied.stage.get_by_role("button", name="No mic")
    assert button.evaluate("e => e.scrollWidth <= e.clientWidth")
    denied.page.set_viewport_size({"width": 390, "height": 844})
    denied.stage.get_by_role("button", name="Expand stage").click()  # the same as a phone's sheet: the greeting is above the dock
    reached = "e => e.getBoundingClientRect().bottom"
    dock_top = denied.stage.locator(".dock").evaluate("e => e.getBoundingClientRect().top")
    eventually(lambda: denied.lines("agent").last.evaluate(reached) <= dock_top)
    denied.end()
