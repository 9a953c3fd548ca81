"""Tool calls that an agent or its server reports, on the clock of the session."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from greenroom.agora.answers import ReportedToolCall
from greenroom.model.session import Session, ToolCall, Turn
from greenroom.outside_json import UnreadableJson, fit


class ToolCallReader:
    """Reads the ``tool.call`` messages of one call from the agent's data stream.

    The calls keep their distances on the agent's clock; the first one that is over sets it to the session's.
    """

    def __init__(self) -> None:
        self._zero_ms: int | None = None

    def ended(self, payload: object, now_ms: int) -> ToolCall | None:
        """The call that is over; None for one that began, and for what is no call. ``now_ms``: on the session's clock."""
        if not isinstance(payload, Mapping) or payload.get("phase") != "ended":
            return None
        try:
            call = fit(payload, ReportedToolCall)
        except UnreadableJson:
            return None
        if self._zero_ms is None:
            self._zero_ms = call.started_at + call.duration_ms - now_ms
        return _recorded(call, call.started_at - self._zero_ms)


def recorded_calls(
    session: Session, turns: Sequence[Turn], starts: Mapping[int, int], calls: Sequence[ReportedToolCall]
) -> list[ToolCall]:
    """``starts``: when each turn began, in Unix milliseconds on the clock of the calls.

    The browser's clock counts a session, so a call is placed as far after its turn's beginning as the server says.
    """
    zero_ms = int((session.started_at or session.created_at).timestamp() * 1000)
    began: dict[int, int] = {}
    for turn in turns:
        began[turn.turn_id] = min(turn.started_ms, began.get(turn.turn_id, turn.started_ms))
    return list(_placed(zero_ms, began, starts, calls))


def _placed(
    zero_ms: int, began: Mapping[int, int], starts: Mapping[int, int], calls: Sequence[ReportedToolCall]
) -> Iterator[ToolCall]:
    for call in calls:
        placed = call.turn_id in began and call.turn_id in starts
        at = began[call.turn_id] + call.started_at - starts[call.turn_id] if placed else call.started_at - zero_ms
        yield _recorded(call, at)


def _recorded(call: ReportedToolCall, at_ms: int) -> ToolCall:
    return ToolCall(
        call_id=call.call_id,
        turn_id=call.turn_id,
        tool=call.tool[:80],
        arguments=call.arguments,
        status=call.status,
        result=call.result,
        started_ms=max(0, at_ms),
        duration_ms=max(0, call.duration_ms),
        server=call.server[:80],
        mocked=call.mocked,
        asked_by=call.asked_by,
    )
