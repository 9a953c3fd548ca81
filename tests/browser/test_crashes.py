"""SIGKILL in the middle of a call: no agent runs on, nothing said is lost, and the record says what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Playwright, expect

from tests.browser.conftest import eventually
from tests.browser.stage import StagePage, open_browser, shut
from tests.browser.studio_fixtures import *
from tests.browser.test_working import newest_row
from tests.studio_process import StudioProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


def talk_then_kill(playwright: Playwright, silent_mic, studio: StudioProcess) -> None:
    context = open_browser(playwright, silent_mic)
    tab = StagePage.open(context, studio)
    tab.launch_and_wait()
    tab.expect_quiet()
    tab.type("Are dogs welcome?")
    tab.expect_said("agent", "dogs are welcome")
    tab.expect_quiet()
    studio.kill()
    shut(context)


@pytest.fixture
def start_studio(tmp_path: Path) -> Iterator[Callable[..., StudioProcess]]:
    """``start_studio(environ, engines=True)``: ended after the test, however it went."""
    started: list[StudioProcess] = []

    def start(environ: Mapping[str, str] | None = None, engines: bool = True) -> StudioProcess:
        started.append(StudioProcess(tmp_path, environ))
        return started[-1].start(engines)

    yield start
    for studio in started:
        studio.stop()


def record_after_restart(playwright: Playwright, silent_mic, studio: StudioProcess) -> str:
    context = open_browser(playwright, silent_mic)
    record = newest_row(StagePage.open(context, studio))
    shut(context)
    return record


def test_killing_the_app_takes_its_twin_along_and_the_record_is_kept(playwright, silent_mic, start_studio):
    """row 30"""
    studio = start_studio()
    assert studio.process is not None
    children = psutil.Process(studio.process.pid).children(recursive=True)
    talk_then_kill(playwright, silent_mic, studio)
    eventually(lambda: not any(child.is_running() for child in children), within_s=15, else_say=lambda: children)
    studio.start()
    record = record_after_restart(playwright, silent_mic, studio)
    assert "Greenroom stopped unexpectedly" in record, record
    assert "Are dogs welcome?" in record
    assert "Dogs are welcome." in record


def test_an_agent_that_outlives_the_killed_app_is_stopped_when_the_app_is_back(playwright, silent_mic, start_studio, twin):
    """row 30: as in the cloud, where the agent does not die with us."""
    environ = {"GREENROOM_TWIN_URL": twin.url, "AGORA_APP_ID": twin.app_id, "AGORA_APP_CERTIFICATE": twin.certificate}
    studio = start_studio(environ)
    before = twin.health()["agents"]
    talk_then_kill(playwright, silent_mic, studio)
    assert twin.health()["agents"] == before + 1
    studio.start()
    eventually(lambda: twin.health()["agents"] == before, within_s=15, else_say=twin.health)
    record = record_after_restart(playwright, silent_mic, studio)
    assert "Greenroom stopped unexpectedly" in record, record


def test_a_twin_that_dies_is_started_again_and_the_call_is_closed_with_the_reason(playwright, silent_mic, start_studio):
    studio = start_studio()
    context = open_browser(playwright, silent_mic)
    tab = StagePage.open(context, studio)
    tab.launch_and_wait()
    assert studio.process is not None
    for child in psutil.Process(studio.process.pid).children(recursive=True):
        child.kill()
    expect(tab.stage.get_by_role("button", name="Launch")).to_be_visible(timeout=60_000)
    eventually(lambda: studio.health().get("twin", {}).get("ready"), within_s=30, else_say=lambda: studio.log[-500:])
    tab.launch_and_wait()
    tab.end()
    shut(context)


def test_the_app_ends_in_good_order_and_stops_what_runs(playwright, silent_mic, start_studio):
    studio = start_studio()
    context = open_browser(playwright, silent_mic)
    tab = StagePage.open(context, studio)
    tab.launch_and_wait()
    studio.stop()
    shut(context)
    studio.start()
    record = record_after_restart(playwright, silent_mic, studio)
    assert "Stopped by Greenroom" in record


def test_the_first_visitor_may_open_any_page_and_finds_the_stage_there(playwright, silent_mic, start_studio):
    studio = start_studio(engines=False)
    context = open_browser(playwright, silent_mic)
    tab = StagePage.open(context, studio, "settings")
    expect(tab.page.get_by_role("heading", name="Settings", level=1)).to_be_visible(timeout=45_000)
    expect(tab.stage.get_by_role("button", name="Launch")).to_be_visible(timeout=45_000)
    shut(context)
