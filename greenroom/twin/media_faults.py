"""Fault injection beyond API answers: sockets, media, tokens, joins, agents, vendors and avatars.

One entry per fault: the fields of its request and its action. ``docs/twin-faults.md`` lists them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from greenroom.twin.rest import AgentRegistry, BodyField

#: The codes of Agora's gateway with which a join can be refused; the SDK treats each in its own way.
JOIN_CODES = (
    "ERR_NO_AUTHORIZED",
    "ERR_REPEAT_JOIN",
    "ERR_INVALID_VENDOR_KEY",
    "ERR_INVALID_CHANNEL_NAME",
    "ERR_INVALID_STRINGUID",
)


class MediaFaultTarget(Protocol):
    """The faults of ``greenroom.twin.edge.RtcEdge``."""

    @property
    def channels(self) -> int: ...

    def drop_sockets(self) -> None: ...
    def silence(self, seconds: float) -> None: ...
    def shorten_tokens(self, seconds: float) -> None: ...
    def refuse_joins(self, code: str, times: int) -> None: ...
    def clear_faults(self) -> None: ...


@dataclass(frozen=True, slots=True)
class MediaFault:
    """``carry_out(edge, agents, order)`` with an order that was checked against ``fields``."""

    fields: tuple[BodyField, ...]
    carry_out: Callable[[MediaFaultTarget, AgentRegistry, Mapping[str, Any]], Awaitable[object] | None]


MEDIA_FAULTS: Mapping[str, MediaFault] = {
    # Every browser's signaling socket closes, as when a router forgets a connection; the session waits for it.
    "socket": MediaFault((), lambda edge, agents, order: edge.drop_sockets()),
    # All media packets, UDP and TCP, are lost for the given time.
    "media": MediaFault(
        (BodyField("seconds", "number", True, low=0.1, high=120),),
        lambda edge, agents, order: edge.silence(float(order["seconds"])),
    ),
    # The tokens of all browsers that are in a channel end in so many seconds.
    "token": MediaFault(
        (BodyField("seconds", "number", True, low=0, high=3600),),
        lambda edge, agents, order: edge.shorten_tokens(float(order["seconds"])),
    ),
    # The next joins are refused with one of the gateway's codes.
    "gateway": MediaFault(
        (BodyField("code", "text", True, choices=JOIN_CODES), BodyField("times", "whole", low=1, high=100)),
        lambda edge, agents, order: edge.refuse_joins(order["code"], order.get("times") or 1),
    ),
    # Every agent fails and leaves, with Agora's exit message.
    "agent": MediaFault(
        (BodyField("message", "text", high=100),),
        lambda edge, agents, order: agents.fail(order.get("message") or "RTC connection error"),
    ),
    # Every agent reports a vendor's error in its channel (message.error) and continues.
    "vendor": MediaFault(
        (
            BodyField("module", "text", True, choices=("asr", "llm", "tts", "mllm", "avatar", "unknown")),
            BodyField("code", "whole", low=0, high=9999),
            BodyField("message", "text", high=500),
        ),
        lambda edge, agents, order: agents.report_vendor_error(
            order["module"], order.get("code") or 500, order.get("message") or ""
        ),
    ),
    # Every avatar leaves; the agents continue without one.
    "avatar": MediaFault((), lambda edge, agents, order: agents.fail_avatars()),
}
