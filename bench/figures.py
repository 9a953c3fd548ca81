"""Small arithmetic on samples, and the machine they come from."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from greenroom.rehearsal.statistics import wilson

#: What a figure depends on, apart from our own code.
_PARTS = ("streamlit", "aiortc", "moonshine-voice", "hibari-tts", "playwright")
CHROMIUM = "/usr/bin/chromium"


@dataclass(frozen=True, slots=True)
class Goal:
    """A limit on a quiet machine with two cores. ``of`` is where the figure stands in its object, dots between."""

    text: str
    of: str = ""
    at_most: float = float("inf")
    at_least: float = float("-inf")

    def judged(self, figure: Any) -> dict[str, Any]:
        """The goal in words, and whether ``figure`` meets it (None: not measured, or no limit)."""
        found = figure
        for name in filter(None, self.of.split(".")):
            found = found.get(name) if isinstance(found, dict) else None
        limited = (self.at_least, self.at_most) != (float("-inf"), float("inf"))
        met = self.at_least <= found <= self.at_most if limited and isinstance(found, int | float) else None
        return {"goal": self.text, "met": met}


def spread(samples: Sequence[float]) -> dict[str, Any]:
    """Milliseconds as p50, p90, p95, worst and n, rounded to whole ones. Only ``n`` when there are none."""
    if not samples:
        return {"n": 0}
    ordered = sorted(samples)
    return {
        "p50": round(statistics.median(ordered)),
        "p90": round(quantile(ordered, 0.9)),
        "p95": round(quantile(ordered, 0.95)),
        "max": round(ordered[-1]),
        "n": len(ordered),
    }


def cut_off(count: int, asked: int) -> dict[str, Any]:
    """How many of the ``asked`` utterances were cut off, in percent too, with the 95 % interval of that share (Wilson)."""
    percent = [round(100 * share, 1) for share in wilson(count, asked)]
    return {"cut_off": count, "cut_off_percent": round(100 * count / asked, 1), "cut_off_interval_percent": percent}


def quantile(ordered: Sequence[float], share: float) -> float:
    """Between the two nearest samples, by distance. ``ordered`` must not be empty."""
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def machine() -> dict[str, Any]:
    """When and on what: without it no figure means anything. Load averages are over one minute."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "cores": os.cpu_count(),
        "processor": _processor(),
        "system": f"{platform.system()} {platform.machine()}",
        "load_before": load(),
        "versions": {"python": platform.python_version(), "chromium": _chromium(), **{part: version(part) for part in _PARTS}},
        "commit": _output("git", "rev-parse", "--short", "HEAD"),
    }


def load() -> float:
    """The 1-minute load average; a figure taken on a busy machine says so."""
    return round(os.getloadavg()[0], 2)


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf8") as lines:
            return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or "unknown"


def _chromium() -> str:
    words = _output(CHROMIUM, "--version").split()
    return words[1] if len(words) > 1 else "none"


def _output(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return "unknown"
