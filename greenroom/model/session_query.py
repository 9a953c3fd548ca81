"""Queries and rows of the sessions table."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from greenroom.model.agent import AgentId
from greenroom.model.session import EndReason, Origin, Place, Session, SessionId

Order = Literal["when", "agent", "version", "length", "turns", "latency", "end", "place", "rating", "origin"]


@dataclass(frozen=True, slots=True)
class SessionQuery:
    """Every part narrows the table; an empty one does not. Ends of ranges are inclusive; lengths in seconds, latencies in ms,
    ratings in stars; ``tags``: sessions that have one of them at least; ``person``: the tester, case-insensitive;
    ``troubled``: sessions that failed or logged an error; ``only``: these ids."""

    words: str = ""
    agents: frozenset[AgentId] = frozenset()
    version: int | None = None
    places: frozenset[Place] = frozenset()
    origins: frozenset[Origin] = frozenset()
    ends: frozenset[EndReason] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    length: tuple[int | None, int | None] = (None, None)
    latency: tuple[int | None, int | None] = (None, None)
    rating: tuple[int | None, int | None] = (None, None)
    tags: frozenset[str] = frozenset()
    person: str = ""
    troubled: bool = False
    only: frozenset[SessionId] = frozenset()
    order: Order = "when"
    descending: bool = True

    @property
    def narrows(self) -> bool:
        """Whether any filter is set."""
        return self != SessionQuery(order=self.order, descending=self.descending)


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A part of a line; ``hit`` = a search match."""

    text: str
    hit: bool = False


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A table row; ``said`` is the matching transcript line, shortened around the match.

    ``latencies`` (ms, in call order) are set if requested.
    """

    session: Session
    said: tuple[SearchHit, ...] = field(default=())
    tags: tuple[str, ...] = ()
    latencies: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolCount:
    """How often an agent called one tool in a session, and how many of these calls failed (also by a timeout)."""

    tool: str
    calls: int
    failed: int
