"""The memory of the twin's process: ready, in a call, and after calls."""

from __future__ import annotations

import asyncio
from typing import Any

from bench.figures import Goal
from bench.scene import Scene
from bench.twin_calls import calls, twin
from tests.conftest import RunningTwin

GOAL = Goal("no limit set; after_load must stay near in_a_call")
EVERY_S, TALK_S = 5.0, 10.0
#: The scripted brain is what the other figures run with; auto finds the small built-in model.
BRAINS = ("scripted", "auto")


def twin_rss_mb(scene: Scene) -> dict[str, Any]:
    """Resident megabytes (2^20) for each brain."""
    return {"twin_rss_mb": {brain: _weigh(brain) for brain in BRAINS[: 1 if scene.quick else None]}}


def _weigh(brain: str) -> dict[str, Any]:
    with twin(brain) as process:
        return {"brain": process.health()["engines"]["brain"]} | asyncio.run(_in_a_call(process))


async def _in_a_call(process: RunningTwin) -> dict[str, int]:
    """One call that talks, then none."""
    async with calls(process) as talking:
        found = {"idle": talking.rss_mb}
        await talking.add()
        await talking.ask_for(TALK_S, EVERY_S)
        found["in_a_call"] = talking.rss_mb
        await talking.close()
        talking.callers.clear()
        return found | {"after_load": talking.rss_mb}
