"""The gallery of drawn faces in the Studio, and a call with one of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Playwright, expect

from greenroom.catalog.faces import FACES
from tests.browser.conftest import eventually
from tests.browser.ears import record, spans
from tests.browser.stage import StagePage, open_browser, shut
from tests.browser.studio_fixtures import *  # noqa: F403 - fixtures
from tests.browser.test_studio_flows import choose, new_agent
from tests.studio_process import StudioProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture
def context(playwright: Playwright, silent_mic: Path, studio: StudioProcess) -> Iterator[BrowserContext]:
    opened = open_browser(playwright, silent_mic)
    yield opened
    shut(opened)


def test_a_drawn_face_is_chosen_by_its_picture_and_speaks_in_the_call(context: BrowserContext, studio: StudioProcess):
    """rows 44, 46: chosen in the gallery, started with the agent, and the greeting is heard once"""
    tab = StagePage.open(context, studio)
    new_agent(tab, "Ava")
    tab.tab("Avatar")
    choose(tab, "Avatar vendor", "Another vendor")
    panel = tab.page.get_by_role("tabpanel").filter(visible=True)
    for face in FACES:
        expect(panel.get_by_text(face.label, exact=True).first).to_be_visible()
    leo = panel.get_by_test_id("stColumn").filter(has_text="Leo").filter(has=tab.page.get_by_role("button")).last
    leo.get_by_role("button", name="Use").click()
    tab.settled()
    expect(leo.get_by_role("button", name="Chosen")).to_be_visible(timeout=10_000)
    expect(panel.get_by_text("Leo (lively, brown curls) is the drawn face")).to_be_visible()
    tab.launch_and_wait()
    tab.expect_quiet()
    eventually(lambda: spans(record(tab.page).heard), else_say=lambda: tab.said("agent"))
    tab.end()
