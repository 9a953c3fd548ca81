"""Agents, their drafts, and the versions frozen at each launch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NewType

AgentId = NewType("AgentId", str)
VersionId = NewType("VersionId", str)

#: Values by setting key of the catalog ("prompt.system", "tts.openai.voice"). JSON values only.
#: A missing key: the catalog's default applies. None: not set, nothing is sent.
Settings = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent in the list."""

    id: AgentId
    name: str
    created_at: datetime
    updated_at: datetime
    archived: bool = False
    imported: bool = False  # came in from a file and has not been edited, or launched in the studio


@dataclass(frozen=True, slots=True)
class Draft:
    """The editable state of an agent. ``revision`` increases with each save; a save must name the revision it is based on."""

    agent_id: AgentId
    revision: int
    settings: Settings = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """A change of a draft for undo and redo. ``what`` describes it if the ``keys`` don't ("Restore version 2")."""

    keys: tuple[str, ...]
    what: str = ""


@dataclass(frozen=True, slots=True)
class DraftHistory:
    """The next undo and redo steps; None = nothing to undo or redo."""

    undo: Step | None = None
    redo: Step | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """A draft frozen by a launch. Contains credential names, no secrets. ``imported``: out of the file of a session, added to an
    agent that was here already; what runs the newest version doesn't run it."""

    id: VersionId
    agent_id: AgentId
    number: int
    settings: Settings
    created_at: datetime
    name: str = ""
    imported: bool = False
