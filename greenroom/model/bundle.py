"""One session with everything that belongs to it, as it travels to another machine."""

from __future__ import annotations

from dataclasses import dataclass

from greenroom.model.agent import Settings
from greenroom.model.review import Review
from greenroom.model.session import Event, Session, Turn


@dataclass(frozen=True, slots=True)
class Bundle:
    """``settings`` are the version's, without secrets. ``sound``: the recording as a WebM file, None = not recorded."""

    session: Session
    settings: Settings
    turns: tuple[Turn, ...]
    events: tuple[Event, ...]
    judgement: Review
    sound: bytes | None = None
