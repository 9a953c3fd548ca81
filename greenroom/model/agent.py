"""What a product manager edits: an agent, its draft, and the versions frozen at each launch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NewType

AgentId = NewType("AgentId", str)
VersionId = NewType("VersionId", str)

#: Values by setting key of the catalogue ("prompt.system", "tts.openai.voice"). JSON values only.
#: A missing key means "not mentioned": the catalogue's default applies.
Settings = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent as it stands in the list."""

    id: AgentId
    name: str
    created_at: datetime
    updated_at: datetime
    archived: bool = False
    imported: bool = False  # came in from a file and has not been edited or launched here


@dataclass(frozen=True, slots=True)
class Draft:
    """The editable state of an agent. ``revision`` grows by one with each save; a save must name the one it saw."""

    agent_id: AgentId
    revision: int
    settings: Settings = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a draft, as undo and redo know it. ``what`` names it when the ``keys`` alone do not ("Restore version 2")."""

    keys: tuple[str, ...]
    what: str = ""


@dataclass(frozen=True, slots=True)
class DraftHistory:
    """What undo would take back and what redo would repeat; None = nothing."""

    undo: Step | None = None
    redo: Step | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """A draft frozen by a launch. Secrets are never in it, only the names of credentials."""

    id: VersionId
    agent_id: AgentId
    number: int
    settings: Settings
    created_at: datetime
    name: str = ""
