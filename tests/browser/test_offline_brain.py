"""Choosing what answers offline: from the chip on the stage to the words of the chosen model in the transcript."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Playwright, expect

from tests.browser.stage import StagePage, open_browser, shut
from tests.browser.studio_fixtures import *
from tests.studio_process import StudioProcess
from tests.twin.agent.brain.shelf import OLLAMA, LocalModels, serving
from tests.twin.agent.model_server import refuses, says

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

FAILURE = "One moment, please."


@pytest.fixture
def models() -> Iterator[LocalModels]:
    with serving(OLLAMA) as server:
        yield server


@pytest.fixture
def context(playwright: Playwright, silent_mic: Path) -> Iterator[BrowserContext]:
    made = open_browser(playwright, silent_mic)
    yield made
    shut(made)


def test_a_brain_is_chosen_from_the_stage_and_answers_in_the_call(context: BrowserContext, studio: StudioProcess, models):
    tab = StagePage.open(context, studio)
    chip = tab.stage.get_by_test_id("brain")
    expect(chip).to_have_text("Scripted responder · stand-in for gpt-4o-mini")
    tab.launch_and_wait()
    expect(tab.stage.get_by_test_id("brain-note")).to_contain_text("A scripted responder answers")
    tab.end()
    chip.click()
    tab.page.get_by_role("heading", name="Offline brain").wait_for()
    tab.page.get_by_text("Server with OpenAI's API").click()
    tab.page.get_by_role("textbox", name="Address").fill(f"http://127.0.0.1:{models.port}/v1")
    tab.page.get_by_role("textbox", name="Address").press("Enter")
    tab.page.get_by_role("textbox", name="Model", exact=True).fill("llama3.2:3b")
    tab.page.get_by_role("textbox", name="Model", exact=True).press("Enter")
    use = tab.page.locator(".st-key-brain-use-server button, [class*='st-key-brain/use/server'] button")
    use.click()
    expect(chip).to_contain_text("llama3.2:3b (127.0.0.1")
    models.chat = says("I am the model ", "that you chose.")
    tab.launch_and_wait()
    expect(tab.stage.get_by_test_id("brain-note")).to_have_count(0)
    tab.type("Who are you?")
    tab.expect_said("agent", "I am the model that you chose")
    models.chat = refuses(500)
    tab.type("And now?")
    expect(tab.lines("agent").last).not_to_contain_text("that you chose", timeout=25_000)
    models.chat = says("I am back.")
    tab.type("And now?")
    tab.expect_said("agent", "I am back")
    tab.end()
