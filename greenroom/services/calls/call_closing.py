"""What is left to do when a call's record is closed: the rest of its transcript, the agent's stop, the page, the latencies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from greenroom.model.session import EndReason, Session, SessionId, Turn
from greenroom.services.calls.agent_history import UNREPORTED_ENDS, AgentHistoryCollector
from greenroom.services.calls.agent_runs import AgentRuns
from greenroom.services.calls.leases import CallLeases

#: So many turns are sent to a page that was away from the channel: nobody talks for long to an absent caller.
NEWEST = 20
#: Sends a message to a session's page: session, type, fields of protocol.TO_STAGE.
Notify = Callable[[SessionId, str, Mapping[str, Any]], None]


class CallClosing:
    """Used by the process that closed the record, and by the one in whose twin the agent runs, if that is another."""

    def __init__(self, runs: AgentRuns, history: AgentHistoryCollector, leases: CallLeases, tell: Notify) -> None:
        self._runs = runs
        self._history = history
        self._leases = leases
        self._tell = tell
        #: Calls whose page was away from the channel for a moment and may have missed a turn.
        self._away: set[SessionId] = set()

    def collect_history(self, session: Session) -> None:
        """Store the agent's history as turns, and its tool calls, for a caller that reports none."""
        self._history.so_far(session, int(self._leases.running_s(session) * 1000))

    def page_away(self, session: Session) -> None:
        """Store what was said while the page was away; the end of the call does so again."""
        self._away.add(session.id)
        if session.agora_agent_id:
            self.collect_history(session)

    def missed(self, session: Session) -> list[Turn]:
        """The newest turns, for a page that is in the channel again. Empty if the call is over."""
        if session.state == "ended":
            return []
        self.page_away(session)
        return self._history.turns(session)[-NEWEST:]

    def finish(self, session: Session, reason: EndReason | None, detail: str) -> None:
        """Idempotent."""
        reached = session.agora_agent_id and self._runs.reach.includes(session)
        if reached:
            if reason in UNREPORTED_ENDS or session.caller == "external" or session.id in self._away:
                self.collect_history(session)
            self._runs.leave(session, session.agora_agent_id)
        self._tell(session.id, "ended", {"reason": reason, "detail": detail, "length_s": session.length_s})
        if reached:
            self._history.latencies(session)
        self._away.discard(session.id)
