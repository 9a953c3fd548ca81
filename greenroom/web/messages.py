"""Validation of stage messages: JSON becomes typed values or is rejected."""

from __future__ import annotations

import json
from typing import Annotated, Any, TypeVar, get_args

from msgspec import Meta

from greenroom import outside_json
from greenroom.errors import GreenroomError, TextTooLong
from greenroom.model.call import Priority
from greenroom.model.session import (
    EndReason,
    ReportedSilence,
    Speaker,
    ToolCall,
    ToolCallAsker,
    ToolCallStatus,
    Turn,
    TurnSource,
)
from greenroom.outside_json import NotJson, Shape, UnreadableJson

MESSAGE_MAX_BYTES = 256 * 1024
TEXT_MAX_CHARS = 20_000
#: Of a message or an instruction to the agent; the stage's field says so (frontend/src/hooks/useComposer.ts).
WRITTEN_MAX_CHARS = 4_000
#: Reasons a stage may give for ending its call; the server determines all others.
STAGE_REASONS: tuple[EndReason, ...] = ("ended", "cancelled", "tab_closed", "stage_lost", "start_timeout", "restarted")

_Count = Annotated[int, Meta(ge=0, lt=2**31)]
_Milliseconds = Annotated[float, Meta(ge=0, lt=2**31)]
_T = TypeVar("_T")


class InvalidMessage(GreenroomError):
    """A message or body that doesn't have the shape its route expects. HTTP routes answer 400."""

    advice = "Reload the page; it doesn't match the server's version."


def parse(raw: str) -> dict[str, Any]:
    """One message as an object with a ``type``; raises InvalidMessage."""
    if len(raw) > MESSAGE_MAX_BYTES:
        raise InvalidMessage("The message is too long.")
    try:
        message = outside_json.read(raw, dict[str, Any])
    except NotJson:
        raise InvalidMessage("The message isn't valid JSON.") from None
    except UnreadableJson:
        raise InvalidMessage("The message isn't a JSON object.") from None
    if not isinstance(message.get("type"), str):
        raise InvalidMessage("The message has no type.")
    return message


def json_object(raw: bytes) -> dict[str, Any]:
    """The body of a request as a JSON object, lone surrogates replaced. Raises InvalidMessage for anything else."""
    try:
        body = json.loads(raw)
        text = json.dumps(body, ensure_ascii=False)
        if not text.isascii():
            body = json.loads(text.encode("utf8", "replace"))
    except (ValueError, RecursionError):
        raise InvalidMessage("The body isn't valid JSON.") from None
    if not isinstance(body, dict):
        raise InvalidMessage("The body isn't a JSON object.")
    return body


def text_of(message: dict[str, Any], field: str, longest: int = TEXT_MAX_CHARS) -> str:
    """A text, cut after ``longest`` characters, without NUL and lone surrogates; it may be empty. Raises InvalidMessage
    for anything else."""
    value = message.get(field)
    if not isinstance(value, str):
        raise InvalidMessage(f"{field} must be text.")
    return value[:longest].encode("utf8", "replace").decode().replace("\x00", "")


def said_text(message: dict[str, Any]) -> str:
    """The user's text; raises InvalidMessage if it is empty, TextTooLong."""
    text = text_of(message, "text", MESSAGE_MAX_BYTES).strip()
    if not text:
        raise InvalidMessage("The message is empty.", advice="Enter a message first.")
    if len(text) > WRITTEN_MAX_CHARS:
        raise TextTooLong(text, WRITTEN_MAX_CHARS, field="text")
    return text


def priority_of(message: dict[str, Any]) -> Priority:
    """``interrupt`` if it is missing. Raises InvalidMessage."""
    return _one_of(message.get("priority", "interrupt"), get_args(Priority), "priority")


def ref_of(message: dict[str, Any]) -> str:
    """The stage's id of a message; "" if it has none."""
    ref = message.get("ref")
    return ref[:80].encode("utf8", "replace").decode() if isinstance(ref, str) else ""


def end_reason(message: dict[str, Any]) -> EndReason:
    """A reason that a page may give. Raises InvalidMessage for others, which are the server's to give."""
    reason = message.get("reason")
    if reason not in STAGE_REASONS:
        raise InvalidMessage("This end reason isn't allowed for a stage.")
    return reason


class _Heartbeat(Shape, frozen=True):
    silent_ms: _Milliseconds
    caller_silent_ms: _Milliseconds


class _TurnMessage(Shape, frozen=True):
    turn_id: _Count
    speaker: Speaker
    text: str
    started_ms: _Milliseconds
    ended_ms: _Milliseconds
    source: TurnSource = "voice"
    interrupted: bool = False
    latency_ms: _Milliseconds | None = None


class _ToolCallMessage(Shape, frozen=True):
    call_id: Annotated[str, Meta(min_length=1, max_length=80)]
    turn_id: _Count
    tool: Annotated[str, Meta(min_length=1, max_length=80)]
    arguments: str
    status: ToolCallStatus
    result: str
    started_ms: _Milliseconds
    duration_ms: _Milliseconds
    server: Annotated[str, Meta(max_length=80)] = ""
    mocked: bool = False
    asked_by: ToolCallAsker = "model"


def tool_call_of(message: dict[str, Any]) -> ToolCall:
    """Parse a tool call; raises InvalidMessage that names the invalid field."""
    call = _fit(message, _ToolCallMessage)
    return ToolCall(
        call_id=text_of(message, "call_id", 80),
        turn_id=call.turn_id,
        tool=text_of(message, "tool", 80),
        arguments=text_of(message, "arguments"),
        status=call.status,
        result=text_of(message, "result"),
        started_ms=int(call.started_ms),
        duration_ms=int(call.duration_ms),
        server="" if call.server == "" else text_of(message, "server", 80),
        mocked=call.mocked,
        asked_by=call.asked_by,
    )


def silence_of(message: dict[str, Any]) -> ReportedSilence:
    """Parse a heartbeat; raises InvalidMessage."""
    beat = _fit(message, _Heartbeat)
    return ReportedSilence(int(beat.silent_ms) / 1000, int(beat.caller_silent_ms) / 1000)


def turn_of(message: dict[str, Any]) -> Turn:
    """Parse a turn; raises InvalidMessage that names the invalid field."""
    turn = _fit(message, _TurnMessage)
    return Turn(
        turn_id=turn.turn_id,
        speaker=turn.speaker,
        text=text_of(message, "text"),
        started_ms=int(turn.started_ms),
        ended_ms=int(turn.ended_ms),
        source=turn.source,
        interrupted=turn.interrupted,
        latency_ms=None if turn.latency_ms is None else int(turn.latency_ms),
    )


def turn_fields(turn: Turn) -> dict[str, Any]:
    """A turn as the message ``turn`` carries it."""
    return {name: getattr(turn, name) for name in _TurnMessage.__struct_fields__}


def _fit(message: dict[str, Any], shape: type[_T]) -> _T:
    try:
        return outside_json.fit(message, shape)
    except UnreadableJson as error:
        raise InvalidMessage(f"Invalid message: {error}.") from None


def _one_of(value: Any, allowed: tuple[Any, ...], field: str) -> Any:
    if value not in allowed:
        raise InvalidMessage(f"{field} is unknown.")
    return value
