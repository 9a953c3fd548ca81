"""A judge's answer counts if it cites what was said; a judge counts if it passed its exam."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.rehearsal import judging
from greenroom.rehearsal.evidence import JudgeRuling
from greenroom.rehearsal.judging import ExamResult, decided, ruling, starter_exam
from tests.rehearsal.calls import a_call, a_scenario

pytestmark = pytest.mark.unit

CALL = a_call()


def answer(**changes) -> str:
    return json.dumps({"verdict": "pass", "turn": 1, "quote": "seven to ten", "reason": "It says so.", **changes})


def test_an_answer_that_cites_the_reply_counts():
    found = ruling(f"Sure! {answer()}", CALL)
    assert found is not None
    assert (found.passed, found.reply, found.quote) == (True, 1, "seven to ten")
    failed = ruling(answer(verdict="fail"), CALL)
    assert failed is not None
    assert not failed.passed


@pytest.mark.parametrize(
    "said",
    [
        "",
        "pass",
        "{}",
        answer(verdict="unknown"),
        answer(turn=7),
        answer(quote="sauna"),
        answer(quote=""),
        answer(turn=0),
        answer(quote=None),
    ],
    ids=["empty", "no JSON", "no verdict", "unknown", "no such turn", "not said", "no quote", "another turn", "null"],
)
def test_an_answer_that_cites_nothing_decides_nothing(said):
    assert ruling(said, CALL) is None


@given(st.text(max_size=200))
def test_nonsense_decides_nothing_and_breaks_nothing(said):
    assert ruling(said, CALL) is None


def test_a_fail_counts_if_it_is_confirmed():
    passed, failed = JudgeRuling(True, ""), JudgeRuling(False, "")
    assert decided([passed]) is passed
    assert decided([failed, failed, passed]) is failed
    split = decided([failed, passed, passed])
    assert split is not None
    assert split.split
    assert decided([failed, "", ""]) is None
    assert decided([""]) is decided([]) is None


def test_the_question_holds_the_criterion_the_examples_and_each_turn():
    check = a_scenario('{judge: names the hours, good: ["Seven to ten."], bad: ["Soon."]}').expect[0]
    asked = judging.question(check, CALL)[1]["content"]
    for part in ("names the hours", "Seven to ten.", "Soon.", "When is breakfast?", "Agent, turn 1", "garden room"):
        assert part in asked


def test_the_exam_that_ships_has_enough_labels_of_each_kind():
    labels = [labeled.label for labeled in starter_exam()]
    assert len(labels) >= judging.MIN_LABELS
    assert min(labels.count("pass"), labels.count("fail")) >= judging.MIN_EACH


@pytest.mark.parametrize(
    ("result", "fit"),
    [
        (ExamResult(16, 0, 16, 0), True),
        (ExamResult(15, 1, 15, 1), True),
        (ExamResult(16, 0, 12, 4), False),  # misses a quarter of the failures
        (ExamResult(2, 14, 16, 0), False),  # says fail to nearly everything
        (ExamResult(16, 0, 0, 16), False),  # says pass to everything
        (ExamResult(9, 0, 9, 0), False),  # too few labels
        (ExamResult(0, 0, 0, 0), False),
    ],
)
def test_the_bar(result, fit):
    assert result.fit is fit


@given(st.tuples(*[st.integers(0, 40)] * 4))
def test_a_judge_no_better_than_chance_is_never_fit(counts):
    result = ExamResult(*counts)
    assert -1 <= result.kappa <= 1
    if result.fit:
        assert result.right_pass > result.missed_pass
        assert result.right_fail > result.missed_fail
