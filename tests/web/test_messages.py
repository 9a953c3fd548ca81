"""What a stage may send, and that everything else is refused by name."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.call.protocol import FROM_STAGE
from greenroom.web.messages import MESSAGE_MAX_BYTES, InvalidMessage, end_reason, parse, turn_of
from greenroom.web.stage_messages import ACTIONS

pytestmark = pytest.mark.unit

TURN = {
    "type": "turn",
    "turn_id": 1,
    "speaker": "user",
    "text": "hello",
    "started_ms": 10,
    "ended_ms": 900,
    "source": "voice",
    "interrupted": False,
    "latency_ms": None,
}


def test_every_message_of_the_protocol_has_an_action_and_nothing_else_has():
    assert set(ACTIONS) == set(FROM_STAGE) - {"hello"}


def test_a_turn_comes_through_as_it_was_said():
    turn = turn_of(TURN)
    assert (turn.turn_id, turn.speaker, turn.text, turn.latency_ms) == (1, "user", "hello", None)


@pytest.mark.parametrize(
    "change",
    [
        {"turn_id": -1},
        {"turn_id": "1"},
        {"turn_id": True},
        {"speaker": "root"},
        {"source": "guess"},
        {"text": None},
        {"started_ms": 2**31},
        {"latency_ms": "fast"},
        {"ended_ms": float("nan")},
    ],
)
def test_a_turn_with_a_wrong_field_is_refused(change):
    with pytest.raises(InvalidMessage):
        turn_of({**TURN, **change})


def test_html_and_emoji_in_a_turn_stay_text_and_nul_is_dropped():
    assert turn_of({**TURN, "text": "<b>hi</b> 🦜\x00"}).text == "<b>hi</b> 🦜"


@pytest.mark.parametrize("raw", ["", "null", "[]", '{"type": 7}', "{", "[" * 100_000, '"' + "x" * MESSAGE_MAX_BYTES + '"'])
def test_what_is_no_message_is_refused_in_words(raw):
    with pytest.raises(InvalidMessage):
        parse(raw)


@pytest.mark.parametrize("reason", ["lost", "refused", "", None, 3, ["ended"]])
def test_a_stage_cannot_claim_an_end_that_only_the_server_can_know(reason):
    with pytest.raises(InvalidMessage):
        end_reason({"reason": reason})


@given(st.dictionaries(st.sampled_from(sorted(TURN)), st.none() | st.integers() | st.floats() | st.text() | st.lists(st.none())))
def test_no_message_raises_anything_but_bad_message(fields):
    try:
        message = parse(json.dumps({**TURN, **fields}))
        turn_of(message)
    except InvalidMessage:
        pass
