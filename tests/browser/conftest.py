"""Chromium for every browser test, and Agora's unmodified SDK as the call component has it."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from pytest_rerunfailures import suspended_finalizers
from pytest_timeout import _get_item_settings

from tests.conftest import PATIENCE_S

FRONTEND = Path(__file__).parents[2] / "components" / "call" / "frontend"
#: As ``npm ci`` installs it.
RTC_SDK = FRONTEND / "node_modules" / "agora-rtc-sdk-ng" / "AgoraRTC_N-production.js"
INSTALL_TIMEOUT_S = 300.0

#: As a person has it: with a window that fills the screen, and with questions that can be answered no.
WINDOWED_CHROMIUM = "/usr/bin/chromium"
#: The same without them, if it is installed: a browser starts in a third of the processor time.
CHROMIUM = shutil.which("chromium-headless-shell") or WINDOWED_CHROMIUM
#: A microphone and a camera that need no hardware and no question, and sound without a click.
FLAGS = (
    "--no-sandbox",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-background-networking",
    "--disable-gpu",
)

Chromium = Callable[[Path | None], Browser]


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """For one module: while it runs, its thread has an event loop, and no ``async`` test can run."""
    with sync_playwright() as running:
        yield running


def launch(playwright: Playwright, mic_wav: Path | None = None, *flags: str) -> Browser:
    """A headless Chromium. Its microphone beeps, or says ``mic_wav`` once (16-bit PCM) from the moment it is opened."""
    microphone = [f"--use-file-for-fake-audio-capture={mic_wav}%noloop"] if mic_wav else []
    return playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *microphone, *flags])


@pytest.fixture
def chromium(playwright: Playwright) -> Iterator[Chromium]:
    """``chromium(mic_wav)`` launches a browser of the test's own; all of them are closed when it ends."""
    launched: list[Browser] = []

    def start(mic_wav: Path | None = None) -> Browser:
        launched.append(launch(playwright, mic_wav))
        return launched[-1]

    yield start
    for browser in launched:
        browser.close()


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One browser for all tests of a module. Its microphone beeps once a second."""
    running = launch(playwright)
    yield running
    running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page in a context of its own."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def rtc_sdk() -> Path:
    """The file of ``agora-rtc-sdk-ng`` in the version that the call component is built with."""
    if not RTC_SDK.exists():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=FRONTEND, check=True, timeout=INSTALL_TIMEOUT_S)
    assert RTC_SDK.exists()
    return RTC_SDK


def eventually(look: Callable[[], Any], *, within_s: float = 15.0, else_say: Callable[[], Any] = str) -> Any:
    """The first true thing that ``look()`` returns; when there is none in time, the test fails with ``else_say()``.

    ``within_s`` is what a quiet machine needs at most, where that is long; a busy one gets a minute for everything.
    """
    deadline = time.monotonic() + max(within_s, PATIENCE_S)
    while not (seen := look()):
        assert time.monotonic() < deadline, f"not in time: {else_say()}"
        time.sleep(0.05)
    return seen


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One second try for what runs in a browser with live sound: a noisy machine may starve it. The summary names each one.

    ``GREENROOM_RERUNS=0``: none, to see every failure.
    """
    reruns = int(os.environ.get("GREENROOM_RERUNS", "1"))
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=reruns))


def _end_set_up(session: pytest.Session) -> None:
    """End the fixtures of every scope; pytest-rerunfailures has put those of the module and the session aside."""
    session._setupstate.stack.update(suspended_finalizers)
    suspended_finalizers.clear()
    session._setupstate.teardown_exact(None)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin a second try afresh: with a studio and a browser of its own, and the whole time.

    What the first try typed, saved or left open would be no change any more, or in the way. pytest-timeout sets its timer once
    for all tries, so that a hang in the second never ended.
    """
    if getattr(item, "execution_count", 1) > 1:
        _end_set_up(item.session)
        item.ihook.pytest_timeout_cancel_timer(item=item)
        item.ihook.pytest_timeout_set_timer(item=item, settings=_get_item_settings(item))
