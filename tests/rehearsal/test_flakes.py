"""A flaky scenario names its culprit."""

from __future__ import annotations

import pytest

from greenroom.rehearsal.checks import CheckOutcome, OutcomeKind
from greenroom.rehearsal.evidence import JudgeRuling
from greenroom.rehearsal.flakes import RunFacts, flake_of
from greenroom.rehearsal.judging import decided
from greenroom.rehearsal.verdict import Verdict

pytestmark = pytest.mark.unit


def run(verdict: Verdict, kind: OutcomeKind = "says", *, said: str | None = "It is at seven.", split=False, busy=0.0) -> RunFacts:
    outcome = CheckOutcome("check", kind, verdict, "", split=split, busy=busy)
    return RunFacts(verdict, (outcome,), None if said is None else (said,))


@pytest.mark.parametrize(
    ("runs", "culprit"),
    [
        ([run("pass"), run("fail", said="It is at eight.")], "agent"),
        ([run("pass"), run("error", "caller")], "caller"),
        ([run("pass"), run("error"), run("fail", said="Eight.")], "machine"),
        ([run("pass"), run("error", "agent")], "agent"),
        ([run("pass"), run("error", "mock", said="I will look.")], "agent"),
        ([run("pass", "talk"), run("fail", "talk", busy=4.0)], "machine"),
        ([run("pass", "judge"), run("fail", "judge")], "judge"),
        ([run("pass", "judge"), run("unknown", "judge", said="Eight.", split=True)], "judge"),
        ([run("pass", "judge"), run("fail", "judge", said="Eight.")], "agent"),
        ([run("pass", "ms"), run("fail", "ms", said="Eight.", busy=4.0)], "machine"),
        ([run("pass", "ms"), run("fail", "ms", busy=0.2)], "agent"),
    ],
)
def test_the_culprit_of_runs_that_differ(runs, culprit):
    found = flake_of(runs)
    assert found is not None
    assert found.culprit == culprit
    assert flake_of(list(reversed(runs))) == found


def test_all_runs_are_counted_though_the_words_of_some_are_read():
    broken, fine = RunFacts("error", ()), RunFacts("pass", ())
    found = flake_of([broken] * 9 + [fine] * 31, [broken, run("pass")])
    assert found is not None
    assert (found.culprit, found.reason) == ("machine", "9 of 40 runs ended before they could be checked.")
    several = flake_of([RunFacts("pass", ()), RunFacts("fail", ())] * 20, [run("pass"), run("fail", said="Eight.")])
    assert several is not None
    assert several.culprit == "agent"


def test_runs_that_agree_have_none():
    assert flake_of([run("pass"), run("pass"), run("error", "cap")]) is None, "the cap makes no test flaky"
    assert flake_of([run("fail"), run("fail", said="Eight.")]) is None
    assert flake_of([]) is None
    assert flake_of([run("pass", said=None), run("fail", said=None)]) is None


def test_votes_both_ways_decide_nothing():
    no, yes = JudgeRuling(False, "no", 1, "it is"), JudgeRuling(True, "yes", 1, "it is")
    split = decided([no, yes, yes])
    assert split is not None
    assert split.split
    assert decided([no, no, yes]) == no
    assert decided([no, "The judge gave no usable answer.", "The judge is down."]) is None
