"""Notes that a reader puts into an object it builds, about parts that the text leaves open or gives twice.

A note is an entry whose name no JSON of an agent has. It travels with the object through copies, merges and JSON texts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from greenroom.formats.elisions import ELIDED
from greenroom.paths import MISSING

#: What the report says of an entry that is written twice.
REPEATED = "Set twice: the last value is used."
_MARK = "\x00"
_LITERAL = re.compile(r"\"[^\"\n]{25,}\"|'[^'\n]{25,}'|`[^`]{25,}`")
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class OpenPart:
    """A part that a text leaves open: its place in the document, and a note. ``chosen``: there is a value all the same."""

    place: tuple[str | int, ...]
    note: str
    chosen: bool = False


def note_spread(made: dict[str, Any], source: str) -> None:
    """Note that an object has the fields of something that isn't known."""
    made[f"{_MARK}{_short(source)}"] = f"{_short(source)} isn't defined in this text: add its fields."


def note_choice(made: dict[str, Any], condition: str, name: str = "") -> None:
    """Note that a condition chooses an object or its entry ``name``, and that the first option was used."""
    made[f"{_MARK}{_short(condition)}{_MARK}{name}"] = f"Depends on {_short(condition)}: the first option was used."


def note_repeated(made: dict[str, Any], name: str) -> None:
    """Note that an entry is written twice."""
    made[f"{_MARK}{_MARK}{name}"] = REPEATED


def put_entry(made: dict[str, Any], written: set[str], name: str, value: Any, conditions: list[str]) -> None:
    """Put a written entry into an object, with a note if the text says it twice or lets conditions choose it.

    ``written``: the names put so far; the name is added. An object or a list carries the notes of its own choices.
    """
    if name in written:
        note_repeated(made, name)
    elif conditions and isinstance(value, str | int | float):
        note_choice(made, conditions[0], name)
    written.add(name)
    made[name] = value


def is_note(name: Any) -> bool:
    """Whether an entry of an object is a note."""
    return isinstance(name, str) and name.startswith(_MARK)


def without_open_parts(node: Any, place: tuple[str | int, ...] = ()) -> tuple[Any, list[OpenPart]]:
    """The value without what the text leaves open, and a list of that. MISSING for dots in place of a value."""
    if node == f"${{{ELIDED}}}":
        return MISSING, [OpenPart(place, "Shortened to … in the text: enter the value.")]
    if not isinstance(node, dict | list):
        return node, []
    items = list(node.items() if isinstance(node, dict) else enumerate(node))
    parts = [_open_part(name, note, place) for name, note in items if is_note(name)]
    kept = {name: without_open_parts(inner, (*place, name)) for name, inner in items if not is_note(name)}
    parts += [part for _, inside in kept.values() for part in inside]
    whole = {name: inner for name, (inner, _) in kept.items() if inner is not MISSING}
    if items and not kept:
        return MISSING, parts  # nothing of the object is known
    return (whole if isinstance(node, dict) else list(whole.values())), parts


def _open_part(mark: Any, note: str, place: tuple[str | int, ...]) -> OpenPart:
    """The open part that a note in the object at ``place`` is about: the object itself, or one of its entries."""
    _, about, *entry = str(mark).split(_MARK)
    return OpenPart((*place, *filter(None, entry)), note, bool(entry and about))


def without_notes(value: Any) -> Any:
    """A copy of the value without notes."""
    if isinstance(value, Mapping):
        return {name: without_notes(inner) for name, inner in value.items() if not is_note(name)}
    return [without_notes(inner) for inner in value] if isinstance(value, list) else value


def _short(source: str) -> str:
    """The expression in a line of the report, without long texts: one could be a key."""
    text = " ".join(_LITERAL.sub("…", source).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
