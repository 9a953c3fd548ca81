"""What an agent knows of its call when it ends: its memory and its latencies, taken over into the record."""

from __future__ import annotations

from collections.abc import Callable

from greenroom.agora.client import AgoraClient
from greenroom.errors import AgoraError
from greenroom.model.session import EndReason, Session, SessionId
from greenroom.services.sessions.transcript_merge import missing
from greenroom.store.sessions import SessionStore

#: Ends at which the stage may not have told the last turns. Agora forgets them with the agent: it is asked before the stop.
UNTOLD: frozenset[EndReason] = frozenset({"tab_closed", "stage_lost", "lost", "stopped", "capped"})


class AgentHistoryCollector:
    """``note(session_id, kind, detail)`` writes an event for what cannot be had."""

    def __init__(
        self, sessions: SessionStore, agora: Callable[[], AgoraClient], note: Callable[[SessionId, str, str], None]
    ) -> None:
        self._sessions = sessions
        self._agora = agora
        self._note = note

    def memory(self, session: Session) -> None:
        """Take what the agent remembers and the record lacks; before it is stopped."""
        try:
            told = self._agora().history(session.agora_agent_id, channel=session.channel, agent_uid=session.agent_uid)
        except AgoraError:
            return  # the agent may be gone already; stopping it says what there is to say
        for turn in missing(self._sessions.turns(session.id), told.lines):
            self._sessions.add_turn(session.id, turn)

    def latencies(self, session: Session) -> None:
        """Take Agora's per-stage latencies; after the agent is stopped."""
        try:
            turns = self._agora().turns(session.agora_agent_id, channel=session.channel, agent_uid=session.agent_uid)
        except AgoraError as error:
            self._note(session.id, "latencies_missing", str(error))
            return
        # The API counts turns from 1; on the data stream, which the record follows, the greeting is 0.
        greeted = any(turn.started_by == "greeting" for turn in turns)
        stages = {turn.turn_id - greeted: turn.segments for turn in turns if turn.segments}
        if stages:
            self._sessions.merge_stages(session.id, stages)
