"""Alerts: where they are sent, and what they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

AlertKind = Literal["call.ended", "link.cap_reached", "daily_cap.reached", "error_rate.high", "latency.high", "test"]
#: What a target can be sent, in words.
ALERT_KINDS: Mapping[AlertKind, str] = {
    "call.ended": "A call ends",
    "link.cap_reached": "A guest link's cap is reached",
    "daily_cap.reached": "The daily cap is reached",
    "error_rate.high": "Too many calls fail",
    "latency.high": "The p90 latency is too high",
}


@dataclass(frozen=True, slots=True)
class AlertTarget:
    """A webhook, or a service that Apprise reaches. Address and signing secret are stored encrypted. ``errors_percent`` and
    ``latency_ms`` are the limits of ``error_rate.high`` and ``latency.high``. ``allowed``: the place (``host:port``) inside this
    computer's own network that an admin allowed; "" = public ones. ``service``: the name of the service, "" = a webhook;
    ``host``: its place where the address names one, "" = the vendor's own. ``added_at``: ISO time; "" = before it was kept."""

    id: str
    address: str = field(repr=False)
    secret: str = field(repr=False)
    kinds: tuple[AlertKind, ...]
    errors_percent: int = 20
    latency_ms: int = 2000
    allowed: str = ""
    service: str = ""
    host: str = ""
    added_at: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """``id`` is the same in every process that notices it, so that it is sent once."""

    id: str
    kind: AlertKind
    at: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AlertDelivery:
    """One alert on its way to one target. ``next_at`` None = delivered or given up; ``problem`` is the last one."""

    id: str
    target: str
    payload: Mapping[str, Any]
    created_at: datetime
    next_at: datetime | None
    tries: int = 0
    problem: str = ""
