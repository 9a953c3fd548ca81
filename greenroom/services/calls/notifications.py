"""Apply Agora's notifications to sessions, each once and in any order."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from greenroom.agora import webhooks
from greenroom.agora.client import AgoraClient
from greenroom.agora.webhooks import Notification
from greenroom.clock import Clock
from greenroom.errors import AgoraError, NotFound
from greenroom.model.session import Session, SessionId
from greenroom.services.calls.agent_runs import AGENT_NAME
from greenroom.services.calls.calls import Calls
from greenroom.services.calls.event_log import EventLog
from greenroom.services.calls.leases import CallLeases
from greenroom.services.calls.token_service import TokenService
from greenroom.services.calls.watchdog import EXIT_REASONS
from greenroom.services.sessions.transcript_merge import missing
from greenroom.store.sessions import SessionStore

log = logging.getLogger(__name__)


class Notifications:
    """Applies notifications. Thread-safe; repeated notices have no effect."""

    def __init__(
        self,
        *,
        secret: str,
        clock: Clock,
        calls: Calls,
        sessions: SessionStore,
        events: EventLog,
        leases: CallLeases,
        tokens: TokenService,
        agora: Callable[[], AgoraClient],
    ) -> None:
        self._secret = secret
        self._clock = clock
        self._calls = calls
        self._sessions = sessions
        self._events = events
        self._leases = leases
        self._tokens = tokens
        self._agora = agora

    def take(self, raw: bytes, headers: Mapping[str, str]) -> bool:
        """Verify and apply one notification; ``headers`` have lower-case names.

        Returns True for a new notice about one of our sessions; False for repetitions and other agents.
        Raises NotFound (no secret configured), NotAllowed (invalid signature) or InvalidNotification.
        """
        if not self._secret:
            raise NotFound(
                "Notifications aren't configured.", advice="Set AGORA_WEBHOOK_SECRET to the secret from Agora Console."
            )
        webhooks.verify(self._secret, raw, headers)
        notice = webhooks.read(raw, self._clock.now_ms())
        session = self._session_of(notice)
        if session is None or self._is_recorded(session, notice):
            return False
        if session.caller == "external":
            self._leases.renew(session.id)
        if apply := _KINDS.get(notice.kind):
            apply(self, session, notice)
        # Last, so that Agora resends a notification that couldn't be applied.
        return self._events.note_once(session.id, _event(notice), f"{notice.id} {_summary(notice)}".strip())

    def _session_of(self, notice: Notification) -> Session | None:
        if not notice.name.startswith(AGENT_NAME):
            return None
        try:
            session = self._sessions.get(SessionId(notice.name.removeprefix(AGENT_NAME)))
        except NotFound:
            return None
        # The same name again is another start of the agent; only one of them is recorded.
        return session if session.agora_agent_id in ("", notice.agent_id) else None

    def _is_recorded(self, session: Session, notice: Notification) -> bool:
        kind = _event(notice)
        return any(
            e.kind == kind and e.detail.split(" ", 1)[0] == notice.id for e in self._sessions.transcript.events(session.id)
        )

    # ── one method a kind of notice

    def _left(self, session: Session, notice: Notification) -> None:
        self._calls.end(session.id, EXIT_REASONS.get(notice.message, "agent_failed"), notice.message)

    def _history(self, session: Session, notice: Notification) -> None:
        now_ms = int(self._leases.running_s(session) * 1000) if session.caller == "external" else 0
        for turn in missing(self._sessions.transcript.turns(session.id), notice.history, now_ms):
            self._sessions.transcript.add_turn(session.id, turn, self._clock.now())

    def _expires(self, session: Session, notice: Notification) -> None:
        """Renew the agent's token on Agora's request; without it the agent leaves the channel."""
        token = self._tokens.token(session.channel, session.agent_uid)
        try:
            self._agora().update(session.agora_agent_id, {"token": token}, channel=session.channel, agent_uid=session.agent_uid)
        except AgoraError as error:
            log.warning("the token of session %s could not be renewed: %s", session.id, type(error).__name__)
            self._events.note(session.id, "renew_failed", str(error))

    def _latencies(self, session: Session, notice: Notification) -> None:
        """Convert Agora's turn numbers, which start at 1, to the data stream's, where the greeting is 0."""
        greeted = any(turn.source == "greeting" or turn.turn_id == 0 for turn in self._sessions.transcript.turns(session.id))
        counted = {turn_id - greeted: stages for turn_id, stages in notice.latencies.items() if stages}
        if counted:
            self._sessions.transcript.merge_stages(session.id, counted)


_KINDS: Mapping[str, Callable[[Notifications, Session, Notification], None]] = {
    "agent_left": Notifications._left,
    "agent_history": Notifications._history,
    "agent_expires": Notifications._expires,
    "agent_metrics": Notifications._latencies,
    "turns_finished": Notifications._latencies,
}


def _event(notice: Notification) -> str:
    return f"notice_{notice.event_type}"


def _summary(notice: Notification) -> str:
    """The event log text: the error or end message, else the name of the kind."""
    if notice.kind == "agent_error":
        return "; ".join(f"{problem.module} {problem.code}: {problem.message}" for problem in notice.problems)
    return " ".join(filter(None, (notice.kind, notice.message)))
