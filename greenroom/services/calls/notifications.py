"""What Agora tells by itself about our agents, taken into the record: each notice once, in whatever order they come."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from greenroom.agora import webhooks
from greenroom.agora.client import AgoraClient
from greenroom.agora.webhooks import Notification
from greenroom.clock import Clock
from greenroom.errors import AgoraError, NotFound
from greenroom.model.session import Session, SessionId
from greenroom.services.calls.calls import AGENT_NAME, Calls
from greenroom.services.calls.token_service import TokenService
from greenroom.services.calls.watchdog import EXIT_REASONS
from greenroom.services.sessions.transcript_merge import missing
from greenroom.store.sessions import SessionStore

log = logging.getLogger(__name__)


class Notifications:
    """Every method is safe to call from any thread. A notice that comes twice leaves the record as it is."""

    def __init__(
        self,
        secret: str,
        clock: Clock,
        calls: Calls,
        sessions: SessionStore,
        office: TokenService,
        agora: Callable[[], AgoraClient],
    ) -> None:
        self._secret = secret
        self._clock = clock
        self._calls = calls
        self._sessions = sessions
        self._office = office
        self._agora = agora

    def take(self, raw: bytes, headers: Mapping[str, str]) -> bool:
        """Verify and apply one notification; ``headers`` with lower-case names.

        True when it was news about one of our sessions; False for a repetition and for agents that are not ours.
        Raises NotFound (no secret is configured), NotAllowed (a wrong signature), BadNotice.
        """
        if not self._secret:
            raise NotFound("Notifications are not set up.", advice="Set AGORA_WEBHOOK_SECRET to the secret of Agora's console.")
        webhooks.verify(self._secret, raw, headers)
        notice = webhooks.read(raw, self._clock.now_ms())
        session = self._session_of(notice)
        if session is None or self._known(session, notice):
            return False
        if apply := _KINDS.get(notice.kind):
            apply(self, session, notice.payload)
        # Last: a notice that could not be applied is not known, and Agora sends it again.
        self._calls.record_event(session.id, _event(notice), f"{notice.id} {_summary(notice)}".strip())
        return True

    def _session_of(self, notice: Notification) -> Session | None:
        if not notice.name.startswith(AGENT_NAME):
            return None
        try:
            session = self._sessions.get(SessionId(notice.name.removeprefix(AGENT_NAME)))
        except NotFound:
            return None
        # The same name again is another start of it: only one of them is in the record.
        return session if session.agora_agent_id in ("", notice.agent_id) else None

    def _known(self, session: Session, notice: Notification) -> bool:
        kind = _event(notice)
        return any(e.kind == kind and e.detail.split(" ", 1)[0] == notice.id for e in self._sessions.events(session.id))

    # ── one method a kind of notice

    def _left(self, session: Session, payload: Mapping[str, Any]) -> None:
        message = str(payload.get("message") or "")
        self._calls.end(session.id, EXIT_REASONS.get(message, "agent_failed"), message)

    def _history(self, session: Session, payload: Mapping[str, Any]) -> None:
        contents = payload.get("contents")
        lines = [entry for entry in contents if isinstance(entry, dict)] if isinstance(contents, list) else []
        for turn in missing(self._sessions.turns(session.id), lines):
            self._sessions.add_turn(session.id, turn)

    def _expires(self, session: Session, payload: Mapping[str, Any]) -> None:
        """Agora asks for a new token of the agent: without one it leaves the channel."""
        token = self._office.token(session.channel, session.agent_uid)
        try:
            self._agora().update(session.agora_agent_id, {"token": token}, channel=session.channel, agent_uid=session.agent_uid)
        except AgoraError as error:
            log.warning("the token of session %s could not be renewed: %s", session.id, type(error).__name__)
            self._calls.record_event(session.id, "renew_failed", str(error))

    def _metrics(self, session: Session, payload: Mapping[str, Any]) -> None:
        rows = payload.get("metrics")
        self._merge(session, {_number(row.get("turn_id")): _stages(row) for row in _rows(rows)})

    def _finished(self, session: Session, payload: Mapping[str, Any]) -> None:
        stages: dict[int | None, dict[str, int]] = {}
        for row in _rows(payload.get("turns")):
            metrics = row.get("metrics")
            segments = metrics.get("segmented_latency_ms") if isinstance(metrics, dict) else None
            stages[_number(row.get("turn_id"))] = _stages(segments) if isinstance(segments, dict) else {}
        self._merge(session, stages)

    def _merge(self, session: Session, stages: Mapping[int | None, Mapping[str, int]]) -> None:
        """By Agora's count, from 1; on the data stream, which the record follows, the greeting is 0."""
        greeted = any(turn.source == "greeting" or turn.turn_id == 0 for turn in self._sessions.turns(session.id))
        counted = {number - greeted: parts for number, parts in stages.items() if number is not None and parts}
        if counted:
            self._sessions.merge_stages(session.id, counted)


_KINDS: Mapping[str, Callable[[Notifications, Session, Mapping[str, Any]], None]] = {
    "agent_left": Notifications._left,
    "agent_history": Notifications._history,
    "agent_expires": Notifications._expires,
    "agent_metrics": Notifications._metrics,
    "turns_finished": Notifications._finished,
}


def _event(notice: Notification) -> str:
    return f"notice_{notice.event_type}"


def _summary(notice: Notification) -> str:
    """What the event log says of it: the words of an error or of an end, else the name of the kind."""
    if notice.kind == "agent_error":
        errors = _rows(notice.payload.get("errors"))
        return "; ".join(f"{e.get('module', '?')} {e.get('code', '')}: {e.get('message', '')}" for e in errors)
    return " ".join(filter(None, (notice.kind, str(notice.payload.get("message") or ""))))


def _rows(value: Any) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else None


def _stages(row: Mapping[str, Any]) -> dict[str, int]:
    """The latencies in a row, by Agora's names; notice 111 calls two of them otherwise than the API."""
    renamed = {"llm_ttfb": "llm_ttft", "llm_ttfs": "llm_ftfs"}
    return {
        renamed.get(name, name): int(ms)
        for name, ms in row.items()
        if name != "turn_id" and isinstance(ms, int | float) and not isinstance(ms, bool) and 0 <= ms < 2**31
    }
