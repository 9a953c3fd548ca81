"""Agora's messages on the data stream: their JSON, and their framing in parts."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from greenroom.clock import Clock
from greenroom.twin.agent.speaker import Clip
from greenroom.twin.seat import Uid

#: Base64 characters in a part: with its header a part stays below the 1 KB that Agora's data stream carries.
PART_CHARS = 880
IN_PROGRESS, ENDED, INTERRUPTED = 0, 1, 2


def framed(message: dict[str, Any], message_id: str) -> Iterator[bytes]:
    """Split a message into parts for the data stream: ``messageId|part|parts|base64``, parts counted from 1.

    The JSON is ASCII (``\\uXXXX``): the toolkit decodes parts without UTF-8 and would mangle anything else.
    """
    text = base64.b64encode(json.dumps(message, separators=(",", ":")).encode()).decode()
    parts = [text[i : i + PART_CHARS] for i in range(0, len(text), PART_CHARS)]
    for number, part in enumerate(parts, 1):
        yield f"{message_id}|{number}|{len(parts)}|{part}".encode()


class Transcript:
    """Sends transcript lines and the agent's state to the channel."""

    def __init__(self, send: Callable[[bytes], None], clock: Clock, language: str = "en-US") -> None:
        self._send = send
        self._clock = clock
        self._language = language
        self._numbers = itertools.count(1)
        self._prefix = clock.new_id(6)
        self._state = ""

    def user(self, turn_id: int, user_id: Uid, text: str, *, start_ms: int, duration_ms: int, final: bool) -> None:
        """Send ``user.transcription``: a caller's words so far, or the ``final`` ones of the turn.

        ``start_ms`` is on the speaker's clock. A string uid has ``stream_id`` 1.
        """
        self._post(
            object="user.transcription",
            text=text,
            start_ms=start_ms,
            duration_ms=duration_ms,
            language=self._language,
            turn_id=turn_id,
            stream_id=user_id if isinstance(user_id, int) else 1,
            user_id=str(user_id),
            words=None,
            final=final,
        )

    def assistant(self, turn_id: int, clips: Sequence[Clip], now_ms: int, status: int, sent: int = 0) -> int:
        """The turn so far: the text spoken up to now (all of it once it ended), with the time of each word.

        In progress, the words after the first ``sent`` are sent with times, to keep the messages of a long answer
        short; the last message of a turn has them all. Returns how many words have been sent.
        """
        started = [c for c in clips if c.started_ms is not None]
        words = [w for c in (clips if status == ENDED else started) for w in timed_words(c)]
        spoken = words if status == ENDED else [w for w in words if w["start_ms"] < now_ms]
        begin = (started[0].started_ms or 0) if started else now_ms
        self._post(
            object="assistant.transcription",
            text=_text(spoken),
            start_ms=begin,
            duration_ms=max(0, now_ms - begin),
            language=self._language,
            turn_id=turn_id,
            turn_seq_id=next(self._numbers),
            turn_status=status,
            quiet=False,
            stream_id=0,
            user_id="",
            words=spoken[sent:] if status == IN_PROGRESS else spoken,
        )
        return len(spoken)

    def interrupted(self, turn_id: int, at_ms: int) -> None:
        """Send ``message.interrupt``. ``at_ms`` is on the speaker's clock."""
        self._post(
            object="message.interrupt",
            message_id=self._clock.new_id(12),
            data_type="message",
            turn_id=turn_id,
            start_ms=at_ms,
            send_ts=self._clock.now_ms(),
        )

    def finished(self, turn_id: int, agent_id: str, start_at: int, segments: Mapping[str, int], ended_by: str = "") -> None:
        """Send the latencies of a finished turn, and why the caller's turn before it ended."""
        self._post(
            event_type="turn.finished",
            payload={
                "turn_id": turn_id,
                "agent_id": agent_id,
                "start": {"start_at": start_at, **({"ended_by": ended_by} if ended_by else {})},
                "metrics": {
                    "e2e_latency_ms": sum(segments.values()),
                    "segmented_latency_ms": [{"name": name, "latency": ms} for name, ms in segments.items()],
                },
            },
        )

    def tool_call(self, phase: str, call: Mapping[str, Any]) -> None:
        """Send ``tool.call``, a message that Agora doesn't have. ``phase``: started or ended."""
        self._post(event_type="tool.call", payload={"phase": phase, **call})

    def error(self, turn_id: int, module: str, code: int, message: str) -> None:
        """Send ``message.error``. ``module`` is Agora's (llm, asr, tts, …) or ``tools``; ``code`` mostly an HTTP status."""
        self._post(
            object="message.error", module=module, code=code, message=message, turn_id=turn_id, send_ts=self._clock.now_ms()
        )

    def state(self, state: str, turn_id: int) -> None:
        """Send the state: listening, thinking, speaking, silent or idle. A repeated state is not sent."""
        if state != self._state:
            self._state = state
            self._post(object="message.state", state=state, turn_id=turn_id)

    def repeat_state(self, turn_id: int) -> None:
        """Send the state again, for a caller who has just joined."""
        state, self._state = self._state or "listening", ""
        self.state(state, turn_id)

    def _post(self, **message: Any) -> None:
        for part in framed(message, f"{self._prefix}{next(self._numbers)}"):
            self._send(part)


def timed_words(clip: Clip) -> list[dict[str, Any]]:
    """Each word with its place on the speaker's clock, spread over the clip by its length in letters.

    Each word includes the blank after it: the toolkit joins words without one.
    """
    words = clip.text.split()
    weights = [len(w) + 1 for w in words]
    total, at = sum(weights) or 1, float(clip.started_ms or 0)
    timed = []
    for word, weight in zip(words, weights, strict=True):
        length = clip.length_ms * weight / total
        timed.append({"word": f"{word} ", "start_ms": round(at), "duration_ms": round(length), "stable": True})
        at += length
    return timed


def spoken_text(clips: Sequence[Clip]) -> str:
    """The words of these clips that have started to play."""
    heard = []
    for clip in clips:
        if clip.started_ms is not None:
            reached = clip.started_ms + clip.played_ms
            heard += [w for w in timed_words(clip) if w["start_ms"] < reached]
    return _text(heard)


def _text(words: Sequence[dict[str, Any]]) -> str:
    return "".join(w["word"] for w in words).strip()
