"""The audio recording of a session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from greenroom.model.session import SessionId

#: coming: pieces arrive · ready: one file that can be played · broken: nothing in it can be played · deleted
RecordingState = Literal["coming", "ready", "broken", "deleted"]


@dataclass(frozen=True, slots=True)
class RecordingPart:
    """A part of a recording, from one page: starts ``offset_ms`` into the session; ``pieces`` and ``size`` in bytes so far."""

    offset_ms: int
    pieces: int
    size: int


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording. ``size`` in bytes, ``length_ms`` from the start of the session; both 0 until it is ready."""

    session_id: SessionId
    state: RecordingState
    size: int = 0
    length_ms: int = 0
