"""Two hundred calls with a talking person, some at a time: what stays behind of memory, descriptors, threads, tasks, agents."""

from __future__ import annotations

import asyncio
import json
import time
from functools import lru_cache
from typing import Any

import httpx
import psutil

from bench.figures import Goal
from bench.participant import BenchParticipant, BenchSeat, Question
from bench.scene import Scene
from bench.speech import spoken
from greenroom.callers.media_path import CallerCertificate
from tests.studio_process import StudioProcess

GOAL = Goal("all are answered and nothing grows: no descriptor, thread, task, agent; memory by noise (5 MB)", "left", 0)
KEY = "of-the-bench"
ASKED = "What time is breakfast served?"
AGENT = {"greeting": "Hello.", "prompt": "Breakfast is served from seven."}
#: The twin keeps what its last 200 agents said, and the database a connection for each of those that once asked at a time:
#: both are as full as they get before anything is counted.
WARM, CALLS, QUICK_CALLS, AT_A_TIME = 200, 200, 10, 6
NOISE_MB = 5.0
WAIT_S, ENDING_S = 20.0, 8.0

Client = httpx.AsyncClient


def soak(scene: Scene) -> dict[str, Any]:
    """The studio and its twin as they run for a person; calls over the samples' contract, with no browser to hide anything."""
    studio = StudioProcess(scene.folder / "soak", {"GREENROOM_API_KEY": KEY}).start()
    try:
        return {"soak_200_calls": asyncio.run(_soaked(studio, scene.quick))}
    finally:
        studio.stop()


async def _soaked(studio: StudioProcess, quick: bool) -> dict[str, Any]:
    head = {"authorization": f"Bearer {KEY}"}
    calls = QUICK_CALLS if quick else CALLS
    # Below the five seconds after which the server closes an idle connection, just when a request may go out on it.
    kept = httpx.Limits(keepalive_expiry=2)
    async with Client(base_url=studio.url, headers=head, timeout=30, trust_env=False, limits=kept) as client:
        await _shared(AT_A_TIME, AT_A_TIME if quick else WARM, lambda: _call(client, studio))
        before = await _taken(studio)
        started = time.monotonic()
        answered = sum(await _shared(AT_A_TIME, calls, lambda: _call(client, studio)))
        seconds = time.monotonic() - started
        after = await _taken(studio)
    grown = {name: round(after[name] - before[name], 1) for name in before}
    left = sum(max(0.0, grown[name]) for name in grown if name != "memory_mb") + max(0.0, grown["memory_mb"] - NOISE_MB)
    return {
        "calls": calls,
        "answered": answered,
        "seconds": round(seconds),
        "at_a_time": AT_A_TIME,
        "grown": grown,
        "left": round(left + calls - answered, 1),
    }


async def _shared(hands: int, times: int, work: Any) -> list[Any]:
    """``work`` so many times, never more than ``hands`` of it at once."""
    gate = asyncio.Semaphore(hands)

    async def one() -> Any:
        async with gate:
            return await work()

    return await asyncio.gather(*(one() for _ in range(times)))


async def _call(client: Client, studio: StudioProcess) -> bool:
    """Start, join, ask, hear the answer, leave, hang up. False when no answer came."""
    told = (await client.get("/start-agent", params=AGENT)).raise_for_status().json()
    url = f"http://127.0.0.1:{studio.twin_port()}"
    caller = BenchParticipant(
        BenchSeat(url, told["appid"], told["channel"], int(told["uid"]), told["token"]), _question(), _certificate()
    )
    try:
        await caller.join()
        await asyncio.wait_for(caller.hears_agent.wait(), WAIT_S)
        await asyncio.sleep(1.5)  # the greeting is over
        caller.ask()
        deadline = time.monotonic() + WAIT_S
        while not caller.waits and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
    finally:
        await caller.leave()
        await _hang_up(client, told)
    return any(wait is not None for wait in caller.waits)


async def _hang_up(client: Client, told: dict[str, Any]) -> None:
    agent = json.loads(told["agent_response"]["response"])["agent_id"]
    (await client.get("/hangup-agent", params={"agent_id": agent, "channel": told["channel"]})).raise_for_status()


async def _taken(studio: StudioProcess) -> dict[str, float]:
    await asyncio.sleep(ENDING_S)  # what ends, ends
    assert studio.process is not None
    main = psutil.Process(studio.process.pid)
    family = [main, *main.children(recursive=True)]
    twin = studio.health()["twin"]
    return {
        "memory_mb": sum(process.memory_info().rss for process in family) / 1e6,
        "descriptors": sum(process.num_fds() for process in family),
        "threads": sum(process.num_threads() for process in family),
        "tasks": float(twin["tasks"]),
        "agents": float(twin["agents"]),
        "channels": float(twin["channels"]),
    }


@lru_cache
def _question() -> Question:
    return Question.of(spoken(ASKED))


@lru_cache
def _certificate() -> CallerCertificate:
    return CallerCertificate()
