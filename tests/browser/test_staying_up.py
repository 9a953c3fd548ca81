"""What a call survives, and how it says what it does not survive: the twin's switches pulled in the middle of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Playwright, expect

from tests.browser.conftest import eventually
from tests.browser.stage import StagePage, open_browser, shut
from tests.browser.studio_fixtures import *
from tests.conftest import PATIENCE_S
from tests.studio_process import StudioProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture
def tab(playwright: Playwright, silent_mic: Path, studio: StudioProcess) -> Iterator[StagePage]:
    """A tab before its call."""
    context = open_browser(playwright, silent_mic)
    yield StagePage.open(context, studio)
    httpx.post(f"http://127.0.0.1:{studio.twin_port()}/twin/reset", timeout=PATIENCE_S, trust_env=False)
    shut(context)


@pytest.fixture
def live(tab: StagePage) -> StagePage:
    """A call in which the greeting was said."""
    tab.launch_and_wait()
    tab.expect_quiet()
    return tab


def order(tab: StagePage, endpoint: str, **how: Any) -> None:
    url = f"http://127.0.0.1:{tab.studio.twin_port()}/twin/faults"
    httpx.post(url, json={"endpoint": endpoint, **how}, timeout=PATIENCE_S, trust_env=False).raise_for_status()


def answers(tab: StagePage, within_s: float = 40.0) -> None:
    """The agent can still be talked with, and what was said before is still there."""
    tab.type("Are dogs welcome?")
    tab.expect_said("agent", "dogs are welcome", within_s=within_s)
    assert tab.said("agent")[0].startswith("Good day, this is Ava")


def test_a_dropped_socket_comes_back_and_the_transcript_stays(live: StagePage):
    """row 67"""
    order(live, "socket")
    live.expect_state("Reconnecting", within_s=15)
    live.expect_state("Listening", within_s=30)
    answers(live)


def test_nine_and_then_twentyfive_seconds_without_a_packet_are_survived_and_shown(live: StagePage):
    """rows 67, 68, 74"""
    network = live.stage.get_by_test_id("network")
    expect(network).to_have_attribute("data-grade", "good", timeout=45_000)
    order(live, "media", seconds=9)
    expect(network).to_have_attribute("data-grade", "poor", timeout=12_000)
    expect(network).to_have_attribute("data-grade", "good", timeout=30_000)
    live.expect_state("Listening", within_s=40)
    answers(live)
    order(live, "media", seconds=25)  # by then the browser has given its path up: another is made
    expect(network).to_have_attribute("data-grade", "poor", timeout=12_000)
    expect(network).to_have_attribute("data-grade", "good", timeout=60_000)
    live.expect_state("Listening", within_s=40)
    live.type("What time is breakfast?")
    live.expect_said("agent", "seven", within_s=40)


def test_a_token_that_ends_is_renewed_without_the_call_noticing(live: StagePage):
    """row 69: the SDK says that it will end, the stage asks the server, the gateway takes the new one"""
    before = len(live.states)
    order(live, "token", seconds=10)
    live.page.wait_for_timeout(12_000)
    assert live.state == "Listening"
    assert "Reconnecting" not in live.states[before:]
    answers(live)


def test_a_token_that_did_end_takes_the_seat_again_with_a_new_one(live: StagePage):
    """row 69: the SDK has left the channel by itself; the stage joins again, with the same uid, camera and microphone"""
    order(live, "token", seconds=0)
    live.expect_state("Reconnecting", within_s=20)
    live.expect_state("Listening", within_s=30)
    answers(live)
    live.end()
    assert live.stage.get_attribute("data-phase") == "ended"


def test_a_refused_join_says_why_and_the_button_is_back(tab: StagePage):
    """row 18: with one of the gateway's own codes; the SDK gives up at once on this one, on most others it tries for long"""
    order(tab, "gateway", code="ERR_NO_AUTHORIZED", times=100)
    tab.launch()
    problem = tab.stage.get_by_role("alert")
    expect(problem).to_be_visible(timeout=40_000)
    expect(problem).to_contain_text("Agora rejected the token")
    expect(problem.locator(".card-advice")).not_to_be_empty()
    httpx.post(f"http://127.0.0.1:{tab.studio.twin_port()}/twin/reset", timeout=PATIENCE_S, trust_env=False)
    expect(tab.stage.get_by_test_id("launch")).to_be_enabled()


def test_an_agent_that_fails_ends_the_call_with_its_reason(live: StagePage):
    """row 23"""
    order(live, "agent")
    eventually(lambda: live.stage.get_attribute("data-phase") in ("ended", "failed"), within_s=30)
    expect(live.stage.get_by_text("The agent failed")).to_be_visible()
    expect(live.stage.get_by_test_id("launch")).to_be_enabled()


def test_a_vendors_error_is_told_with_its_module_and_advice_and_the_call_goes_on(live: StagePage):
    """rows 47, 71, 72"""
    for _ in range(2):
        order(live, "vendor", module="tts", code=401, message="the key is not valid")
    problem = live.stage.get_by_role("alert")
    expect(problem).to_have_count(1)
    expect(problem).to_contain_text("the key is not valid")
    expect(problem.locator(".card-advice")).to_contain_text("key in Settings")
    order(live, "vendor", module="avatar", code=429, message="session limit reached")
    expect(live.stage.get_by_role("alert")).to_contain_text("The call continues without a face")
    answers(live)
