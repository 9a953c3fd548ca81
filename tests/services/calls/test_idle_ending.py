"""A silent call: it is warned with a countdown, kept by any activity, and otherwise ended as idle."""

from __future__ import annotations

import pytest

from greenroom.model.session import ReportedSilence
from greenroom.services.calls.idle_ending import ALONE_TIMES, IDLE_GRACE_S, WARN_BEFORE_S

pytestmark = pytest.mark.twin


def edited(harness, **settings) -> None:
    agent = harness.agents.list()[0]
    draft = harness.agents.draft(agent.id)
    harness.agents.save(agent.id, {**draft.settings, **settings}, draft.revision)


def hears(harness, session_id, anybody_s: float, person_s: float | None = None) -> None:
    harness.guard.idle.silence(session_id, ReportedSilence(anybody_s, anybody_s if person_s is None else person_s))
    harness.calls.seen(session_id)
    harness.guard.tick()


def warnings(harness) -> int:
    """How often the page was warned, or the warning taken back."""
    return [kind for _, kind in harness.told].count("idle_warning")


@pytest.mark.parametrize(
    ("anybody_s", "person_s", "ends"),
    [
        pytest.param(30 + IDLE_GRACE_S + 1, 40, True, id="nobody says a word"),
        pytest.param(0, 500, False, id="the agent tells a long story"),
        pytest.param(15, 60, False, id="a pause after an answer"),
        pytest.param(6, 30 * ALONE_TIMES + IDLE_GRACE_S + 1, True, id="only the agent talks, by itself"),
    ],
)
def test_a_call_in_which_the_stage_hears_nobody_is_ended_wherever_it_runs(harness, anybody_s, person_s, ends):
    """row 26: Agora's own timeout counts only while nobody is present, so this one is ours."""
    edited(harness, **{"turns.silence_end": 30})
    session_id = harness.run()
    hears(harness, session_id, anybody_s, person_s)
    assert harness.session(session_id).state == "running", "nobody is hung up on without a countdown, however late the news came"
    harness.clock.ahead_s += WARN_BEFORE_S
    hears(harness, session_id, anybody_s, person_s)
    session = harness.session(session_id)
    assert (session.state == "ended", session.end_reason) == (ends, "idle" if ends else None)


def test_the_page_is_warned_once_before_a_silent_call_ends(harness):
    edited(harness, **{"turns.silence_end": 60})
    session_id = harness.run()
    hears(harness, session_id, 60 + IDLE_GRACE_S - WARN_BEFORE_S - 1)
    assert warnings(harness) == 0
    for silent_s in (45, 47, 90):
        hears(harness, session_id, silent_s)
    assert warnings(harness) == 1
    harness.clock.ahead_s += WARN_BEFORE_S - 1
    hears(harness, session_id, 110)
    assert harness.session(session_id).state == "running", "the countdown in the page isn't over"
    harness.clock.ahead_s += 1
    hears(harness, session_id, 111)
    assert harness.session(session_id).end_reason == "idle"


def test_a_word_takes_the_warning_back(harness):
    edited(harness, **{"turns.silence_end": 60})
    session_id = harness.run()
    hears(harness, session_id, 50)
    hears(harness, session_id, 0)
    assert warnings(harness) == 2
    hears(harness, session_id, 20)
    assert warnings(harness) == 2


def test_typing_and_clicking_in_the_page_keep_a_silent_call(harness):
    edited(harness, **{"turns.silence_end": 30})
    session_id = harness.run()
    hears(harness, session_id, 25)
    harness.guard.idle.activity(session_id)
    hears(harness, session_id, 40)
    assert harness.session(session_id).state == "running"
    for _ in range(2):  # the warning, and the end of its countdown
        harness.clock.ahead_s += 30 + IDLE_GRACE_S + 1
        hears(harness, session_id, 75)
    assert harness.session(session_id).end_reason == "idle"


def test_an_agent_without_a_setting_of_its_own_has_three_minutes(harness):
    session_id = harness.run()
    hears(harness, session_id, 180 + IDLE_GRACE_S - WARN_BEFORE_S - 1)
    assert warnings(harness) == 0
    hears(harness, session_id, 180)
    assert warnings(harness) == 1
    harness.clock.ahead_s += WARN_BEFORE_S
    hears(harness, session_id, 180 + IDLE_GRACE_S + 1)
    assert harness.session(session_id).end_reason == "idle"
