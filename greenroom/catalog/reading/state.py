"""What is known while a body is read: what is left of it, the settings found, and the report's lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from greenroom.catalog.active import ActiveSetting
from greenroom.catalog.reading.places import written
from greenroom.paths import take

#: understood: sent as it came. migrated: an old spelling. replaced: another value is sent. left_out: not sent.
Fate = Literal["understood", "migrated", "replaced", "left_out"]


@dataclass(frozen=True, slots=True)
class Entry:
    """The import result for one path of the body. ``key`` is the setting it maps to, if any; never contains a secret's value."""

    path: str
    fate: Fate
    key: str = ""
    note: str = ""
    value: Any = None


@dataclass(slots=True)
class BodyState:
    """``rest``: what no setting has taken yet; ``top``: the fields beside ``properties``; ``keys``: setting by path."""

    rest: dict[str, Any]
    top: dict[str, Any]
    values: dict[str, Any] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    notes: dict[str, Entry] = field(default_factory=dict)

    def note(self, path: str, fate: Fate, note: str, key: str = "") -> None:
        """A line of the report that needs a reason."""
        self.notes[written(path)] = Entry(written(path), fate, key, note)

    def take(self, active: ActiveSetting, path: str, value: Any) -> None:
        """The value at a path becomes the value of a setting."""
        take(self.rest, path)
        self.values[active.key] = value
        self.keys[path] = active.key
