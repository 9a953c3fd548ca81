"""A visit: sitting in a channel by hand, whoever else comes and goes. No session, no agent of ours."""

from __future__ import annotations

from dataclasses import dataclass

from greenroom.model.call import EdgeAddress


@dataclass(frozen=True, slots=True)
class JoinRequest:
    """What a person typed or a link says; every field as text, blank = not said."""

    app_id: str = ""
    channel: str = ""
    token: str = ""
    uid: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class ChannelAddress:
    """Where a browser sits down. Public by nature, like a call's ticket.

    ``token`` "" = none; ``uid`` None = Agora chooses one; ``edge`` None = Agora's own network. ``number`` tells one visit
    from the next.
    """

    app_id: str
    channel: str
    token: str
    uid: int | None
    title: str
    edge: EdgeAddress | None
    number: str
