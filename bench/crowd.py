"""How many calls a twin carries at once before its answers take twice as long."""

from __future__ import annotations

import asyncio
import os
import time
from typing import Any

from bench.figures import Goal, quantile, spread
from bench.scene import Scene
from bench.twin_calls import TwinCalls, calls, twin
from tests.conftest import RunningTwin

GOAL = Goal("no limit set; compare with earlier runs on the same machine", "per_core")
#: Seconds from one question of a caller to the next: 1.3 s of question, the answer, and a pause.
EVERY_S = 5.0
ALONE_S, TOGETHER_S, QUICK_S = 35.0, 12.5, 10.0
CROWDS = (1, 2, 4, 6, 8, 10, 12, 16, 20, 24)
QUICK_CROWDS = (1, 2)
TWICE = 2.0


def calls_per_core(scene: Scene) -> dict[str, Any]:
    """The caller's load shares the machine with the twin's: both are in the answer, in cores."""
    with twin() as process:
        levels = asyncio.run(_grow(process, scene.quick))
    carried = [level["calls"] for level in levels if level["p90"] <= TWICE * levels[0]["p90"]]
    most = max(carried, default=0)
    return {
        "calls_per_core": {
            "per_core": round(most / (os.cpu_count() or 1), 1),
            "calls": most,
            "doubled": levels[-1]["p90"] > TWICE * levels[0]["p90"],
            "levels": levels,
        }
    }


async def _grow(process: RunningTwin, quick: bool) -> list[dict[str, Any]]:
    """One level after the other until p90 has doubled twice running: once may be chance."""
    levels: list[dict[str, Any]] = []
    async with calls(process) as crowd:
        for size in QUICK_CROWDS if quick else CROWDS:
            while len(crowd.callers) < size:
                await crowd.add()
            level = await measured(crowd, QUICK_S if quick else ALONE_S if size == 1 else TOGETHER_S)
            levels.append(level)
            if level["p90"] > TWICE * levels[0]["p90"]:
                again = await measured(crowd, QUICK_S if quick else TOGETHER_S)
                levels[-1] = min(level, again, key=lambda one: one["p90"])
                if levels[-1]["p90"] > TWICE * levels[0]["p90"]:
                    break
    return levels


async def measured(crowd: TwinCalls, seconds: float) -> dict[str, Any]:
    """Callers ask for ``seconds``. Waits are milliseconds; ``…_cores`` are CPU time by wall time of twin and callers."""
    started, own, twins = time.monotonic(), time.process_time(), crowd.cpu_s
    found = await crowd.ask_for(seconds, EVERY_S)
    took = time.monotonic() - started
    # Who got no answer has waited until the next question at least.
    times = sorted(EVERY_S * 1000 if wait is None else wait for wait in found)
    return {
        "calls": len(crowd.callers),
        **spread(times),
        "p90": round(quantile(times, 0.9)) if times else round(EVERY_S * 1000),
        "unanswered": sum(wait is None for wait in found),
        "twin_cores": round((crowd.cpu_s - twins) / took, 2),
        "callers_cores": round((time.process_time() - own) / took, 2),
        "rss_mb": crowd.rss_mb,
    }
