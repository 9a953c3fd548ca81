"""How soon the Studio answers one of many visitors, beside a bare Streamlit page with the same number of elements."""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

from bench.figures import Goal, spread
from bench.scene import Scene
from tests.streamlit_visitor import PageRun, StreamlitVisitor
from tests.studio_process import ROOT, free_port

HUNDRED_GOAL = Goal("p95 of 100 visitors ≤ 2 × that of a bare page with as many elements", "ratio", 2.0)
THREE_HUNDRED_GOAL = Goal("p95 of 300 visitors ≤ 500 ms", "p95", 500.0)
MANY, CROWD, QUICK_SIZE = 100, 300, 6
THINK_S, SECONDS, QUICK_S = 10.0, 20.0, 10.0
#: So many open the page at once.
ARRIVING = 8
TAB = ("setting_group", "Turn taking")
START_S, LATE_S = 30.0, 20.0


@dataclass(slots=True)
class CrowdFigures:
    """What the visitors saw. ``cores`` is what the servers used, ``own_cores`` what the visitors themselves did."""

    waits: list[float] = field(default_factory=list)
    failed: int = 0
    last: PageRun = field(default_factory=PageRun)
    seconds: float = 0.0
    cores: float = 0.0
    own_cores: float = 0.0

    def figure(self) -> dict[str, Any]:
        """As the report keeps it: waits in milliseconds, ``kb`` and ``messages`` of the last page run, CPU time per rerun."""
        return {
            **spread(self.waits),
            "failed": self.failed,
            "messages": self.last.messages,
            "kb": round(self.last.size / 1000, 1),
            "server_cores": round(self.cores, 2),
            "visitors_cores": round(self.own_cores, 2),
            "cpu_ms_a_rerun": round(self.cores * self.seconds * 1000 / max(1, len(self.waits)), 1),
        }


def hundred(scene: Scene) -> dict[str, Any]:
    """Milliseconds from a press to its end; each visitor edits an agent of his own and presses a switch every ten seconds."""
    return {"visitors_100_p95_ms": _visited(scene, MANY)}


def three_hundred(scene: Scene) -> dict[str, Any]:
    """The same with three hundred."""
    return {"visitors_300_p95_ms": _visited(scene, CROWD)}


def _visited(scene: Scene, size: int) -> dict[str, Any]:
    size, seconds = (QUICK_SIZE, QUICK_S) if scene.quick else (size, SECONDS)
    studio, agents = scene.crowded_studio(size)
    with bare_page(asyncio.run(studio_parts(studio.url, agents[0]))) as bare:
        plain = asyncio.run(crowd(bare.url, [""] * size, seconds, [bare.process], tab=None))
    full = asyncio.run(crowd(studio.url, [f"agent={agent}" for agent in agents], seconds, [psutil.Process(studio.process_id)]))
    studio.stop()
    ratio = round(spread(full.waits)["p95"] / max(1, spread(plain.waits)["p95"]), 2)
    return {**full.figure(), "bare": plain.figure(), "ratio": ratio}


async def studio_parts(url: str, agent: str) -> Counter[str]:
    """How many elements and blocks of each kind the Studio draws."""
    visitor = StreamlitVisitor(url, f"agent={agent}")
    try:
        await visitor.open()
        await visitor.choose_tab(*TAB)
        return (await visitor.rerun()).parts
    finally:
        await visitor.close()


async def crowd(
    url: str,
    queries: Sequence[str],
    seconds: float,
    servers: Sequence[psutil.Process],
    *,
    tab: tuple[str, str] | None = TAB,
    cookies: Sequence[str] = (),
    think_s: float = THINK_S,
) -> CrowdFigures:
    """All visitors open the page, then each presses a switch now and then, for this many seconds."""
    found = CrowdFigures()
    everyone = [
        StreamlitVisitor(url, query, cookie) for query, cookie in zip(queries, cookies or [""] * len(queries), strict=True)
    ]
    door = asyncio.Semaphore(ARRIVING)

    async def arrive(visitor: StreamlitVisitor) -> None:
        async with door:
            await visitor.open()
            if tab is not None:
                await visitor.choose_tab(*tab)
            await visitor.press_switch()  # what is done once only is done

    async def stay(visitor: StreamlitVisitor, until: float) -> None:
        pause = random.uniform(0, think_s)
        while time.monotonic() + pause < until:
            await asyncio.sleep(pause)
            try:
                run = await visitor.press_switch()
            except (OSError, TimeoutError, IndexError):
                found.failed += 1
                return
            found.waits.append(run.took_ms)
            found.last = run
            pause = random.uniform(0.5, 1.5) * think_s

    try:
        await asyncio.gather(*(arrive(visitor) for visitor in everyone))
        began, own, used = time.monotonic(), time.process_time(), _cpu_s(servers)
        staying = [asyncio.create_task(stay(visitor, began + seconds)) for visitor in everyone]
        await asyncio.sleep(seconds)
        took = found.seconds = time.monotonic() - began
        found.cores, found.own_cores = (_cpu_s(servers) - used) / took, (time.process_time() - own) / took
        _, late = await asyncio.wait(staying, timeout=LATE_S)
        found.failed += len(late)
        for task in late:
            task.cancel()
    finally:
        await asyncio.gather(*(visitor.close() for visitor in everyone), return_exceptions=True)
    return found


@dataclass(frozen=True, slots=True)
class BarePage:
    """A Streamlit page of our own, served by its own process."""

    url: str
    process: psutil.Process


@contextmanager
def bare_page(parts: Mapping[str, int]) -> Iterator[BarePage]:
    """The bare page, served with the same options of Streamlit as the Studio."""
    port = free_port()
    page = Path(__file__).parent / "bare_page.py"
    options = ["--server.port", str(port), "--server.headless", "true"]
    command = [sys.executable, "-m", "streamlit", "run", str(page), *options]
    env = os.environ | {"BARE_PARTS": json.dumps(parts)}
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://localhost:{port}"
    try:
        _await_health(url)
        yield BarePage(url, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait(15)


def _await_health(url: str) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/_stcore/health", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise TimeoutError("the bare page did not come up")


def _cpu_s(servers: Sequence[psutil.Process]) -> float:
    return sum(sum(server.cpu_times()[:2]) for server in servers)
