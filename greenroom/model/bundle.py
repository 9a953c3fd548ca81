"""A session with all its data, for transfer to another installation."""

from __future__ import annotations

from dataclasses import dataclass

from greenroom.model.agent import Settings
from greenroom.model.review import Review
from greenroom.model.session import AppliedVersion, Event, Session, ToolCall, Turn


@dataclass(frozen=True, slots=True)
class Bundle:
    """A session bundle. ``settings`` are those of the version it was launched with; no settings hold secrets. ``applied``:
    the versions applied during the call, in order. ``sound``: the recording as WebM or None."""

    session: Session
    settings: Settings
    turns: tuple[Turn, ...]
    events: tuple[Event, ...]
    review: Review
    sound: bytes | None = None
    applied: tuple[AppliedVersion, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
