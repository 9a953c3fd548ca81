"""Caps of a day: nothing is launched beyond them, and what runs ends politely."""

from __future__ import annotations

from dataclasses import replace

import pytest

from greenroom.catalog.prices import cost_of
from greenroom.config import BadConfig, read
from greenroom.errors import LimitReached
from greenroom.model.session import SessionId
from greenroom.services.calls.limits import GOODBYE_S, RESERVED_S, Limits
from tests.services.conftest import make_harness

pytestmark = pytest.mark.twin


@pytest.fixture
def capped(twin, tmp_path):
    made = make_harness(twin.url, tmp_path, max_day_s=600)
    yield made
    for session in made.sessions.unfinished():
        made.calls.end(session.id, "stopped")


def talk(harness, seconds):
    session_id = harness.run()
    harness.clock.ahead_s += seconds
    harness.calls.end(session_id, "ended")
    return session_id


def test_calls_that_ended_and_calls_that_run_count_together(capped):
    talk(capped, 200)
    running = capped.run()
    capped.clock.ahead_s += 100
    assert abs(capped.calls.limits.use().seconds - 300) <= 2
    capped.calls.end(running, "ended")
    capped.clock.ahead_s += 6
    assert abs(capped.calls.limits.use().seconds - 300) <= 2


def test_near_the_cap_there_is_a_warning_and_at_the_cap_no_launch(capped):
    """row 26"""
    assert capped.calls.limits.warning() == ""
    talk(capped, 500)
    capped.clock.ahead_s += 6
    assert "of 10 call minutes" in capped.calls.limits.warning()
    capped.calls.end(capped.launch(), "cancelled")
    talk(capped, 101)
    with pytest.raises(LimitReached, match="of 10 minutes"):
        capped.launch()


def test_a_day_later_calls_may_be_launched_again(capped):
    talk(capped, 700)
    with pytest.raises(LimitReached):
        capped.launch()
    capped.clock.ahead_s += 24 * 3600 - 650
    with pytest.raises(LimitReached):  # it began more than 24 hours ago, and lasted until less
        capped.launch()
    assert abs(capped.calls.limits.use().seconds - 650) <= 2
    capped.clock.ahead_s += 650
    capped.calls.end(capped.launch(), "cancelled")


def test_a_call_that_uses_up_the_day_is_said_goodbye_to_and_ends(capped):
    session_id = capped.run()
    capped.clock.ahead_s += 601
    for _ in range(2):
        capped.calls.seen(session_id)
        capped.guard.tick()
        capped.clock.ahead_s += GOODBYE_S + 0.1
    session = capped.session(session_id)
    assert session.end_reason == "capped"
    assert "of 10 minutes" in session.end_detail


def test_calls_that_run_at_once_end_before_the_cap_instead_of_after_it(capped):
    """Each reserves the time of its goodbye."""
    calls = [capped.run(), capped.run()]
    capped.clock.ahead_s += 300 - RESERVED_S - 3
    while live := capped.sessions.unfinished():
        for session in live:
            capped.calls.seen(session.id)
        capped.guard.tick()
        capped.clock.ahead_s += 1
    ended = [capped.session(session_id) for session_id in calls]
    assert [session.end_reason for session in ended] == ["capped", "capped"]
    assert 540 < sum(session.length_s for session in ended) <= 600


def test_a_launch_needs_room_for_its_own_goodbye_beside_those_of_the_calls_that_run(capped):
    talk(capped, 600 - 2 * RESERVED_S - 5)
    capped.run()
    capped.calls.end(capped.launch(), "cancelled")
    capped.clock.ahead_s += 6
    with pytest.raises(LimitReached, match="The rest is reserved for ending calls"):
        capped.launch()


def test_money_counts_where_it_is_spent(capped):
    paid = replace(capped.config, place="cloud", max_day_s=0, max_day_cost=1.0)
    allowance = Limits(paid, capped.clock, capped.sessions, capped.calls.limits.guests, capped.calls._leases)
    assert allowance.spent() == ""
    talk(capped, 300)
    assert allowance.spent() == "", "what ran offline costs nothing"
    assert cost_of(600) == pytest.approx(1.0099)


def test_a_call_in_the_cloud_is_counted_in_dollars(capped):
    session_id = SessionId("paid")
    version = capped.agents.versions.freeze(capped.agents.list()[0].id)
    one = replace(
        capped.session(talk(capped, 1)),
        id=session_id,
        place="cloud",
        version_id=version.id,
        state="launching",
        ended_at=None,
        end_reason=None,
        started_at=None,
    )
    capped.sessions.open(one)
    capped.sessions.attach_agent(session_id, "agent", capped.clock.now())
    capped.clock.ahead_s += 660
    capped.sessions.close(session_id, "ended", "", capped.clock.now())
    paid = replace(capped.config, place="cloud", max_day_s=0, max_day_cost=1.0)
    allowance = Limits(paid, capped.clock, capped.sessions, capped.calls.limits.guests, capped.calls._leases)
    assert allowance.use().cost == pytest.approx(cost_of(660), abs=0.01)
    assert "of $1.00" in allowance.spent()
    with pytest.raises(LimitReached):
        allowance.open(replace(one, id=SessionId("another")))


@pytest.mark.parametrize("text", ["-1", "a lot", "nan", "2000000"])
def test_an_amount_that_is_none_is_named(text):
    with pytest.raises(BadConfig, match="GREENROOM_MAX_COST_A_DAY"):
        read({"GREENROOM_MAX_COST_A_DAY": text})
