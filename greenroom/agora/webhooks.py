"""Agora's notifications (NCS, product 17): their signatures, and what they say. Pure.

Source: https://docs.agora.io/en/conversational-ai/develop/webhooks
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from greenroom.errors import GreenroomError, NotAllowed

SIGNATURE_SHA1, SIGNATURE_SHA256 = "agora-signature", "agora-signature-v2"
PRODUCT = 17
#: Older than this a notice is a replay, not a late delivery; further ahead than that its clock is wrong. Seconds.
STALE_S, AHEAD_S = 3600.0, 300.0
BODY_MAX_BYTES = 1024 * 1024

#: Every kind of notice that an agent's life has.
KINDS: Mapping[int, str] = {
    101: "agent_joined",
    102: "agent_left",
    103: "agent_history",
    104: "agent_expires",
    110: "agent_error",
    111: "agent_metrics",
    112: "turns_finished",
}


class InvalidNotification(GreenroomError):
    advice = "Only Agora's notifications belong here."


@dataclass(frozen=True, slots=True)
class Notification:
    """One notification. ``kind`` is a value of :data:`KINDS`, or empty for one that is not about an agent's life."""

    id: str
    kind: str
    event_type: int
    notify_ms: int
    agent_id: str
    name: str
    payload: Mapping[str, Any] = field(default_factory=dict)


def signatures(secret: str, raw: bytes) -> dict[str, str]:
    """The headers that belong to a body: both of Agora's, in lower-case hexadecimal digits."""
    key = secret.encode()
    return {
        SIGNATURE_SHA1: hmac.new(key, raw, hashlib.sha1).hexdigest(),
        SIGNATURE_SHA256: hmac.new(key, raw, hashlib.sha256).hexdigest(),
    }


def verify(secret: str, raw: bytes, headers: Mapping[str, str]) -> None:
    """Raise NotAllowed unless every signature that came is right, and one came at least.

    ``raw`` is the body as it arrived: parsed and written again it would have other bytes. ``headers`` in lower case.
    """
    given = {name: headers[name] for name in (SIGNATURE_SHA1, SIGNATURE_SHA256) if headers.get(name)}
    right = signatures(secret, raw)
    # No early end: how long it takes must not tell which signature was wrong.
    matches = [hmac.compare_digest(value.lower().encode(), right[name].encode()) for name, value in given.items()]
    if not matches or not all(matches):
        raise NotAllowed("The signature of this notification is not Agora's.", advice="Check AGORA_WEBHOOK_SECRET.")


def read(raw: bytes, now_ms: int) -> Notification:
    """The notice in a verified body; raises BadNotice for what is none, and for a stale one."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise InvalidNotification("The body is not JSON.") from None
    payload = body.get("payload") if isinstance(body, dict) else None
    if not isinstance(payload, dict):
        raise InvalidNotification("The body is not a notification.")
    event, notify_ms = body.get("eventType"), body.get("notifyMs")
    if body.get("productId") != PRODUCT or not isinstance(event, int) or not isinstance(notify_ms, int | float):
        raise InvalidNotification("The notification is not of Agora's Conversational AI Engine.")
    age_s = (now_ms - notify_ms) / 1000
    if not -AHEAD_S <= age_s <= STALE_S:
        raise InvalidNotification("The notification is too old.")
    return Notification(
        id=str(body.get("noticeId", ""))[:100],
        kind=KINDS.get(event, ""),
        event_type=event,
        notify_ms=int(notify_ms),
        agent_id=str(payload.get("agent_id", ""))[:100],
        name=str(payload.get("name", ""))[:200],
        payload=payload,
    )
