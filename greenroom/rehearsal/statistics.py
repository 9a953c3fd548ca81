"""Statistics of repeated runs: intervals, gates, early stopping, version comparison and latency percentiles.

scipy is imported where it is used: it takes a third of a second.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

#: The fewest samples for a p95, and for a p50.
MIN_P95, MIN_P50 = 20, 5
RESAMPLES = 2000
#: With fewer pairs even unanimous changes are no evidence (exact McNemar test, p > 0.05).
MIN_PAIRS = 6
#: Wald's sequential test: a scenario that passes 95 % of its runs against one that passes 75 %.
GOOD_RATE, BAD_RATE, SPRT_ERROR = 0.95, 0.75, 0.05


def wilson(passed: int, runs: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a pass rate, for display. (0, 1) without runs."""
    if not runs:
        return 0.0, 1.0
    from scipy.stats import binomtest

    interval = binomtest(passed, runs).proportion_ci(0.95, method="wilson")
    return float(interval.low), float(interval.high)


def lower_bound(passed: int, runs: int, sure: float = 0.95) -> float:
    """The exact one-sided lower bound of a pass rate, for gates. 0 without a pass."""
    if not passed:
        return 0.0
    from scipy.stats import beta

    return float(beta.ppf(1 - sure, passed, runs - passed + 1))


def runs_needed(rate: float, sure: float = 0.95) -> int:
    """How many runs without a failure prove this rate."""
    return math.ceil(math.log(1 - sure) / math.log(rate)) if 0 < rate < 1 else 1


def sequential(passed: int, failed: int) -> Literal["good", "bad", "continue"]:
    """Wald's sequential probability ratio test: whether more runs are needed."""
    ratio = passed * math.log(GOOD_RATE / BAD_RATE) + failed * math.log((1 - GOOD_RATE) / (1 - BAD_RATE))
    bound = math.log((1 - SPRT_ERROR) / SPRT_ERROR)
    return "good" if ratio >= bound else "bad" if ratio <= -bound else "continue"


def percentile(samples: Sequence[float], share: float) -> float | None:
    """The percentile with linear interpolation; None from too few samples (20 for p95, 5 for p50)."""
    if len(samples) < (MIN_P95 if share > 0.5 else MIN_P50):
        return None
    ordered = sorted(samples)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def mcnemar(better: int, worse: int) -> float:
    """The p value of the exact McNemar test for scenarios that changed sides; 1 if none did."""
    if not better + worse:
        return 1.0
    from scipy.stats import binomtest

    return float(binomtest(better, better + worse).pvalue)


@dataclass(frozen=True, slots=True)
class RateDifference:
    """The difference of two pass rates over the same scenarios, with its 95 % interval; ``scenarios`` were compared."""

    difference: float
    low: float
    high: float
    scenarios: int

    @property
    def certain(self) -> bool:
        """Whether the interval excludes "no difference". Fewer than six scenarios can't show one."""
        return self.scenarios >= MIN_PAIRS and (self.low > 0 or self.high < 0)


def compare_rates(old: Mapping[str, float], new: Mapping[str, float]) -> RateDifference:
    """Pair the pass rates by scenario and bootstrap over scenarios. The result is the same for the same input."""
    # Rounded: 0.8 - 0.2 and 0.9 - 0.3 are equal.
    differences = [round(new[name] - old[name], 9) for name in sorted(old.keys() & new.keys())]
    if not differences:
        return RateDifference(0.0, -1.0, 1.0, 0)
    chance, size = random.Random(0), len(differences)
    means = sorted(sum(chance.choices(differences, k=size)) / size for _ in range(RESAMPLES))
    low, high = means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES) - 1]
    if len(set(differences)) == 1:  # resampling equal values shows no spread: use the interval of the signs instead
        low, high = _agreeing(differences[0], size)
    return RateDifference(sum(differences) / size, low, high, size)


def _agreeing(difference: float, size: int) -> tuple[float, float]:
    """The interval if every scenario changed by the same amount: the exact bound on how many others could have."""
    if difference == 0:
        spread = 1 - lower_bound(size, size, 0.975)
        return -spread, spread
    bound = difference * (2 * lower_bound(size, size, 0.975) - 1)
    return (bound, difference) if difference > 0 else (difference, bound)
