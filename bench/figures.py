"""Small arithmetic on samples, and what machine they come from."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence
from typing import Any


def spread(samples: Sequence[float]) -> dict[str, float | int]:
    """p50, p90, p95 and the number of samples; rounded to whole units. Empty when there are none."""
    if not samples:
        return {"n": 0}
    ordered = sorted(samples)

    def at(share: float) -> int:
        return round(ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))])

    return {"p50": round(statistics.median(ordered)), "p90": at(0.9), "p95": at(0.95), "n": len(ordered)}


def machine() -> dict[str, Any]:
    """Cores and load, without which no figure means anything."""
    return {
        "cores": os.cpu_count(),
        "load_1min": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }
