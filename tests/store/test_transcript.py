"""Turns and events: each turn once, the session's count and median always true, latencies from several reports united."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from greenroom.model.agent import Version
from greenroom.model.session import Event, SessionId
from greenroom.store import SessionStore
from tests.store.records import NOON, a_session, a_turn
from tests.store.test_agents import HARD_TEXTS, at_once

pytestmark = pytest.mark.unit

S1 = SessionId("s1")
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _session(sessions: SessionStore, version: Version) -> None:
    sessions.open(a_session(version))


def summary(sessions: SessionStore) -> tuple[int, int | None]:
    session = sessions.get(S1)
    return session.turn_count, session.median_latency_ms


@pytest.mark.parametrize("text", HARD_TEXTS)
def test_any_words_come_back_as_they_were_said(sessions: SessionStore, text: str) -> None:
    turn = a_turn(1, "user", text, source="typed", interrupted=True, latency_ms=0, stages={"asr_ttlw": 80})
    sessions.transcript.add_turn(S1, turn)
    sessions.transcript.add_event(S1, Event(5, "problem", text))
    assert sessions.transcript.turns(S1) == [turn]
    assert sessions.transcript.events(S1) == [Event(5, "problem", text)]


def test_words_with_nul_or_half_an_emoji_are_kept_without_them(sessions: SessionStore) -> None:
    sessions.transcript.add_turn(S1, a_turn(1, text="he\x00llo \ud83d"))
    assert [turn.text for turn in sessions.transcript.turns(S1)] == ["hello \ufffd"]


def test_turns_are_in_the_order_they_began(sessions: SessionStore) -> None:
    greeting, asked = a_turn(0, source="greeting"), a_turn(1, "user")
    answer, later = a_turn(1, "agent"), a_turn(2, "user", started_ms=1500)
    for turn in (later, answer, asked, greeting):
        sessions.transcript.add_turn(S1, turn)
    assert sessions.transcript.turns(S1) == [greeting, asked, answer, later]


def test_the_count_and_the_median_follow_each_turn(sessions: SessionStore) -> None:
    seen = []
    for turn_id, latency_ms in enumerate([None, 900, 500, 700, 600]):
        sessions.transcript.add_turn(S1, a_turn(turn_id, latency_ms=latency_ms))
        seen.append(summary(sessions))
    assert seen == [(1, None), (2, 900), (3, 700), (4, 700), (5, 650)]


def test_a_turn_told_again_replaces_the_first_telling(sessions: SessionStore) -> None:
    sessions.transcript.add_turn(S1, a_turn(1, "agent", "Good eve", latency_ms=900))
    final = a_turn(1, "agent", "Good evening.", latency_ms=500, interrupted=True)
    sessions.transcript.add_turn(S1, final)
    assert sessions.transcript.turns(S1) == [final]
    assert summary(sessions) == (1, 500)


def test_what_only_one_telling_knows_survives_the_other(sessions: SessionStore) -> None:
    sessions.transcript.add_turn(S1, a_turn(1, latency_ms=500, stages={"asr_ttlw": 80, "llm_ttft": 1}))
    sessions.transcript.add_turn(S1, a_turn(1, text="Better", stages={"llm_ttft": 210}))
    assert sessions.transcript.turns(S1) == [a_turn(1, text="Better", latency_ms=500, stages={"asr_ttlw": 80, "llm_ttft": 210})]
    assert summary(sessions) == (1, 500)


def test_stages_go_to_the_agents_turn_else_to_the_persons(sessions: SessionStore) -> None:
    for turn in (a_turn(1, "agent", stages={"tts_ttfb": 90}), a_turn(1, "user"), a_turn(2, "user")):
        sessions.transcript.add_turn(S1, turn)
    missing = sessions.transcript.merge_stages(S1, {1: {"llm_ttft": 200}, 2: {"asr_ttlw": 70}, 3: {"llm_ttft": 1}})
    assert missing == {3}
    assert [(t.turn_id, t.speaker, t.stages) for t in sessions.transcript.turns(S1)] == [
        (1, "user", {}),
        (1, "agent", {"tts_ttfb": 90, "llm_ttft": 200}),
        (2, "user", {"asr_ttlw": 70}),
    ]
    assert sessions.transcript.merge_stages(S1, {}) == frozenset()


def test_the_last_turn_may_come_after_the_end(sessions: SessionStore) -> None:
    sessions.close(S1, "ended", "", NOON)
    sessions.transcript.add_turn(S1, a_turn(1))
    sessions.transcript.add_event(S1, Event(1, "late"))
    assert summary(sessions) == (1, None)


def test_events_are_in_the_order_they_happened(sessions: SessionStore) -> None:
    for event in (Event(20, "b"), Event(10, "a", "first"), Event(20, "c"), Event(20, "c")):
        sessions.transcript.add_event(S1, event)
    assert [event.kind for event in sessions.transcript.events(S1)] == ["a", "b", "c", "c"]


def test_turns_of_other_sessions_are_not_touched(sessions: SessionStore, version: Version) -> None:
    sessions.open(a_session(version, "s2"))
    sessions.transcript.add_turn(S1, a_turn(1, latency_ms=100))
    sessions.transcript.add_turn(SessionId("s2"), a_turn(1, latency_ms=900))
    sessions.transcript.merge_stages(S1, {1: {"llm_ttft": 5}})
    assert sessions.transcript.turns(SessionId("s2")) == [a_turn(1, latency_ms=900)]
    assert summary(sessions) == (1, 100)


def test_the_same_turn_told_by_many_threads_at_once_is_stored_once(sessions: SessionStore) -> None:
    outcomes = at_once(8, lambda n: sessions.transcript.add_turn(S1, a_turn(1, latency_ms=300)))
    assert outcomes == [None] * 8
    assert sessions.transcript.turns(S1) == [a_turn(1, latency_ms=300)]


def test_turns_written_by_threads_at_once_are_all_counted(sessions: SessionStore) -> None:
    outcomes = at_once(8, lambda n: sessions.transcript.add_turn(S1, a_turn(n, latency_ms=100 * n)))
    assert outcomes == [None] * 8
    assert summary(sessions) == (8, 350)


def test_turns_written_by_two_processes_at_once_are_all_counted(sessions: SessionStore, url: str) -> None:
    command = [sys.executable, "-m", "tests.store.writer", url, S1]
    writers = [subprocess.Popen([*command, first, "100"], cwd=ROOT, stdout=subprocess.DEVNULL) for first in ("1", "1001")]
    for turn_id in range(2001, 2051):
        sessions.transcript.add_turn(S1, a_turn(turn_id, latency_ms=500))
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert summary(sessions) == (250, 500)
    assert len(sessions.transcript.turns(S1)) == 250
