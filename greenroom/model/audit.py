"""The audit log: who did what to what, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

AuditKind = Literal["launched", "changed", "shared", "deleted", "exported", "access"]
AUDIT_KINDS: tuple[AuditKind, ...] = ("launched", "changed", "shared", "deleted", "exported", "access")


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """``actor``: an email, or ``api_key:NAME``. ``subject``: what it was done to, as an id or a name, without values.
    ``times``: how often within a few minutes, for what repeats, such as saving while typing."""

    id: int
    at: datetime
    last_at: datetime
    actor: str
    kind: AuditKind
    action: str
    subject: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """``kinds`` empty = all; ``text`` is found in actor, action and subject, whatever the case, and also finds ``actions``, which
    have it in their words; ``since`` is inclusive."""

    kinds: tuple[AuditKind, ...] = ()
    text: str = ""
    since: datetime | None = None
    actions: tuple[str, ...] = ()
