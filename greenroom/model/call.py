"""The call ticket: everything a stage needs to join a call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from greenroom.model.session import Place, SessionId, ToolCall, Turn

#: Effect of a message on a busy agent: interrupt it · wait until it has finished · drop the message.
Priority = Literal["interrupt", "append", "ignore"]


@dataclass(frozen=True, slots=True)
class IceServer:
    """A TURN relay with credentials that expire, as browsers take it (``RTCIceServer``)."""

    urls: tuple[str, ...]
    username: str
    credential: str


@dataclass(frozen=True, slots=True)
class EdgeAddress:
    """The twin's RTC edge. ``None`` in a ticket means Agora's network.

    ``path``: the studio forwards to it there, for pages on other machines; "" = browsers use ``port`` of their own machine.
    ``relays``: where media goes through when nothing else gets through.
    """

    domain: str
    port: int
    path: str = ""
    relays: tuple[IceServer, ...] = ()


EngineRole = Literal["ears", "brain", "voice", "realtime", "face", "tools", "pipeline"]


@dataclass(frozen=True, slots=True)
class EngineUse:
    """One engine of a call: ``part`` is what it does, ``label`` which it is, ``where`` it runs and ``cost``, in words.
    ``here``: on this computer. ``billed_by``: who charges for it besides Agora, "" = nobody."""

    role: EngineRole
    part: str
    label: str
    where: str
    cost: str
    here: bool = False
    billed_by: str = ""


@dataclass(frozen=True, slots=True)
class CallCost:
    """``per_minute`` is the known part of the price; ``note`` says what it includes, what it excludes and where the words go.
    ``brain_note``: what to expect of a small brain, the first line of the transcript; "" = nothing to say."""

    engines: tuple[EngineUse, ...]
    per_minute: float
    currency: str
    note: str
    brain_note: str = ""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A call ticket. It is sent to the page. ``token`` is short-lived and for this uid and channel only;
    ``capability`` opens this session's own routes and nothing else. ``avatar_uid`` is None for an agent without a face.
    ``elapsed_ms`` and ``said`` are for a page that was loaded again during its call: how long the call has been running,
    its turns and tool calls so far. ``cap_s``: the guard ends the call then; 0 = not known.
    ``realtime``: a realtime model speaks for the agent, so it can't be made to say a given text.
    ``held``: the agent doesn't greet before the page sends ``greet``. ``script``: what the page says to it, line by line, in a
    presenter's scripted call. ``replaces``: the page's call, which goes on until this one's agent is in the channel."""

    session_id: SessionId
    capability: str
    app_id: str
    channel: str
    token: str
    uid: int
    agent_uid: int
    avatar_uid: int | None
    agent_name: str
    place: Place
    edge: EdgeAddress | None
    elapsed_ms: int = 0
    said: tuple[Turn, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    cap_s: int = 0
    cost: CallCost | None = None
    realtime: bool = False
    held: bool = False
    script: tuple[str, ...] = ()
    replaces: SessionId | None = None
