"""What the stage costs a browser in a call in which nobody speaks, against a bare page with Agora's SDK in the same channel."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil
from playwright.sync_api import Page, Route

from bench.figures import Goal
from bench.scene import Scene, opened_database
from greenroom.agora.tokens import rtc_rtm_token
from greenroom.clock import Clock
from greenroom.store.sessions import SessionStore
from tests.browser.callers import PAGE
from tests.browser.conftest import CHROMIUM, RTC_SDK
from tests.browser.stage import FLAGS, StagePage, write_speech

GOAL = Goal("the stage takes at most 15 % of a core", "stage_cores", 0.15)
RECORDING_GOAL = Goal("no limit set; what recording takes of a core more", "more")
#: Both browsers at the same time, so that they share the machine's weather.
CALM_S, WATCH_S, QUICK_S = 6.0, 20.0, 6.0
ANY_UID = 4711
JOIN = "(who) => Promise.race([join(who), new Promise((resolve) => setTimeout(() => resolve({ error: 'too late' }), 15000))])"
#: The microphone as the stage asks for it: what the browser does with the sound is most of what a call costs.
PUBLISH = """
async () => client.publish(
  await AgoraRTC.createMicrophoneAudioTrack({ AEC: true, ANS: true, AGC: true, encoderConfig: 'speech_standard' }))
"""


def lightness(scene: Scene) -> dict[str, Any]:
    """Cores (1.0 = one core busy) of everything that each browser runs, and what the page with the stage takes more."""
    with (
        _browser(scene, "stage") as (page, stage),
        _browser(scene, "recording") as (recorded, recorder),
        _browser(scene, "bare") as (bare, sdk),
    ):
        tabs = [_call(page, scene, recorded=False), _call(recorded, scene, recorded=True)]
        _join_bare(bare, scene)
        for tab in tabs:  # a call in which nobody speaks for half a minute is ended
            tab.type("Are dogs welcome?")
            tab.expect_said("agent", "dogs are welcome")
        for tab in tabs:
            tab.expect_quiet()
        time.sleep(CALM_S)
        before = [_busy_s(stage), _busy_s(sdk), _busy_s(recorder)]
        watched_s = QUICK_S if scene.quick else WATCH_S
        time.sleep(watched_s)
        after = [_busy_s(stage), _busy_s(sdk), _busy_s(recorder)]
        for tab in tabs:
            tab.end()
    stage_cores, sdk_cores, recording_cores = ((now - then) / watched_s for now, then in zip(after, before, strict=True))
    figures = {"stage_cores": round(stage_cores, 3), "bare_sdk_cores": round(sdk_cores, 3)}
    return {
        "stage_cpu_ratio": figures | {"ratio": round(stage_cores / sdk_cores, 2) if sdk_cores else None},
        "recording_cpu_share": {"with": round(recording_cores, 3), "more": round(recording_cores - stage_cores, 3)},
    }


def _call(page: Page, scene: Scene, *, recorded: bool) -> StagePage:
    page.goto(scene.studio.url)
    tab = StagePage(page, scene.studio)
    tab.stage.get_by_role("button", name="Launch").wait_for(timeout=30_000)
    tab.settled()
    tab.stage.get_by_test_id("record-choice").set_checked(recorded)
    tab.launch_and_wait()
    tab.expect_quiet()
    return tab


@contextmanager
def _browser(scene: Scene, name: str) -> Iterator[tuple[Page, psutil.Process]]:
    """A browser of its own with a silent microphone, and its main process."""
    mic = write_speech(scene.folder / "silence.wav", 120.0)
    mark = f"--greenroom-bench={name}"
    # The bare page comes from no server, so that Chromium takes it for a stranger to this machine's own network.
    flags = [*FLAGS, f"--use-file-for-fake-audio-capture={mic}", "--disable-features=LocalNetworkAccessChecks", mark]
    browser = scene.playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
    try:
        marked = (p for p in psutil.process_iter(["cmdline"]) if mark in (p.info["cmdline"] or ()))
        main = next(p for p in marked if not any(word.startswith("--type=") for word in p.info["cmdline"]))
        yield browser.new_context(permissions=["microphone"], viewport={"width": 1280, "height": 860}).new_page(), main
    finally:
        browser.close()


def _busy_s(main: psutil.Process) -> float:
    """Processor seconds of a browser with all its helpers."""
    total = 0.0
    for process in (main, *main.children(recursive=True)):
        times = process.cpu_times()
        total += times.user + times.system
    return total


def _join_bare(page: Page, scene: Scene) -> None:
    """Nothing but the SDK: in the stage's channel, publishing a microphone, hearing everybody."""

    def answer(route: Route) -> None:
        route.fulfill(path=RTC_SDK if route.request.url.endswith("/sdk.js") else PAGE)

    page.route("**/bare**", answer)
    page.route("**/sdk.js", answer)
    page.goto(f"{scene.studio.url}/bare?edge={scene.studio.twin_port()}")
    channel = _channel(scene)
    project = scene.studio.project
    token = rtc_rtm_token(project.app_id, project.app_certificate, channel, ANY_UID)
    joined = page.evaluate(JOIN, {"appId": project.app_id, "channel": channel, "uid": ANY_UID, "token": token})
    assert joined.get("uid") == ANY_UID, joined
    page.evaluate(PUBLISH)


def _channel(scene: Scene) -> str:
    with opened_database(scene.studio) as database:
        return SessionStore(database, Clock()).newest(1)[0].channel
