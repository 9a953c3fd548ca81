"""History and turns in exactly the shapes that Agora's API answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.twin.agent.conversation_log import ConversationLog, TurnRecord

pytestmark = pytest.mark.unit


def test_a_turn_has_exactly_agoras_fields():
    """row 89"""
    ledger = ConversationLog("A1", "lobby", 32)
    greeting = ledger.open(TurnRecord(0, "greeting", 1_700_000_000_000, {"greeting_nth": 1}))
    greeting.close("ok", 1_700_000_002_000, playback_duration_ms=1800)
    asked = ledger.open(TurnRecord(1, "voice_input", 1_700_000_003_000, {"speech_duration_ms": 900}))
    asked.segments |= {"algorithm_processing": 640, "asr_ttlw": 3, "llm_ttft": 200, "llm_ftfs": 50, "tts_ttfb": 40}
    asked.close("interrupted", 1_700_000_005_000, caused_by="start_of_speech")
    assert ledger.turns() == [
        {
            "agent_id": "A1",
            "channel": "lobby",
            "turn_id": 1,
            "start": {"start_at": 1_700_000_000_000, "type": "greeting", "metadata": {"greeting_nth": 1}},
            "end": {"end_at": 1_700_000_002_000, "type": "ok", "metadata": {"playback_duration_ms": 1800}},
            "metrics": {"e2e_latency_ms": 0, "segmented_latency_ms": []},
        },
        {
            "agent_id": "A1",
            "channel": "lobby",
            "turn_id": 2,
            "start": {"start_at": 1_700_000_003_000, "type": "voice_input", "metadata": {"speech_duration_ms": 900}},
            "end": {"end_at": 1_700_000_005_000, "type": "interrupted", "metadata": {"caused_by": "start_of_speech"}},
            "metrics": {
                "e2e_latency_ms": 933,
                "segmented_latency_ms": [
                    {"name": "algorithm_processing", "latency": 640},
                    {"name": "asr_ttlw", "latency": 3},
                    {"name": "llm_ttft", "latency": 200},
                    {"name": "llm_ftfs", "latency": 50},
                    {"name": "tts_ttfb", "latency": 40},
                ],
            },
        },
    ]


def test_without_a_greeting_the_first_turn_is_the_first():
    ledger = ConversationLog("A1", "lobby", 32)
    ledger.open(TurnRecord(1, "voice_input", 1)).close("ok", 2)
    assert [t["turn_id"] for t in ledger.turns()] == [1]


def test_a_turn_in_progress_is_not_reported_and_one_that_ended_stays_as_it_ended():
    ledger = ConversationLog("A1", "lobby", 32)
    turn = ledger.open(TurnRecord(1, "voice_input", 1))
    assert ledger.turns() == []
    turn.close("error", 2, reason="LLM_REQUEST_ERR")
    turn.close("ok", 3)
    assert ledger.turns()[0]["end"] == {"end_at": 2, "type": "error", "metadata": {"reason": "LLM_REQUEST_ERR"}}


@given(st.lists(st.tuples(st.sampled_from(["user", "assistant"]), st.text(max_size=5))), st.integers(1, 8))
def test_history_is_the_last_of_what_was_said_and_nothing_empty(said, most):
    ledger = ConversationLog("A1", "lobby", most)
    for role, content in said:
        ledger.remember(role, content)
    assert ledger.history() == [{"role": r, "content": c} for r, c in said if c][-most:]


def test_history_cannot_be_changed_from_outside():
    ledger = ConversationLog("A1", "lobby", 8)
    ledger.remember("user", "hello")
    ledger.history()[0]["content"] = "changed"
    assert ledger.history() == [{"role": "user", "content": "hello"}]
