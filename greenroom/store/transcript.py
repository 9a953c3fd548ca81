"""A session's turns and events, within a transaction of :class:`SessionStore`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from statistics import median
from typing import Any

from sqlalchemy import Connection, case, func, insert, select, update

from greenroom.errors import NotFound
from greenroom.model.session import Event, SessionId, ToolCall, ToolCallStatus, Turn
from greenroom.model.session_query import ToolCount
from greenroom.redaction import SECRETS
from greenroom.store.rows import columns_of, values_of
from greenroom.store.schema import events as events_table
from greenroom.store.schema import session_versions, sessions
from greenroom.store.schema import turns as turns_table
from greenroom.store.tool_tables import tool_calls as calls_table

_TURN = columns_of(turns_table, Turn)
_CALL = columns_of(calls_table, ToolCall)
_EVENT = columns_of(events_table, Event)
#: The caller's interruption ("cancelled") isn't the tool's failure.
_FAILED_CALLS: tuple[ToolCallStatus, ...] = ("error", "timeout", "invalid")
#: Up to twice as many turns, each one with a latency renews the median.
SUMMED_UP = 1000


def add_turn(connection: Connection, session_id: SessionId, turn: Turn, began_at: datetime | None = None) -> None:
    """Insert or replace by (turn_id, speaker), then update the session's count and median."""
    hold(connection, session_id)
    values = _values(turn)
    stored = connection.execute(
        select(turns_table.c.id, turns_table.c.stages, turns_table.c.latency_ms).where(
            turns_table.c.session_id == session_id,
            turns_table.c.turn_id == turn.turn_id,
            turns_table.c.speaker == turn.speaker,
        )
    ).first()
    if stored is None:
        if turn.version_number is None and began_at is not None:
            values["version_number"] = _version_at(connection, session_id, began_at)
        connection.execute(insert(turns_table).values(session_id=session_id, **values))
    else:
        values["stages"] = {**stored.stages, **turn.stages}
        values["latency_ms"] = stored.latency_ms if turn.latency_ms is None else turn.latency_ms
        del values["version_number"]  # a turn keeps the version it was first reported with
        connection.execute(update(turns_table).where(turns_table.c.id == stored.id).values(values))
    _sum_up_one(connection, session_id, added=stored is None, measured=values["latency_ms"] is not None)


def add_tool_calls(connection: Connection, session_id: SessionId, calls: Sequence[ToolCall]) -> None:
    """Insert the calls that are not there yet."""
    hold(connection, session_id)
    mine = (calls_table.c.session_id == session_id, calls_table.c.call_id.in_([call.call_id for call in calls]))
    stored = set(connection.execute(select(calls_table.c.call_id).where(*mine)).scalars())
    rows = {call.call_id: {**_call_values(call), "session_id": session_id} for call in calls if call.call_id not in stored}
    if rows:
        connection.execute(insert(calls_table), list(rows.values()))


def _call_values(call: ToolCall) -> dict[str, Any]:
    return {**asdict(call), "arguments": SECRETS.text(call.arguments), "result": SECRETS.text(call.result)}


def tool_calls(connection: Connection, session_id: SessionId) -> list[ToolCall]:
    """See :meth:`SessionStore.tool_calls`."""
    order = (calls_table.c.started_ms, calls_table.c.call_id)
    rows = connection.execute(select(*_CALL).where(calls_table.c.session_id == session_id).order_by(*order))
    return [ToolCall(*row) for row in rows]


def tool_use(connection: Connection, session_ids: Sequence[SessionId]) -> dict[SessionId, list[ToolCount]]:
    """See :meth:`TranscriptStore.tool_use`."""
    c = calls_table.c
    failed = func.sum(case((c.status.in_(_FAILED_CALLS), 1), else_=0))
    counts = select(c.session_id, c.tool, func.count(), failed).where(c.session_id.in_(session_ids))
    found: defaultdict[SessionId, list[ToolCount]] = defaultdict(list)
    for session_id, tool, calls, failures in connection.execute(counts.group_by(c.session_id, c.tool)):
        found[session_id].append(ToolCount(tool, calls, failures))
    return {session_id: sorted(uses, key=lambda use: (-use.calls, use.tool)) for session_id, uses in found.items()}


def add_all(connection: Connection, session_id: SessionId, turns: Sequence[Turn], events: Sequence[Event]) -> None:
    """Insert a new session's whole record, with one statement per table. Of turns with the same id and speaker, the last one
    wins."""
    rows = {(turn.turn_id, turn.speaker): {**_values(turn), "session_id": session_id} for turn in turns}
    if rows:
        connection.execute(insert(turns_table), list(rows.values()))
    if events:
        connection.execute(insert(events_table), [{**_event_values(event), "session_id": session_id} for event in events])
    _sum_up(connection, session_id)


