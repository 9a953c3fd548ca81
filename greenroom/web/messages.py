"""What a stage may send, checked once: the JSON of a message becomes a typed turn or plain text here, or is refused."""

from __future__ import annotations

import json
from typing import Any, get_args

from greenroom.errors import GreenroomError
from greenroom.model.call import Priority
from greenroom.model.session import EndReason, Silence, Speaker, Turn, TurnSource

MESSAGE_MAX_BYTES = 256 * 1024
TEXT_MAX_CHARS = 20_000
#: The reasons a stage may give for ending its own call; all others are the server's to find.
STAGE_REASONS: tuple[EndReason, ...] = ("ended", "cancelled", "tab_closed", "stage_lost", "start_timeout")


class InvalidMessage(GreenroomError):
    advice = "Reload the page: the stage and the server are of different versions."


def parse(raw: str) -> dict[str, Any]:
    """One message as an object with a ``type``; raises BadMessage."""
    if len(raw) > MESSAGE_MAX_BYTES:
        raise InvalidMessage("The message is too long.")
    try:
        message = json.loads(raw)
    except (ValueError, RecursionError):
        raise InvalidMessage("The message is not JSON.") from None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise InvalidMessage("The message has no type.")
    return message


def text_of(message: dict[str, Any], field: str, longest: int = TEXT_MAX_CHARS) -> str:
    value = message.get(field)
    if not isinstance(value, str):
        raise InvalidMessage(f"{field} must be text.")
    return value.replace("\x00", "")[:longest]


def said_text(message: dict[str, Any]) -> str:
    """What a person wrote; raises BadMessage for nothing at all."""
    text = text_of(message, "text").strip()
    if not text:
        raise InvalidMessage("There is nothing to send.", advice="Write a message first.")
    return text


def priority_of(message: dict[str, Any]) -> Priority:
    return _one_of(message.get("priority", "interrupt"), get_args(Priority), "priority")


def ref_of(message: dict[str, Any]) -> str:
    """The stage's own name of a message; "" where it has none."""
    ref = message.get("ref")
    return ref[:80] if isinstance(ref, str) else ""


def end_reason(message: dict[str, Any]) -> EndReason:
    reason = message.get("reason")
    if reason not in STAGE_REASONS:
        raise InvalidMessage("That is not a reason for a stage to end a call.")
    return reason


def silence_of(message: dict[str, Any]) -> Silence:
    """What a heartbeat tells; raises BadMessage."""
    return Silence(_whole(message, "silent_ms") / 1000, _whole(message, "person_silent_ms") / 1000)


def turn_of(message: dict[str, Any]) -> Turn:
    """The turn a stage reports; raises BadMessage naming the field."""
    speaker: Speaker = _one_of(message.get("speaker"), get_args(Speaker), "speaker")
    source: TurnSource = _one_of(message.get("source", "voice"), get_args(TurnSource), "source")
    latency = message.get("latency_ms")
    return Turn(
        turn_id=_whole(message, "turn_id"),
        speaker=speaker,
        text=text_of(message, "text"),
        started_ms=_whole(message, "started_ms"),
        ended_ms=_whole(message, "ended_ms"),
        source=source,
        interrupted=message.get("interrupted") is True,
        latency_ms=None if latency is None else _whole(message, "latency_ms"),
    )


def _one_of(value: Any, known: tuple[Any, ...], field: str) -> Any:
    if value not in known:
        raise InvalidMessage(f"{field} is unknown.")
    return value


def _whole(message: dict[str, Any], field: str) -> int:
    value = message.get(field)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**31:
        raise InvalidMessage(f"{field} must be a whole number of at least 0.")
    return int(value)
