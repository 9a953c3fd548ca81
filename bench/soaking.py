"""Two hundred agents started and stopped, one after the other: what of memory, descriptors, threads and agents stays behind."""

from __future__ import annotations

import gc
import json
import time
from typing import Any

import httpx
import psutil

from bench.figures import Goal
from bench.scene import Scene
from tests.studio_process import StudioProcess

GOAL = Goal("nothing grows but by noise: under 20 MB, no descriptor, no thread, no agent", "agents", 0)
KEY = "of-the-bench"
WARM, CALLS, QUICK_CALLS = 20, 200, 10


def soak(scene: Scene) -> dict[str, Any]:
    """The studio and its twin as they run for a person; agents over the samples' contract, so that no browser hides anything."""
    studio = StudioProcess(scene.folder / "soak", {"GREENROOM_API_KEY": KEY}).start()
    try:
        with httpx.Client(base_url=studio.url, headers={"authorization": f"Bearer {KEY}"}, timeout=30, trust_env=False) as client:
            calls = QUICK_CALLS if scene.quick else CALLS
            _start_and_stop(client, WARM)
            before = _taken(studio)
            started = time.monotonic()
            _start_and_stop(client, calls)
            seconds = time.monotonic() - started
            after = _taken(studio)
    finally:
        studio.stop()
    grown = {name: round(after[name] - before[name], 1) for name in before}
    return {"soak_200_calls": {"calls": calls, "seconds": round(seconds), "grown": grown, "agents": int(after["agents"])}}


def _start_and_stop(client: httpx.Client, times: int) -> None:
    for _ in range(times):
        started = client.get("/start-agent").raise_for_status().json()
        agent = json.loads(started["agent_response"]["response"])["agent_id"]
        client.get("/hangup-agent", params={"agent_id": agent, "channel": started["channel"]}).raise_for_status()


def _taken(studio: StudioProcess) -> dict[str, float]:
    time.sleep(6)  # what ends, ends
    gc.collect()
    assert studio.process is not None
    main = psutil.Process(studio.process.pid)
    family = [main, *main.children(recursive=True)]
    return {
        "memory_mb": sum(process.memory_info().rss for process in family) / 1e6,
        "descriptors": sum(process.num_fds() for process in family),
        "threads": sum(process.num_threads() for process in family),
        "agents": float(studio.health()["twin"]["agents"]),
    }
