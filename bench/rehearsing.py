"""Forty tests in text mode and eight in voice mode, the memory of a thousand runs, and a voice run against a browser."""

from __future__ import annotations

import gc
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import psutil

from bench.figures import Goal, spread
from bench.scene import Scene
from greenroom.catalog.templates import TEMPLATES
from greenroom.headless import running_services
from greenroom.model.rehearsal import RehearsalPlan, SuiteId
from greenroom.services import Services

TEXT_GOAL = Goal("40 tests in text mode ≤ 60 s", "seconds", 60)
VOICE_GOAL = Goal("8 tests in voice mode ≤ 90 s", "seconds", 90)
MEMORY_GOAL = Goal("1,000 runs leave ≤ 50 MB more", "growth_mb", 50)
APART_GOAL = Goal("Latency of a voice run and of a caller in a browser ≤ 50 ms apart (p50)", "apart_ms", at_most=50)
TIMES = 25
#: Of the hotel's suite: one question each, over the whole greeting.
VOICE_TESTS = ("check-in", "check-out", "breakfast-weekday", "breakfast-place", "parking", "dogs", "room-price", "who")
QUICK_VOICE_TESTS = 2
#: In the middle of the greeting.
IN_CALL_S = 2.0
#: A fixed end of turn, so that the runs differ in how their callers hear and nothing else.
_SHORT = {
    "prompt.system": "Breakfast is from seven. Parking is free. Dogs are welcome.",
    "prompt.greeting": "Hello, Linden House.",
    "turns.end_mode": "vad",
    "turns.silence": 600,
}
_QUESTIONS = ("When is breakfast?", "Are dogs welcome?", "Is parking free?")
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


def voices(scene: Scene) -> dict[str, Any]:
    """The same lines to the same agent, by a caller without and with a browser in turn."""
    lines = "".join(f"    - {{say: '{one}', expect: [{{ms: {{voice_to_voice: {{max: 60000}}}}}}]}}\n" for one in _QUESTIONS * 3)
    text = f"rehearse: 1\nname: Voice\nmode: voice\nscenarios:\n- id: one\n  caller:\n    lines:\n    - wait: greeting\n{lines}"
    seen: dict[bool, list[int]] = {False: [], True: []}
    with _headless() as services:
        agent = services.agents.create(next(one for one in TEMPLATES if one.id == "hotel"))
        draft = services.agents.draft(agent.id)
        services.agents.save(agent.id, {**draft.settings, **_SHORT}, draft.revision)
        version = services.agents.versions.freeze(agent.id)
        for browser in (False, True) * (1 if scene.quick else 2):
            batch = services.rehearsals.run(RehearsalPlan(SuiteId(""), "", agent.id, text, (version.id,), browser=browser))
            services.rehearsals.wait(batch.id)
            for run in services.rehearsals.results.report(batch.id).runs:
                assert run.verdict == "pass", run.reason
                turns = services.records.get(run.session_id).turns if run.session_id else ()
                seen[browser] += [turn.latency_ms for turn in turns if turn.latency_ms is not None and turn.speaker == "agent"]
    apart = round(abs(statistics.median(seen[True]) - statistics.median(seen[False])))
    return {"rehearse_voice_v_browser_ms": {"apart_ms": apart, "edge": spread(seen[False]), "browser": spread(seen[True])}}


def _run(services: Services, template: str, repeat: int, tests: tuple[str, ...] = (), mode: Literal["", "voice"] = "") -> int:
    """How many runs passed; all must."""
    batch = services.rehearsals.run(_plan(services, template, repeat, tests, mode))
    services.rehearsals.wait(batch.id)
    report = services.rehearsals.results.report(batch.id)
    wrong = [(cell.scenario_id, cell.reason) for cell in report.cells if cell.verdict != "pass"]
    assert not wrong, wrong
    return len(report.runs)


def _plan(services: Services, template: str, repeat: int, tests: tuple[str, ...], mode: Literal["", "voice"]) -> RehearsalPlan:
    """The template's suite against a new agent of it."""
    made = next(one for one in TEMPLATES if one.id == template)
    agent = services.agents.create(made)
    version = services.agents.versions.freeze(agent.id)
    text = services.rehearsals.starters()[template].text
    return RehearsalPlan(
        suite_id=SuiteId(""),
        suite_name=template,
        agent_id=agent.id,
        text=text,
        versions=(version.id,),
        scenarios=tests,
        repeat=repeat,
        mode=mode,
    )


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
