"""Texts, icons and colors of verdicts, versions, badges and estimates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from components.shell.formatting import plain
from greenroom.model.agent import Version
from greenroom.model.rehearsal import ScenarioResult
from greenroom.plurals import counted
from greenroom.services.rehearsals import Badge, RanAt, RunEstimate

MARKS: Mapping[str, str] = {"pass": "✓", "fail": "✗", "unknown": "?", "error": "!"}
NAMES: Mapping[str, str] = {"pass": "Pass", "fail": "Fail", "unknown": "Unknown", "error": "Error"}
ICONS: Mapping[str, str] = {
    "pass": ":material/check_circle:",
    "fail": ":material/cancel:",
    "unknown": ":material/help:",
    "error": ":material/error:",
}
COLORS: Mapping[str, Literal["green", "red", "orange"]] = {"pass": "green", "fail": "red", "unknown": "orange", "error": "orange"}

CULPRITS: Mapping[str, str] = {
    "agent": "the agent",
    "caller": "the simulated caller",
    "judge": "the judge",
    "machine": "this computer",
}


def cell(result: ScenarioResult | None, ran: RanAt | None = None, newer: ScenarioResult | None = None) -> str:
    """ "✓ Pass", "✗ Fail 3/5 · voice", "✓ Pass · Agora", "… 2 of 5 runs"; a dash for a test that changed since its last run.
    ``newer``: of a batch that isn't through, as in "✓ Pass · … 2 of 100"."""
    if result is None:
        return "–"
    if result.verdict == "unknown" and result.lacks_runs and not result.unknown:
        return f"… {result.runs} of {result.planned} runs"
    share = f" {result.passed}/{result.runs}" if result.planned > 1 else ""
    place = "" if ran is None or ran == RanAt("twin", "text") else " · Agora" if ran.where == "agora" else " · voice"
    beside = "" if newer is None else f" · … {newer.runs} of {newer.planned}"
    return f"{MARKS[result.verdict]} {NAMES[result.verdict]}{share}{place}{beside}"


def newer_run(result: ScenarioResult, *, stopped: bool) -> str:
    """Of a batch that decides nothing yet: "A newer run stopped after 2 of 100 runs (1 pass, 1 error)…" """
    counted = ((result.passed, "pass"), (result.failed, "fail"), (result.unknown, "unknown"), (result.error, "error"))
    counts = ", ".join(f"{count} {name}" for count, name in counted if count)
    state = "stopped after" if stopped else "is at"
    run = f"A newer run {state} {result.runs} of {result.planned} runs ({counts})."
    return f"{run} It decides nothing yet; this is the earlier result."


def ran_at(ran: RanAt | None) -> str:
    """ "Text, offline", "Voice, on Agora" """
    return "" if ran is None else f"{ran.mode.capitalize()}, {'on Agora' if ran.where == 'agora' else 'offline'}"


def version(frozen: Version) -> str:
    """ "v3 · Friendlier", or "v3" without a name."""
    return f"v{frozen.number}" + (f" · {frozen.name}" if frozen.name else "")


def badge(tests: Badge) -> str:
    """ "12 of 14 tests pass · p90 740 ms · 1 fails · 1 unknown" """
    parts = [f"{tests.passed} of {tests.total} test{' passes' if tests.total == 1 else 's pass'}"]
    if tests.p90_ms is not None:
        parts.append(_p90(tests))
    if tests.failed:
        parts.append(f"{tests.failed} fail{'s' if tests.failed == 1 else ''}")
    parts += [f"{count} {name}" for count, name in ((tests.unknown, "unknown"), (tests.error, "error")) if count]
    if tests.stale:
        parts.append(f"{tests.stale} not run")
    return " · ".join(parts)


def short_badge(found: Badge) -> str:
    """ "12 of 14 pass · p90 740 ms · 2 unknown", for a table; "Not run" for a version without results."""
    if found.stale == found.total:
        return "Not run"
    parts = [f"{found.passed} of {found.total} pass"]
    if found.p90_ms is not None:
        parts.append(_p90(found))
    counts = ((found.failed, "fail" if found.failed > 1 else "fails"), (found.unknown, "unknown"), (found.error, "error"))
    parts += [f"{count} {name}" for count, name in (*counts, (found.stale, "not run")) if count]
    return " · ".join(parts)


def _p90(tests: Badge) -> str:
    return f"p90 {tests.p90_ms:,} ms{' to first token' if tests.text_only else ''}"


def estimate(forecast: RunEstimate, cap: float = 0.0) -> str:
    """ "12 runs · about 3 min · Free. Everything in this call runs on this computer." ``cap``: the most it may cost; 0 = none."""
    seconds = max(1, round(forecast.seconds))
    time = f"{seconds} s" if seconds < 100 else f"{round(seconds / 60)} min"
    most = f", at most {cap:.2f}" if cap else ""
    price = f"about {forecast.cost.currency} {forecast.price:.2f}{most}. " if forecast.price else ""
    enough = not cap or forecast.enough(cap)
    short = "" if enough else f" Raise the cap to {forecast.price + forecast.each:.2f}, so that all can start."
    return f"{counted(forecast.runs, 'run')} · about {time} · {price}{forecast.cost.note}{short}"


def before_launch(tested: Version | None, found: Badge | None, *, unchanged: bool) -> str:
    """ "Version 3: 12 of 14 tests pass", or "Tests not run on this draft. Version 3: 12 of 14 tests pass"; "" without tests.
    ``tested``: the newest version, which a launch starts if the draft is ``unchanged``."""
    if tested is None or found is None:
        return ""
    ran = found.stale < found.total
    if unchanged:
        return f"Version {tested.number}: {badge(found) if ran else 'tests not run'}"
    return "Tests not run on this draft." + (f" Version {tested.number}: {badge(found)}" if ran else "")


def change(rate: float) -> str:
    """ "+12%", "−3%" """
    return f"{rate:+.0%}".replace("-", "\N{MINUS SIGN}")


def quoted(text: str) -> str:
    """In quotation marks, safe as Markdown."""
    return f"“{plain(text)}”"


def blocking(tests: Badge | None, version_number: int | None = None) -> str:
    """ "2 blocking tests fail on version 7 (breakfast, parking)."; "" if none does."""
    if tests is None or not tests.blocking_failed:
        return ""
    failed, count = ", ".join(tests.blocking_failed[:3]), len(tests.blocking_failed)
    subject = "1 blocking test fails" if count == 1 else f"{count} blocking tests fail"
    where = f" on version {version_number}" if version_number is not None else ""
    return f"{subject}{where} ({failed}{', …' if count > 3 else ''})."
