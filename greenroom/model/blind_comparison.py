"""Blind comparisons by link: guests meet two options as A and B, without knowing which is which, and vote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from greenroom.model.agent import VersionId

Side = Literal["a", "b"]
Choice = Literal["a", "b", "none"]
#: talk: the guest talks to each version · listen: the guest hears each voice say one sentence
ComparisonKind = Literal["talk", "listen"]


@dataclass(frozen=True, slots=True)
class ComparedOption:
    """A version (its agent, or its voice alone), or an offline voice. ``label`` is for the studio; guests don't get it."""

    label: str
    version_id: VersionId | None = None
    voice: str = ""

    def as_json(self) -> dict[str, Any]:
        """As the database stores it; :meth:`read` takes it back."""
        return {"label": self.label, "version": self.version_id, "voice": self.voice}

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> ComparedOption:
        """Raises KeyError for a stored option without one of its fields."""
        return cls(stored["label"], stored["version"], stored["voice"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """What one voter was shown: ``first`` and ``second`` are options by number, shown as A and B. ``met``: side → the session
    in which the voter talked to it, or "heard". ``choice`` None = not voted yet. ``network``: the same for voters of one
    network, without its address."""

    id: str
    link_id: str
    voter: str
    first: int
    second: int
    created_at: datetime
    met: Mapping[str, str] = field(default_factory=dict)
    choice: Choice | None = None
    why: str = ""
    voted_at: datetime | None = None
    network: str = ""

    def option(self, side: Side) -> int:
        """The number of the option that stood on this side."""
        return self.first if side == "a" else self.second

    @property
    def chosen(self) -> int | None:
        """The chosen option; None = no difference, or no vote."""
        return None if self.choice in (None, "none") else self.option("a" if self.choice == "a" else "b")


@dataclass(frozen=True, slots=True)
class BallotPaper:
    """What the guest's page gets of a ballot: nothing that tells which option is which. ``voter``: what the page keeps, so
    that further votes of this browser count as one voter's."""

    id: str
    kind: ComparisonKind
    met: tuple[str, ...]
    voted: bool
    voter: str
