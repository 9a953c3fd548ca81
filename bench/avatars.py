"""An offline avatar in a bare page with Agora's SDK: how soon it is seen, how near its lips are to the sound, what it costs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil

from bench.figures import Goal, spread
from bench.scene import Scene
from bench.twin_calls import twin
from tests.browser.conftest import RTC_SDK, eventually, launch
from tests.browser.eyes import sight, watch
from tests.browser.meeting import Meeting, met, served_page
from tests.conftest import RunningTwin

FRAME_GOAL = Goal("no limit set: from the request to start the agent to the first picture shown", "p50")
LIPS_GOAL = Goal("lips within 80 of the sound", "furthest", 80)
CPU_GOAL = Goal("no limit set; of one core, by the twin, what an avatar that is watched adds", "added_talking")
MEETINGS, QUICK = 5, 2
IDLE_S = 6.0
AGENT, AVATAR = 9001, 9002
TEXT = (
    "The house was built by a miller, and it has twelve rooms. Every room looks on the river. In summer we serve tea outside, "
    "under the old lime tree, and in winter there is a fire in the hall. Dogs are welcome. Breakfast is served from seven."
)
_FIRST_PICTURE = """() => {
  const look = () => {
    const video = document.querySelector('#stage video');
    if (video) video.requestVideoFrameCallback((_, shown) => { window.firstShown = shown.expectedDisplayTime; });
    else setTimeout(look, 4);
  };
  look();
  return performance.now();
}"""


def avatars(scene: Scene) -> dict[str, Any]:
    """Milliseconds, and shares of one core."""
    first, lips, shares = [], [], []
    with twin() as process, served_page(RTC_SDK) as address:
        for _ in range(QUICK if scene.quick else MEETINGS):
            with _meeting(scene, process, address) as meeting:
                seen = _seen(meeting)
            first.append(seen["first"])
            lips.append(seen["lips"])
            shares.append(seen)
        with _meeting(scene, process, address) as meeting:
            without = _heard_only(meeting)
    mean = {key: sum(one[key] for one in shares) / len(shares) for key in ("idle", "unwatched", "talking")}
    cpu = {
        "added_talking": mean["talking"] - without["talking"],
        "added_idle": mean["idle"] - without["idle"],
        "added_unwatched": mean["unwatched"] - without["idle"],
        "talking": mean["talking"],
        "talking_without": without["talking"],
    }
    return {
        "avatar_first_frame_ms": spread(first),
        "lip_offset_ms": spread(lips) | {"furthest": round(max(map(abs, lips)))},
        "avatar_cpu_share": {key: round(share, 3) for key, share in cpu.items()},
    }


@contextmanager
def _meeting(scene: Scene, process: RunningTwin, address: str) -> Iterator[Meeting]:
    browser = launch(scene.playwright)
    try:
        with met(browser, process, address) as meeting:
            meeting.join()
            yield meeting
    finally:
        browser.close()


def _seen(meeting: Meeting) -> dict[str, float]:
    page = meeting.page
    asked = page.evaluate(_FIRST_PICTURE)
    face = {
        "agora_uid": str(AVATAR),
        "agora_token": meeting.token(AVATAR),
        "avatar_id": "mira",
        "api_key": "none",
        "api_base_url": "https://avatars.localhost",
    }
    agent = meeting.start(AGENT, "", face)
    page.wait_for_function("() => window.firstShown !== undefined", timeout=20_000)
    eventually(lambda: ["subscribed", AVATAR, "audio"] in meeting.seen(), else_say=meeting.seen)
    found = {"first": page.evaluate("firstShown") - asked}
    page.wait_for_timeout(5000)  # a whole breath is drawn once
    found["idle"] = _share(meeting, IDLE_S)
    watch(page, AVATAR)
    found["talking"] = _talking(meeting, agent)
    found["lips"] = sight(page).lips_late_ms
    page.evaluate("uid => client.unsubscribe(client.remoteUsers.find((user) => user.uid === uid), 'video')", AVATAR)
    page.wait_for_timeout(500)
    return found | {"unwatched": _share(meeting, IDLE_S)}


def _heard_only(meeting: Meeting) -> dict[str, float]:
    agent = meeting.start(AGENT, "")
    eventually(lambda: ["subscribed", AGENT, "audio"] in meeting.seen(), else_say=meeting.seen)
    meeting.page.wait_for_timeout(1000)
    return {"idle": _share(meeting, IDLE_S), "talking": _talking(meeting, agent)}


def _talking(meeting: Meeting, agent: str) -> float:
    """The share while it says :data:`TEXT`."""
    started, before = time.monotonic(), _cpu_s(meeting)
    meeting.api.speak(agent, TEXT, channel=meeting.channel, agent_uid=AGENT)
    eventually(lambda: any(told["status"] == 1 for told in meeting.told()), within_s=60, else_say=meeting.told)
    return (_cpu_s(meeting) - before) / (time.monotonic() - started)


def _share(meeting: Meeting, seconds: float) -> float:
    before = _cpu_s(meeting)
    meeting.page.wait_for_timeout(seconds * 1000)
    return (_cpu_s(meeting) - before) / seconds


def _cpu_s(meeting: Meeting) -> float:
    times = psutil.Process(meeting.twin.child.pid).cpu_times()
    return times.user + times.system
