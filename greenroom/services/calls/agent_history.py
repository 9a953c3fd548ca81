"""Fetch an agent's history and latencies at the end of a call and store them in the session."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from greenroom.agora.answers import HistoryLine, ReportedToolCall, TurnReport
from greenroom.agora.client import AgoraClient
from greenroom.errors import AgoraError
from greenroom.model.session import EndReason, Session, Turn
from greenroom.services.calls.event_log import EventLog
from greenroom.services.calls.late_record import LateRecord
from greenroom.services.calls.recorded_calls import recorded_calls
from greenroom.services.sessions.transcript_merge import missing
from greenroom.store.sessions import SessionStore

#: Ends after which the last turns may be missing. Agora drops its history with the agent, so it is fetched before the stop.
UNREPORTED_ENDS: frozenset[EndReason] = frozenset({"tab_closed", "stage_lost", "lost", "stopped", "capped"})


class AgentHistoryCollector:
    """Collects data from Agora; missing data is logged as an event. Stored later while the database is unavailable."""

    def __init__(self, sessions: SessionStore, agora: Callable[[], AgoraClient], events: EventLog, late: LateRecord) -> None:
        self._late = late
        self._sessions = sessions
        self._agora = agora
        self._events = events

    def so_far(self, session: Session, now_ms: int = 0) -> None:
        """Add missing turns and tool calls. Call before stopping the agent. ``now_ms``: on the session's clock."""
        self._memory(session, now_ms)
        self._tool_calls(session)

    def turns(self, session: Session) -> list[Turn]:
        """The session's turns so far, oldest first."""
        return self._sessions.transcript.turns(session.id)

    def _memory(self, session: Session, now_ms: int) -> None:
        try:
            memory = self._agora().history(session.agora_agent_id, channel=session.channel, agent_uid=session.agent_uid)
        except AgoraError:
            return  # the agent may be gone; stopping it reports that
        self._late.write(lambda: self._remember(session, memory.lines, now_ms))

    def _tool_calls(self, session: Session) -> None:
        """Of an external caller's finished turns; the other callers report their own, and Agora's cloud none."""
        if session.caller != "external" or not session.on_twin:
            return
        try:
            turns = self._agora().turns(session.agora_agent_id, channel=session.channel, agent_uid=session.agent_uid)
        except AgoraError:
            return  # the end of the call fetches them again
        self._late.write(lambda: self._add_calls(session, turns), f"tools {session.id}")

    def _remember(self, session: Session, lines: Sequence[HistoryLine], now_ms: int) -> None:
        began_at = session.created_at + timedelta(milliseconds=now_ms)
        for turn in missing(self._sessions.transcript.turns(session.id), lines, now_ms if session.caller == "external" else 0):
            self._sessions.transcript.add_turn(session.id, turn, began_at)

    def latencies(self, session: Session) -> None:
        """Store Agora's per-stage latencies. Call after stopping the agent."""
        try:
            turns = self._agora().turns(session.agora_agent_id, channel=session.channel, agent_uid=session.agent_uid)
        except AgoraError as error:
            problem = str(error)
            self._late.write(lambda: self._events.note(session.id, "latencies_missing", problem))
            return
        self._late.write(lambda: self._measure(session, turns))

    def _measure(self, session: Session, turns: Sequence[TurnReport]) -> None:
        # The API counts turns from 1; the data stream, which the record follows, counts the greeting as 0.
        greeted = any(turn.started_by == "greeting" for turn in turns)
        stages = {turn.turn_id - greeted: turn.segments for turn in turns if turn.segments}
        if stages:
            self._sessions.transcript.merge_stages(session.id, stages)
        if session.caller == "external":
            self._add_calls(session, turns)
            self._times(session, {turn.turn_id - greeted: turn for turn in turns})
        elif calls := _calls_in(turns):
            starts = {turn.turn_id - greeted: turn.started_at for turn in turns}
            self._sessions.transcript.add_tool_calls(
                session.id, recorded_calls(session, self._sessions.transcript.turns(session.id), starts, calls)
            )

    def _add_calls(self, session: Session, turns: Sequence[TurnReport]) -> None:
        """On the agent's clock, as :meth:`_times` places the turns of a call that no browser measured."""
        if calls := _calls_in(turns):
            self._sessions.transcript.add_tool_calls(session.id, recorded_calls(session, (), {}, calls))

    def _times(self, session: Session, reports: Mapping[int, TurnReport]) -> None:
        """Use Agora's times and latencies for turns that no browser measured."""
        zero_ms = int((session.started_at or session.created_at).timestamp() * 1000)
        for turn in self._sessions.transcript.turns(session.id):
            report = reports.get(turn.turn_id)
            if report is None or not report.started_at:
                continue
            began, ended = max(0, report.started_at - zero_ms), max(0, report.ended_at - zero_ms)
            answered = began + (report.latency_ms or 0)
            if turn.speaker == "user":
                timed = replace(turn, started_ms=began, ended_ms=began)
            else:
                interrupted = report.ended_by == "interrupted"
                timed = replace(turn, started_ms=answered, ended_ms=max(answered, ended), interrupted=interrupted)
                timed = replace(timed, latency_ms=report.latency_ms if turn.source != "greeting" else None)
            self._sessions.transcript.add_turn(session.id, timed)


def _calls_in(turns: Sequence[TurnReport]) -> list[ReportedToolCall]:
    return [call for turn in turns for call in turn.tool_calls]
