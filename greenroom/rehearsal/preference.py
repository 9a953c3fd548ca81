"""Statistics of blind comparisons: which option is preferred, how sure that is, and when to stop asking. Pure.

The evidence may be looked at after each vote: e-values and the interval are valid whenever one stops.
All votes of one voter about one pair count as one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

#: Evidence at which a preference is called: under no preference it is reached in at most one of twenty comparisons.
ENOUGH = 20.0
#: No clear preference: the interval lies within these shares, or this many voters have voted.
CLOSE, MOST_VOTERS = (0.35, 0.65), 60
#: Fewer voters say nothing about whether the first place was preferred.
MIN_PLACES = 10
#: Weak prior of the strengths of more than two options: half a win over each other one, and half a loss.
PRIOR = 0.5
#: Rounds of minorization, enough for the strengths to settle.
ROUNDS = 200

Advice = Literal["continue", "preferred", "no_preference"]


@dataclass(frozen=True, slots=True)
class PairVote:
    """One vote. ``first`` and ``second`` are options by number, in the order they were shown as A and B; ``chosen`` is one of
    them, or None = no difference."""

    voter: str
    first: int
    second: int
    chosen: int | None


@dataclass(frozen=True, slots=True)
class PairResult:
    """Two options and what voters think of them. ``wins`` are for ``one``, ``losses`` for ``other``. ``low`` and ``high``
    bound the share of voters with a preference who prefer ``one``; ``evidence`` is the e-value against no preference."""

    one: int
    other: int
    wins: int
    losses: int
    ties: int
    share: float
    low: float
    high: float
    evidence: float
    advice: Advice
    preferred: int | None

    @property
    def voters(self) -> int:
        """Those without a preference too."""
        return self.wins + self.losses + self.ties


def e_value(wins: int, losses: int) -> float:
    """Evidence against "no preference": 2^n · B(1+w, 1+l), the likelihood of all preferences alike against that of a half."""
    return math.exp(min(700.0, (wins + losses) * math.log(2) + _log_beta(1 + wins, 1 + losses)))


def interval(wins: int, losses: int) -> tuple[float, float]:
    """The shares that the votes don't rule out: all p with B(1+w, 1+l) / (p^w (1-p)^l) < ENOUGH."""
    best = wins / (wins + losses) if wins + losses else 0.5
    bound = _log_beta(1 + wins, 1 + losses) - math.log(ENOUGH)

    def possible(p: float) -> bool:
        return _log_likelihood(wins, losses, p) > bound

    return _edge(possible, best, 0.0), _edge(possible, best, 1.0)


def pair_result(votes: Iterable[PairVote], one: int, other: int) -> PairResult:
    """What the votes say about this pair."""
    sums: dict[str, int] = {}
    for vote in votes:
        if {vote.first, vote.second} == {one, other}:
            sums[vote.voter] = sums.get(vote.voter, 0) + (0 if vote.chosen is None else 1 if vote.chosen == one else -1)
    wins, losses = sum(total > 0 for total in sums.values()), sum(total < 0 for total in sums.values())
    ties = len(sums) - wins - losses
    low, high = interval(wins, losses)
    evidence = e_value(wins, losses)
    advice = _advice(evidence, low, high, len(sums))
    share = (wins + ties / 2) / len(sums) if sums else 0.5
    preferred = (one if wins > losses else other) if advice == "preferred" else None
    return PairResult(
        one=one,
        other=other,
        wins=wins,
        losses=losses,
        ties=ties,
        share=share,
        low=low,
        high=high,
        evidence=evidence,
        advice=advice,
        preferred=preferred,
    )


def pair_results(votes: Sequence[PairVote], options: int) -> list[PairResult]:
    """Each pair of ``options`` options."""
    return [pair_result(votes, one, other) for one, other in combinations(range(options), 2)]


def next_pair(votes: Sequence[PairVote], options: int) -> tuple[int, int]:
    """The pair that is known least: the widest interval, of those the fewest voters."""
    results = pair_results(votes, options)
    widest = max(results, key=lambda result: (result.advice == "continue", result.high - result.low, -result.voters))
    return widest.one, widest.other


def strengths(votes: Sequence[PairVote], options: int) -> list[float]:
    """Bradley-Terry strengths that sum up to one, a tie as half a win for each; by minorization, with a weak prior."""
    won = [[0.0 if i == j else PRIOR for j in range(options)] for i in range(options)]
    for result in pair_results(votes, options):
        won[result.one][result.other] += result.wins + result.ties / 2
        won[result.other][result.one] += result.losses + result.ties / 2
    strength = [1 / options] * options
    for _ in range(ROUNDS):
        fresh = []
        for i in range(options):
            met = sum((won[i][j] + won[j][i]) / (strength[i] + strength[j]) for j in range(options) if j != i)
            fresh.append(sum(won[i]) / met)
        strength = [one / sum(fresh) for one in fresh]
    return strength


def place_bias(votes: Iterable[PairVote]) -> tuple[int, int, float | None]:
    """How often the first and the second place were chosen, and the evidence that this isn't chance; None from few votes."""
    chosen = [vote.chosen == vote.first for vote in votes if vote.chosen is not None]
    first = sum(chosen)
    second = len(chosen) - first
    return first, second, e_value(first, second) if len(chosen) >= MIN_PLACES else None


def _advice(evidence: float, low: float, high: float, voters: int) -> Advice:
    if evidence >= ENOUGH:
        return "preferred"
    if voters >= MOST_VOTERS or (CLOSE[0] < low and high < CLOSE[1]):
        return "no_preference"
    return "continue"


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def _log_likelihood(wins: int, losses: int, p: float) -> float:
    if (wins and p <= 0) or (losses and p >= 1):
        return -math.inf
    return (wins * math.log(p) if wins else 0.0) + (losses * math.log1p(-p) if losses else 0.0)


def _edge(possible: Callable[[float], bool], inside: float, limit: float) -> float:
    """The bound of the possible values between ``inside`` and ``limit``, to 1e-9."""
    if possible(limit):
        return limit
    for _ in range(60):
        middle = (inside + limit) / 2
        inside, limit = (middle, limit) if possible(middle) else (inside, middle)
    return inside
