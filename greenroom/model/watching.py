"""Watching a running call by a link: hear it and read along, without being heard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from greenroom.model.call import EdgeAddress
from greenroom.model.session import Place, SessionId, Turn

WatchLinkId = NewType("WatchLinkId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchLink:
    """Opens one call to watchers. Its key's hash is all that is stored of it."""

    id: WatchLinkId
    session_id: SessionId
    key_hash: str
    created_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WatchTicket:
    """What a watcher joins with. ``token`` allows to join and not to publish: nothing the watcher says is heard.

    ``said`` and ``elapsed_ms``: the transcript and the length of the call so far.
    """

    app_id: str
    channel: str
    token: str
    uid: int
    agent_uid: int
    user_uid: int
    agent_name: str
    place: Place
    edge: EdgeAddress | None
    #: Tells one join from the next.
    number: str
    title: str
    said: tuple[Turn, ...]
    elapsed_ms: int


@dataclass(frozen=True, slots=True)
class WatchedNow:
    """How the call is doing. ``latency_ms`` is of the last answer, ``median_ms`` of all; None = not known.

    Another ``channel`` than the watcher's: another call has taken the place of the one that was watched.
    """

    live: bool
    channel: str
    elapsed_s: int
    turns: int
    latency_ms: int | None
    median_ms: int | None
    notes: int
