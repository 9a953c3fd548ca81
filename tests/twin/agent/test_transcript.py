"""Agora's data stream: framing that survives Agora's toolkit, the fields of each message, the time of each word."""

from __future__ import annotations

import base64
import json
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.clock import Clock
from greenroom.twin.agent.speaker import Clip
from greenroom.twin.agent.transcript import ENDED, IN_PROGRESS, INTERRUPTED, Transcript, framed, spoken_text, timed_words

pytestmark = pytest.mark.unit


def together(parts: list[bytes]) -> dict:
    """Put together as Agora's toolkit does: by part number, base64 first."""
    numbered = {}
    for part in parts:
        message_id, number, count, text = part.decode("ascii").split("|")
        numbered[int(number)] = text
    assert sorted(numbered) == list(range(1, int(count) + 1))
    return json.loads(base64.b64decode("".join(numbered[n] for n in sorted(numbered))))


class SentMessages:
    def __init__(self) -> None:
        self.parts: dict[str, list[bytes]] = {}
        self.transcript = Transcript(self.take, Clock())

    def take(self, payload: bytes) -> None:
        self.parts.setdefault(payload.split(b"|")[0].decode(), []).append(payload)

    @property
    def messages(self) -> list[dict]:
        return [together(parts) for parts in self.parts.values()]


def clip(text: str, seconds: float, started_ms: int | None = None, played_s: float = 0.0) -> Clip:
    return Clip(text, np.ones(int(48_000 * seconds), np.int16), started_ms, int(48_000 * played_s))


@given(st.text(max_size=3000))
def test_any_text_comes_through_in_parts_that_fit_and_are_plain_ascii(text):
    """row 50"""
    parts = list(framed({"text": text}, "abc12"))
    assert all(len(part) <= 1024 for part in parts)
    assert [int(part.split(b"|")[1]) for part in parts] == list(range(1, len(parts) + 1))
    assert base64.b64decode(b"".join(part.split(b"|")[3] for part in parts)).isascii()
    random.Random(1).shuffle(parts)
    assert together(parts) == {"text": text}


def test_a_lost_part_is_noticed():
    """row 50"""
    parts = list(framed({"text": "x" * 3000}, "abc12"))
    with pytest.raises(AssertionError):
        together(parts[1:])


def test_every_message_has_an_id_of_its_own():
    sent = SentMessages()
    for turn in range(50):
        sent.transcript.user(turn, 7, "hello " * 300, start_ms=0, duration_ms=1, final=True)
    assert [m["turn_id"] for m in sent.messages] == list(range(50))


def test_the_person_and_the_agent_are_told_apart_by_object_and_stream():
    """row 52: the object says who speaks; the agent's stream is 0, the person's is the uid."""
    sent = SentMessages()
    sent.transcript.user(3, 2002, "Hello.", start_ms=10, duration_ms=500, final=False)
    sent.transcript.user(3, "maria", "Hello.", start_ms=10, duration_ms=500, final=True)
    sent.transcript.assistant(3, [clip("Good day.", 1.0, 0, 1.0)], 1000, ENDED)
    first, second, agent = sent.messages
    assert (first["object"], first["stream_id"], first["user_id"], first["final"]) == ("user.transcription", 2002, "2002", False)
    assert (second["stream_id"], second["user_id"], second["words"]) == (1, "maria", None)
    assert (agent["object"], agent["stream_id"], agent["user_id"]) == ("assistant.transcription", 0, "")


def test_what_is_told_of_a_turn_in_progress_is_what_was_spoken_and_of_an_ended_one_all():
    """row 54: the texts, with blanks and in order."""
    sent = SentMessages()
    clips = [clip("Good day, this is Ava.", 2.0, 1000), clip("How can I help?", 1.0)]
    told = sent.transcript.assistant(1, clips, 1900, IN_PROGRESS)
    clips[1].started_ms = 3000
    told_then = sent.transcript.assistant(1, clips, 3500, IN_PROGRESS, told)
    sent.transcript.assistant(1, clips, 4000, ENDED)
    first, second, last = sent.messages
    assert first["text"] == "Good day, this"
    assert second["text"].startswith("Good day, this is Ava. How")
    assert last["text"] == "Good day, this is Ava. How can I help?"
    assert (told, len(first["words"]), len(second["words"])) == (3, 3, told_then - 3)
    assert [m["turn_status"] for m in sent.messages] == [0, 0, 1]
    assert first["start_ms"] == last["start_ms"] == 1000
    assert last["duration_ms"] == 3000
    assert [m["turn_seq_id"] for m in sent.messages] == sorted({m["turn_seq_id"] for m in sent.messages})


def test_an_interrupted_turn_is_marked_and_has_only_what_was_heard():
    """row 53"""
    sent = SentMessages()
    clips = [clip("One two three four.", 2.0, 0, 1.0), clip("Never heard.", 1.0)]
    sent.transcript.interrupted(4, 1000)
    sent.transcript.assistant(4, clips, 1000, INTERRUPTED)
    mark, line = sent.messages
    assert (mark["object"], mark["turn_id"], mark["start_ms"]) == ("message.interrupt", 4, 1000)
    assert line["turn_status"] == 2
    assert line["text"] == spoken_text(clips) == "One two three"
    assert "".join(w["word"] for w in line["words"]).strip() == line["text"]


@given(st.lists(st.text("abc.", min_size=1, max_size=9), min_size=1, max_size=30), st.integers(0, 10**7), st.floats(0.02, 30))
def test_words_fill_their_sound_in_order_and_end_with_a_blank(words, start, seconds):
    timed = timed_words(clip(" ".join(words), seconds, start))
    assert [w["word"] for w in timed] == [f"{w} " for w in words]
    assert all(a["start_ms"] <= b["start_ms"] for a, b in zip(timed, timed[1:], strict=False))
    assert timed[0]["start_ms"] == start
    assert abs(sum(w["duration_ms"] for w in timed) - seconds * 1000) <= len(words) + 1


def test_a_state_is_said_once_and_again_for_somebody_who_came_later():
    sent = SentMessages()
    for state in ("listening", "listening", "thinking"):
        sent.transcript.state(state, 1)
    sent.transcript.repeat_state(2)
    assert [(m["state"], m["turn_id"]) for m in sent.messages] == [("listening", 1), ("thinking", 1), ("thinking", 2)]


def test_a_long_answer_does_not_fill_the_stream():
    """Agora's data stream carries 30 KB a second; an answer of a minute stays far below it."""
    sent = SentMessages()
    clips = [clip("word " * 20, 6.0, n * 6000, 6.0) for n in range(10)]
    told = 0
    for now in range(0, 60_000, 300):
        told = sent.transcript.assistant(1, clips, now, IN_PROGRESS, told)
    assert sum(len(part) for parts in sent.parts.values() for part in parts) / 60 < 8_000


def test_a_finished_turn_says_why_the_callers_turn_ended():
    sent = SentMessages()
    sent.transcript.finished(1, "agent", 1_700_000_000_000, {"llm_ttft": 80}, "meaning")
    sent.transcript.finished(2, "agent", 1_700_000_000_000, {"llm_ttft": 80})
    assert [message["payload"]["start"].get("ended_by") for message in sent.messages] == ["meaning", None]
