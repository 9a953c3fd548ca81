"""The life of a session: it is there before the agent, ends exactly once, and can be taken off the table and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from greenroom.errors import Conflict, NotFound
from greenroom.model.agent import Version, VersionId
from greenroom.model.session import Event, Session, SessionId
from greenroom.store import Database, SessionStore
from tests.store.conftest import SteppingClock
from tests.store.records import NOON, a_session, a_turn
from tests.store.test_agents import at_once

pytestmark = pytest.mark.unit

LATER = NOON + timedelta(minutes=3, microseconds=1)
NOBODY = SessionId("nobody")


@pytest.fixture
def session(sessions: SessionStore, version: Version) -> Session:
    session = a_session(version)
    sessions.open(session)
    return session


def test_a_session_comes_back_as_it_was_opened(sessions: SessionStore, version: Version) -> None:
    full = a_session(
        version,
        state="ended",
        person="Zoë 👋 <b>",
        agora_agent_id="A1",
        started_at=NOON,
        ended_at=LATER,
        end_reason="idle",
        end_detail="…",
        last_seen_at=LATER,
        agent_stopped=True,
        turn_count=3,
        median_latency_ms=640,
    )
    sessions.open(full)
    assert sessions.get(full.id) == full
    assert full.length_s == 180


def test_times_come_back_in_utc_whatever_zone_they_came_in(sessions: SessionStore, version: Version) -> None:
    tokyo = datetime(2026, 3, 1, 21, 0, 0, 123456, tzinfo=timezone(timedelta(hours=9)))
    sessions.open(a_session(version, created_at=tokyo))
    kept = sessions.get(SessionId("s1")).created_at
    assert kept == tokyo
    assert kept.tzinfo is UTC


def test_the_same_id_twice_is_a_conflict_and_an_unknown_version_is_not_found(
    sessions: SessionStore, session: Session, version: Version
) -> None:
    with pytest.raises(Conflict):
        sessions.open(session)
    with pytest.raises(NotFound):
        sessions.open(a_session(replace(version, id=VersionId("unknown")), "s2"))
    assert sessions.count() == 1


def test_a_step_is_taken_only_from_the_states_it_is_allowed_from(sessions: SessionStore, session: Session) -> None:
    assert not sessions.advance(session.id, state="running", from_states=("starting",))
    assert sessions.advance(session.id, state="starting", from_states=("launching",))
    assert not sessions.advance(session.id, state="starting", from_states=("launching",))
    assert sessions.get(session.id).state == "starting"


def test_of_many_starts_at_once_exactly_one_may_start_the_agent(sessions: SessionStore, session: Session) -> None:
    won = at_once(8, lambda n: sessions.advance(session.id, state="starting", from_states=("launching",)))
    assert sorted(won) == [False] * 7 + [True]


def test_an_attached_agent_runs_from_then_on(sessions: SessionStore, session: Session) -> None:
    sessions.advance(session.id, state="starting", from_states=("launching",))
    assert sessions.attach_agent(session.id, "A42", NOON)
    assert sessions.attach_agent(session.id, "A42", LATER)
    kept = sessions.get(session.id)
    assert (kept.state, kept.agora_agent_id, kept.started_at) == ("running", "A42", NOON)


def test_of_many_who_close_exactly_one_did_it(sessions: SessionStore, session: Session) -> None:
    won = at_once(8, lambda n: sessions.close(session.id, "ended", f"caller {n}", LATER))
    assert sorted(won) == [False] * 7 + [True]
    assert sessions.get(session.id).end_detail == f"caller {won.index(True)}"


def test_two_processes_worth_of_connections_close_once(url: str, sessions: SessionStore, session: Session) -> None:
    other = Database(url)
    both = [sessions, SessionStore(other, SteppingClock())]
    won = at_once(8, lambda n: both[n % 2].close(session.id, "tab_closed", "", LATER))
    assert sorted(won) == [False] * 7 + [True]
    other.close()


def test_a_closed_session_stays_as_it_ended(sessions: SessionStore, session: Session) -> None:
    assert sessions.close(session.id, "idle", "Idle for too long", LATER)
    ended = sessions.get(session.id)
    assert not sessions.close(session.id, "ended", "later", LATER + timedelta(hours=1))
    assert not sessions.advance(session.id, state="running", from_states=("launching", "ended"))
    assert not sessions.seen(session.id, LATER)
    assert sessions.get(session.id) == ended
    assert (ended.state, ended.end_reason, ended.ended_at) == ("ended", "idle", LATER)


def test_last_seen_does_not_go_back(sessions: SessionStore, session: Session) -> None:
    for moment in (NOON, LATER, NOON):
        assert sessions.seen(session.id, moment)
    assert sessions.get(session.id).last_seen_at == LATER


def test_unfinished_are_all_that_have_not_ended_oldest_first(sessions: SessionStore, version: Version) -> None:
    for n, name in enumerate("dcba"):
        sessions.open(a_session(version, name, created_at=NOON + timedelta(seconds=n)))
    sessions.close(SessionId("c"), "ended", "", LATER)
    sessions.attach_agent(SessionId("b"), "A1", NOON)
    assert [s.id for s in sessions.unfinished()] == ["d", "b", "a"]


def test_an_agent_whose_stop_is_not_confirmed_is_left_over(sessions: SessionStore, session: Session) -> None:
    sessions.advance(session.id, state="starting", from_states=("launching",))
    assert leftovers(sessions) == []
    sessions.close(session.id, "refused", "", LATER)
    assert leftovers(sessions) == ["s1"]
    assert sessions.leftovers(60, LATER + timedelta(seconds=61)) == []
    sessions.agent_stopped(session.id)
    assert leftovers(sessions) == []


def test_a_launch_ended_before_an_agent_was_asked_for_leaves_nothing_over(sessions: SessionStore, session: Session) -> None:
    sessions.close(session.id, "cancelled", "", LATER)
    assert leftovers(sessions) == []
    assert sessions.get(session.id).agent_stopped


def test_an_agent_that_comes_after_the_end_is_left_over(sessions: SessionStore, session: Session) -> None:
    sessions.advance(session.id, state="starting", from_states=("launching",))
    sessions.close(session.id, "cancelled", "", LATER)
    sessions.agent_stopped(session.id)
    assert not sessions.attach_agent(session.id, "A9", LATER)
    kept = sessions.get(session.id)
    assert (kept.state, kept.agora_agent_id, kept.started_at, kept.length_s) == ("ended", "A9", None, None)
    assert leftovers(sessions) == ["s1"]


def leftovers(sessions: SessionStore) -> list[str]:
    return [session.id for session in sessions.leftovers(60, LATER)]


def test_a_deleted_session_is_off_the_table_until_it_is_restored(sessions: SessionStore, session: Session) -> None:
    sessions.close(session.id, "ended", "", LATER)
    sessions.transcript.add_turn(session.id, a_turn(1))
    before = sessions.get(session.id)
    sessions.delete(session.id)
    sessions.delete(session.id)
    assert (sessions.newest(), sessions.count()) == ([], 0)
    with pytest.raises(NotFound):
        sessions.get(session.id)
    sessions.restore(session.id)
    sessions.restore(session.id)
    assert sessions.newest() == [before]
    assert sessions.transcript.turns(session.id) == [a_turn(1)]


def test_a_running_session_cannot_be_deleted(sessions: SessionStore, session: Session) -> None:
    with pytest.raises(Conflict, match="still running"):
        sessions.delete(session.id)
    assert sessions.get(session.id) == session


def test_what_is_told_of_an_unknown_session_is_not_found(sessions: SessionStore) -> None:
    asks = [
        lambda: sessions.get(NOBODY),
        lambda: sessions.advance(NOBODY, state="starting", from_states=("launching",)),
        lambda: sessions.attach_agent(NOBODY, "A", NOON),
        lambda: sessions.seen(NOBODY, NOON),
        lambda: sessions.close(NOBODY, "ended", "", NOON),
        lambda: sessions.agent_stopped(NOBODY),
        lambda: sessions.transcript.add_turn(NOBODY, a_turn(1)),
        lambda: sessions.transcript.merge_stages(NOBODY, {1: {"llm_ttft": 1}}),
        lambda: sessions.transcript.add_event(NOBODY, Event(0, "x")),
        lambda: sessions.delete(NOBODY),
        lambda: sessions.restore(NOBODY),
    ]
    for ask in asks:
        with pytest.raises(NotFound):
            ask()
    assert (sessions.transcript.turns(NOBODY), sessions.transcript.events(NOBODY)) == ([], [])


def test_several_are_deleted_and_brought_back_all_or_none(sessions: SessionStore, session: Session, version: Version) -> None:
    ended, running = SessionId("s2"), SessionId("s3")
    for session_id in (ended, running):
        sessions.open(a_session(version, session_id))
    for session_id in (session.id, ended):
        sessions.close(session_id, "ended", "", NOON)
    with pytest.raises(Conflict):
        sessions.delete(session.id, ended, running)
    with pytest.raises(NotFound):
        sessions.delete(session.id, SessionId("unknown"))
    assert sessions.count() == 3
    sessions.delete(session.id, ended)
    assert sessions.count() == 1
    sessions.restore(session.id, ended)
    assert sessions.count() == 3
