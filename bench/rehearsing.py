"""How long forty tests in text mode and eight in voice mode take, and how much memory a thousand runs leave behind."""

from __future__ import annotations

import gc
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import psutil

from bench.figures import Goal
from bench.scene import Scene
from greenroom.catalog.templates import TEMPLATES
from greenroom.headless import running_services
from greenroom.model.rehearsal import RehearsalPlan, SuiteId
from greenroom.services import Services

TEXT_GOAL = Goal("40 tests in text mode ≤ 60 s", "seconds", 60)
VOICE_GOAL = Goal("8 tests in voice mode ≤ 90 s", "seconds", 90)
MEMORY_GOAL = Goal("1,000 runs leave ≤ 50 MB more", "growth_mb", 50)
TIMES = 25
#: Of the hotel's suite: one question each, over the whole greeting.
VOICE_TESTS = ("check-in", "check-out", "breakfast-weekday", "breakfast-place", "parking", "dogs", "room-price", "who")
QUICK_VOICE_TESTS = 2
#: In the middle of the greeting.
IN_CALL_S = 2.0
MB = 1 << 20


def rehearsing(scene: Scene) -> dict[str, Any]:
    """The suites that ship, on their templates; then the pizza suite until a thousand runs are done."""
    with _headless() as services:
        _run(services, "support", 1)  # the models are loaded now
        began = time.monotonic()
        tests = sum(_run(services, template, 1) for template in services.rehearsals.starters())
        seconds = round(time.monotonic() - began, 1)
        _run(services, "orders", 5)
        before, began = _rss(), time.monotonic()
        runs = 0
        wanted = 1000 if not scene.quick else 100
        while runs < wanted:
            runs += _run(services, "orders", TIMES)
        took = time.monotonic() - began
        growth = round((_rss() - before) / MB, 1)
    return {
        "rehearse_text_40_s": {"seconds": seconds, "tests": tests},
        "rehearse_1000_rss_growth_mb": {"growth_mb": growth, "runs": runs, "runs_per_s": round(runs / took, 1)},
    }


def speaking(scene: Scene) -> dict[str, Any]:
    """Real sound both ways: the callers' own process speaks and listens, the twin hears, answers and records.

    Includes the start of that process; the twin's models are loaded before.
    """
    tests = VOICE_TESTS[:QUICK_VOICE_TESTS] if scene.quick else VOICE_TESTS
    with _headless() as services:
        _run(services, "hotel", 1, tests)
        began = time.monotonic()
        runs = _run(services, "hotel", 1, tests, "voice")
        seconds = round(time.monotonic() - began, 1)
        stopped = _stop_while_talking(services)
    return {"rehearse_voice_8_s": {"seconds": seconds, "tests": runs, "stop_s": stopped}}


def _stop_while_talking(services: Services) -> float:
    """From *Stop*, with as many callers in their calls as run at once, until each has hung up and the run is over."""
    batch = services.rehearsals.run(_plan(services, "hotel", 1, VOICE_TESTS, "voice"))
    progress = services.rehearsals.progress(batch.id)
    assert progress is not None
    while services.watchdog.running() < progress.running or progress.running < 2:
        time.sleep(0.1)
    time.sleep(IN_CALL_S)
    began = time.monotonic()
    services.rehearsals.stop(batch.id)
    assert services.rehearsals.wait(batch.id, 60)
    return round(time.monotonic() - began, 2)


def _run(services: Services, template: str, repeat: int, tests: tuple[str, ...] = (), mode: Literal["", "voice"] = "") -> int:
    """How many runs passed; all must."""
    batch = services.rehearsals.run(_plan(services, template, repeat, tests, mode))
    services.rehearsals.wait(batch.id)
    report = services.rehearsals.report(batch.id)
    wrong = [(cell.scenario_id, cell.reason) for cell in report.cells if cell.verdict != "pass"]
    assert not wrong, wrong
    return len(report.runs)


def _plan(services: Services, template: str, repeat: int, tests: tuple[str, ...], mode: Literal["", "voice"]) -> RehearsalPlan:
    """The template's suite against a new agent of it."""
    made = next(one for one in TEMPLATES if one.id == template)
    agent = services.agents.create(made)
    version = services.agents.freeze(agent.id)
    text = services.rehearsals.starters()[template].text
    return RehearsalPlan(SuiteId(""), template, agent.id, text, (version.id,), tests, repeat, mode)


def _rss() -> int:
    gc.collect()
    return psutil.Process().memory_info().rss


@contextmanager
def _headless() -> Iterator[Services]:
    """A new installation in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        kept = dict(os.environ)
        os.environ.update({"GREENROOM_DATA_DIR": folder, "GREENROOM_TWIN_BRAIN": "scripted"})
        try:
            with running_services() as services:
                yield services
        finally:
            os.environ.clear()
            os.environ.update(kept)
