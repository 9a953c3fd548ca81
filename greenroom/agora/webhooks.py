"""Agora's notifications (NCS, product 17): signature checks and parsing. No I/O.

Source: https://docs.agora.io/en/conversational-ai/develop/webhooks
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import msgspec

from greenroom import outside_json
from greenroom.agora.answers import HistoryLine, TurnMetrics
from greenroom.errors import GreenroomError, NotAllowed
from greenroom.outside_json import NotJson, Shape, UnreadableJson, fit, fitting

SIGNATURE_SHA1, SIGNATURE_SHA256 = "agora-signature", "agora-signature-v2"
PRODUCT = 17
#: A notification older than this is a replay; one further ahead has a wrong clock. Seconds.
STALE_S, AHEAD_S = 3600.0, 300.0
BODY_MAX_BYTES = 1024 * 1024

#: Event types about an agent's life.
KINDS: Mapping[int, str] = {
    101: "agent_joined",
    102: "agent_left",
    103: "agent_history",
    104: "agent_expires",
    110: "agent_error",
    111: "agent_metrics",
    112: "turns_finished",
}

_TurnId = Annotated[int, msgspec.Meta(ge=0, lt=2**31)]
_Milliseconds = Annotated[float, msgspec.Meta(ge=0, lt=2**31)]
_RENAMED = {"llm_ttfb": "llm_ttft", "llm_ttfs": "llm_ftfs"}


class InvalidNotification(GreenroomError):
    """A body that isn't a notification of this product, or is too old."""

    advice = "This endpoint accepts Agora's notifications only."


class _Envelope(Shape, frozen=True):
    payload: dict[str, Any]
    product: int = msgspec.field(name="productId")
    event_type: int = msgspec.field(name="eventType")
    notify_ms: float = msgspec.field(name="notifyMs")
    id: str | int = msgspec.field(name="noticeId", default="")


class _AgentNamed(Shape, frozen=True):
    agent_id: str = ""
    name: str = ""


class _MeasuredTurn(Shape, frozen=True):
    turn_id: _TurnId
    metrics: TurnMetrics = TurnMetrics()


class AgentProblem(Shape, frozen=True):
    """One error of event 110; ``module`` is asr, llm, tts or another part of the agent."""

    module: str = "?"
    code: int | str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Notification:
    """One notification. ``id`` is Agora's, or a hash of the content if Agora sent none. ``kind`` is a value of
    :data:`KINDS`, or empty for other events."""

    id: str
    kind: str
    event_type: int
    notify_ms: int
    agent_id: str
    name: str
    payload: Mapping[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """Why an agent left or what went wrong; often empty."""
        return str(self.payload.get("message") or "")

    @property
    def history(self) -> list[HistoryLine]:
        """The agent's memory (event 103)."""
        return fitting(self.payload.get("contents"), HistoryLine)

    @property
    def problems(self) -> list[AgentProblem]:
        """The errors (event 110)."""
        return fitting(self.payload.get("errors"), AgentProblem)

    @property
    def latencies(self) -> dict[int, dict[str, int]]:
        """Milliseconds by turn and stage (events 111 and 112). Event 111 names two stages differently from the API."""
        by_turn = {turn.turn_id: turn.metrics.segments for turn in fitting(self.payload.get("turns"), _MeasuredTurn)}
        for row in fitting(self.payload.get("metrics"), dict[str, _Milliseconds]):
            turn_id = row.pop("turn_id", None)
            if turn_id is not None:
                by_turn[int(turn_id)] = {_RENAMED.get(stage, stage): int(ms) for stage, ms in row.items()}
        return by_turn


def signatures(secret: str, raw: bytes) -> dict[str, str]:
    """Both signature headers for a body, in lower-case hexadecimal digits."""
    key = secret.encode()
    return {
        SIGNATURE_SHA1: hmac.new(key, raw, hashlib.sha1).hexdigest(),
        SIGNATURE_SHA256: hmac.new(key, raw, hashlib.sha256).hexdigest(),
    }


def verify(secret: str, raw: bytes, headers: Mapping[str, str]) -> None:
    """Raise NotAllowed unless at least one signature is present and all are valid.

    ``raw`` is the body as received, since re-serialized JSON has other bytes. ``headers`` have lower-case names.
    """
    given = {name: headers[name] for name in (SIGNATURE_SHA1, SIGNATURE_SHA256) if headers.get(name)}
    right = signatures(secret, raw)
    # No early return: the duration must not reveal which signature was wrong.
    matches = [hmac.compare_digest(value.lower().encode(), right[name].encode()) for name, value in given.items()]
    if not matches or not all(matches):
        raise NotAllowed(
            "This notification's signature is invalid.",
            advice="Check that AGORA_WEBHOOK_SECRET matches the secret in Agora Console.",
        )


def read(raw: bytes, now_ms: int) -> Notification:
    """Parse a verified body; raises InvalidNotification for an invalid or outdated notification."""
    try:
        notice = outside_json.read(raw, _Envelope)
        agent = fit(notice.payload, _AgentNamed)
    except NotJson:
        raise InvalidNotification("The body isn't valid JSON.") from None
    except UnreadableJson as error:
        raise InvalidNotification(f"The body isn't a notification: {error}.") from None
    if notice.product != PRODUCT:
        raise InvalidNotification("The notification isn't from Agora's Conversational AI Engine.")
    age_s = (now_ms - notice.notify_ms) / 1000
    if not -AHEAD_S <= age_s <= STALE_S:
        raise InvalidNotification("The notification is too old.")
    return Notification(
        id=_identity(notice),
        kind=KINDS.get(notice.event_type, ""),
        event_type=notice.event_type,
        notify_ms=int(notice.notify_ms),
        agent_id=agent.agent_id[:100],
        name=agent.name[:200],
        payload=notice.payload,
    )


def _identity(notice: _Envelope) -> str:
    """A hash of the content, so that a notification sent twice without an id counts once."""
    if notice_id := "-".join(str(notice.id).replace("\x00", "").split())[:100]:
        return notice_id
    news = json.dumps([notice.event_type, notice.payload], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(news.encode("utf8", "surrogatepass")).hexdigest()[:32]