def merge_stages(connection: Connection, session_id: SessionId, stages: Mapping[int, Mapping[str, int]]) -> frozenset[int]:
    """See :meth:`SessionStore.merge_stages`."""
    hold(connection, session_id)
    rows = connection.execute(
        select(turns_table.c.id, turns_table.c.turn_id, turns_table.c.stages)
        .where(turns_table.c.session_id == session_id, turns_table.c.turn_id.in_(stages))
        .order_by(turns_table.c.speaker.desc())
    )
    # "user" before "agent": the agent's row wins if there is one.
    targets = {row.turn_id: row for row in rows}
    for turn_id, row in targets.items():
        united = {**row.stages, **stages[turn_id]}
        connection.execute(update(turns_table).where(turns_table.c.id == row.id).values(stages=united))
    return frozenset(stages) - targets.keys()


def add_event(connection: Connection, session_id: SessionId, event: Event) -> None:
    """See :meth:`SessionStore.add_event`."""
    connection.execute(insert(events_table).values(session_id=session_id, **_event_values(event)))


def _values(turn: Turn) -> dict[str, Any]:
    """Known keys are masked: a caller may read one out, or a model repeat it."""
    values = values_of(turn)
    return {**values, "text": SECRETS.text(turn.text), "stages": dict(turn.stages)}


def _event_values(event: Event) -> dict[str, Any]:
    return {**values_of(event), "detail": SECRETS.text(event.detail)}


def add_event_once(connection: Connection, session_id: SessionId, event: Event) -> bool:
    """See :meth:`SessionStore.add_event_once`."""
    hold(connection, session_id)
    same_kind = select(events_table.c.detail).where(events_table.c.session_id == session_id, events_table.c.kind == event.kind)
    first_word = event.detail.split(" ", 1)[0]
    if any(detail.split(" ", 1)[0] == first_word for detail in connection.execute(same_kind).scalars()):
        return False
    add_event(connection, session_id, event)
    return True


def turns(connection: Connection, session_id: SessionId) -> list[Turn]:
    """In the order they started; of two that start in the same millisecond and turn, the caller's comes first."""
    order = (turns_table.c.started_ms, turns_table.c.turn_id, turns_table.c.speaker.desc())
    rows = connection.execute(select(*_TURN).where(turns_table.c.session_id == session_id).order_by(*order))
    return [Turn(*row) for row in rows]


def events(connection: Connection, session_id: SessionId) -> list[Event]:
    """See :meth:`SessionStore.events`."""
    order = (events_table.c.at_ms, events_table.c.id)
    rows = connection.execute(select(*_EVENT).where(events_table.c.session_id == session_id).order_by(*order))
    return [Event(*row) for row in rows]


def _version_at(connection: Connection, session_id: SessionId, moment: datetime) -> int | None:
    """The version applied at the given time; None = the launch version."""
    c = session_versions.c
    query = select(c.version_number).where(c.session_id == session_id, c.applied_at <= moment)
    return connection.execute(query.order_by(c.applied_at.desc()).limit(1)).scalar()


def hold(connection: Connection, session_id: SessionId) -> None:
    """Lock the session's row until the transaction ends, which keeps concurrent counts correct."""
    if connection.execute(select(sessions.c.id).where(sessions.c.id == session_id).with_for_update()).first() is None:
        raise NotFound("Session not found.")


def _sum_up_one(connection: Connection, session_id: SessionId, *, added: bool, measured: bool) -> None:
    """After one turn. The median of a long call is renewed at every thousandth of its turns: reading all of them for each would
    let one call hold the database up for all."""
    counted = select(sessions.c.turn_count).where(sessions.c.id == session_id)
    count = connection.execute(counted).scalar_one() + added
    if measured and count % max(1, count // SUMMED_UP) == 0:
        _sum_up(connection, session_id)
    elif added:
        connection.execute(update(sessions).where(sessions.c.id == session_id).values(turn_count=count))


def _sum_up(connection: Connection, session_id: SessionId) -> None:
    rows = connection.execute(select(turns_table.c.latency_ms).where(turns_table.c.session_id == session_id))
    latencies = rows.scalars().all()
    measured = [latency for latency in latencies if latency is not None]
    connection.execute(
        update(sessions)
        .where(sessions.c.id == session_id)
        .values(turn_count=len(latencies), median_latency_ms=round(median(measured)) if measured else None)
    )
