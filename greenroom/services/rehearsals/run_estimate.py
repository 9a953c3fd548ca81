"""How long a run of a suite will take and what it will cost, before it starts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from greenroom.model.call import CallCost
from greenroom.model.rehearsal import BatchId, RehearsalBatch
from greenroom.rehearsal.scenario import Mode, Scenario
from greenroom.services.rehearsals.batch_jobs import scenarios_of
from greenroom.services.rehearsals.money_cap import longest_s

#: Seconds of a run that was never measured.
FIRST_GUESS_S: Mapping[Mode, float] = {"text": 2.0, "voice": 30.0}
#: Batches that are looked at for measured lengths.
LOOK_BACK = 5


@dataclass(frozen=True, slots=True)
class RunEstimate:
    """``price`` in the currency of ``cost``: the known part, for the time that agents talk. ``each``: the most for one run."""

    runs: int
    seconds: float
    cost: CallCost
    price: float
    each: float

    def enough(self, cap: float) -> bool:
        """Whether all runs can start if they cost what is expected."""
        return self.price + self.each <= cap


def estimate(
    scenarios: Sequence[Scenario],
    runs_of: Callable[[Scenario], int],
    measured_s: Mapping[Mode, float],
    parallel: Mapping[Mode, int],
    cost: CallCost,
) -> RunEstimate:
    """``scenarios`` in the mode they will run in; ``runs_of`` each, over all versions."""
    runs, seconds, talking_s = 0, 0.0, 0.0
    for scenario in scenarios:
        count = runs_of(scenario)
        each = measured_s.get(scenario.mode, FIRST_GUESS_S[scenario.mode])
        runs, seconds, talking_s = runs + count, seconds + each * count / parallel[scenario.mode], talking_s + each * count
    longest = max((measured_s.get(one.mode, FIRST_GUESS_S[one.mode]) for one in scenarios), default=0.0)
    each = max(map(longest_s, scenarios), default=0.0)
    return RunEstimate(
        runs, max(seconds, longest), cost, cost.per_minute * talking_s / 60, cost.per_minute * each / 60 if runs else 0.0
    )


def measured(batches: Iterable[RehearsalBatch], mean_ms: Callable[[BatchId], float | None]) -> dict[Mode, float]:
    """The mean seconds of a run in each mode, of the newest batch that ran in that mode alone."""
    seconds: dict[Mode, float] = {}
    for batch in [one for one in batches if one.done][:LOOK_BACK]:
        modes = {scenario.mode for scenario in scenarios_of(batch.plan)}
        mode: Mode = "voice" if "voice" in modes else "text"
        if len(modes) == 1 and mode not in seconds and (mean := mean_ms(batch.id)) is not None:
            seconds[mode] = mean / 1000
    return seconds
