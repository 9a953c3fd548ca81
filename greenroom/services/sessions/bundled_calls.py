"""Tool calls in a session bundle: validated like everything else in it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from greenroom.model.session import ToolCall, ToolCallAsker, ToolCallStatus
from greenroom.outside_json import Shape

_Ms = Annotated[int, Meta(ge=0, le=80 * 3600 * 1000)]


class BundledCall(Shape, frozen=True):
    """A tool call as ``session.json`` holds it. Times are milliseconds; texts are cut to their limits by :func:`call_of`."""

    call_id: Annotated[str, Meta(min_length=1, max_length=100)]
    turn_id: Annotated[int, Meta(ge=0, le=2**31 - 1)]
    tool: str
    status: ToolCallStatus
    started_ms: _Ms
    duration_ms: _Ms
    arguments: str = ""
    result: str = ""
    server: str = ""
    mocked: bool = False
    asked_by: ToolCallAsker = "model"


def call_of(call: BundledCall) -> ToolCall:
    """The tool call to store, without NUL characters and too long texts."""
    return ToolCall(
        call_id=clipped(call.call_id, 100),
        turn_id=call.turn_id,
        tool=clipped(call.tool, 80),
        arguments=clipped(call.arguments, 8000),
        status=call.status,
        result=clipped(call.result, 16_000),
        started_ms=call.started_ms,
        duration_ms=call.duration_ms,
        server=clipped(call.server, 80),
        mocked=call.mocked,
        asked_by=call.asked_by,
    )


def clipped(text: str, most: int) -> str:
    """The text without NUL characters, which databases refuse, cut to ``most`` characters."""
    return text.replace("\x00", "")[:most]
