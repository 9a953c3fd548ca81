"""Guest joins: joining any channel, without a session or an agent of Greenroom."""

from __future__ import annotations

from dataclasses import dataclass

from greenroom.model.call import EdgeAddress


@dataclass(frozen=True, slots=True)
class JoinRequest:
    """The Join a channel form or link; every field as text, empty = not set."""

    app_id: str = ""
    channel: str = ""
    token: str = ""
    uid: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class ChannelAddress:
    """The address a browser joins. It is sent to the page, like a call ticket.

    ``token`` "" = none; ``uid`` None = Agora chooses one; ``edge`` None = Agora's own network. ``number`` distinguishes
    repeated joins.
    """

    app_id: str
    channel: str
    token: str
    uid: int | None
    title: str
    edge: EdgeAddress | None
    number: str
