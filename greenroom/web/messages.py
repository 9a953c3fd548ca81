"""What a stage may send, checked once: the JSON of a message becomes a typed turn or plain text here, or is refused."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar, get_args

from msgspec import Meta

from greenroom import outside_json
from greenroom.errors import GreenroomError
from greenroom.model.call import Priority
from greenroom.model.session import EndReason, Silence, Speaker, Turn, TurnSource
from greenroom.outside_json import NotJson, Shape, UnreadableJson

MESSAGE_MAX_BYTES = 256 * 1024
TEXT_MAX_CHARS = 20_000
#: The reasons a stage may give for ending its own call; all others are the server's to find.
STAGE_REASONS: tuple[EndReason, ...] = ("ended", "cancelled", "tab_closed", "stage_lost", "start_timeout")

_Count = Annotated[int, Meta(ge=0, lt=2**31)]
_Milliseconds = Annotated[float, Meta(ge=0, lt=2**31)]
_T = TypeVar("_T")


class InvalidMessage(GreenroomError):
    advice = "Reload the page: the stage and the server are of different versions."


def parse(raw: str) -> dict[str, Any]:
    """One message as an object with a ``type``; raises InvalidMessage."""
    if len(raw) > MESSAGE_MAX_BYTES:
        raise InvalidMessage("The message is too long.")
    try:
        message = outside_json.read(raw, dict[str, Any])
    except NotJson:
        raise InvalidMessage("The message is not JSON.") from None
    except UnreadableJson:
        raise InvalidMessage("The message is not an object.") from None
    if not isinstance(message.get("type"), str):
        raise InvalidMessage("The message has no type.")
    return message


def text_of(message: dict[str, Any], field: str, longest: int = TEXT_MAX_CHARS) -> str:
    value = message.get(field)
    if not isinstance(value, str):
        raise InvalidMessage(f"{field} must be text.")
    return value.replace("\x00", "")[:longest]


def said_text(message: dict[str, Any]) -> str:
    """What a person wrote; raises InvalidMessage for nothing at all."""
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


class _Heartbeat(Shape, frozen=True):
    silent_ms: _Milliseconds
    person_silent_ms: _Milliseconds


class _TurnMessage(Shape, frozen=True):
    turn_id: _Count
    speaker: Speaker
    text: str
    started_ms: _Milliseconds
    ended_ms: _Milliseconds
    source: TurnSource = "voice"
    interrupted: bool = False
    latency_ms: _Milliseconds | None = None


def silence_of(message: dict[str, Any]) -> Silence:
    """What a heartbeat tells; raises InvalidMessage."""
    beat = _fit(message, _Heartbeat)
    return Silence(int(beat.silent_ms) / 1000, int(beat.person_silent_ms) / 1000)


def turn_of(message: dict[str, Any]) -> Turn:
    """The turn a stage reports; raises InvalidMessage naming the field."""
    said = _fit(message, _TurnMessage)
    return Turn(
        turn_id=said.turn_id,
        speaker=said.speaker,
        text=text_of(message, "text"),
        started_ms=int(said.started_ms),
        ended_ms=int(said.ended_ms),
        source=said.source,
        interrupted=said.interrupted,
        latency_ms=None if said.latency_ms is None else int(said.latency_ms),
    )


def _fit(message: dict[str, Any], shape: type[_T]) -> _T:
    try:
        return outside_json.fit(message, shape)
    except UnreadableJson as error:
        raise InvalidMessage(f"The message cannot be read: {error}.") from None


def _one_of(value: Any, known: tuple[Any, ...], field: str) -> Any:
    if value not in known:
        raise InvalidMessage(f"{field} is unknown.")
    return value
