"""What a reader returns: one JSON document, the format it came from, and the variables it leaves open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from greenroom.errors import GreenroomError

#: Longest text that is read, in characters, and deepest nesting of a document.
LARGEST = 1_000_000
DEEPEST = 60
_MOST_BRACKETS = 300
_BRACKETS = re.compile(r"[()\[\]{}]")
#: How many type arguments may be open, as in ``Map<String, Map<…``: a comparison without blanks opens one, too.
_MOST_ANGLES = 1_000
_ANGLES = re.compile(r"(?<=[\w>])<(?=\s*[\w({\[])|>")

ADVICE = (
    "Paste an Agora join body (JSON, YAML or TOML), a curl or HTTPie command, code that contains the body (Python, JavaScript, "
    "TypeScript, PowerShell), a Postman collection, an .http or HAR file, the samples' .env, or a Greenroom export."
)


class UnreadableText(GreenroomError):
    """The text holds no agent. The message names its format, the advice what to paste instead."""

    advice = ADVICE


class KnownText(UnreadableText):
    """The text is recognized and holds no agent, so that no other reader is tried."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A value that a program fills in later, written as ``${NAME}`` in the document.

    ``default`` is the fallback in the program, if it has one. ``origin`` is the expression as written there. ``optional``: the
    fallback is None, so that nothing is sent.
    """

    name: str
    default: Any = None
    origin: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """A JSON ``value`` in which ``${NAME}`` stands for each of ``placeholders``.

    ``left_out`` names parts of the text that are not in the document, each with the reason. ``added`` names fields of
    ``properties`` that the text implies.
    """

    value: Any
    format: str
    name: str = ""
    placeholders: Mapping[str, Placeholder] = field(default_factory=dict)
    left_out: tuple[tuple[str, str], ...] = ()
    added: tuple[tuple[str, str], ...] = ()


def depth_of(value: Any) -> int:
    """How deeply a JSON value is nested; stops counting above DEEPEST."""
    level, depth = [value], 0
    while level and depth <= DEEPEST:
        level = [inner for value in level for inner in members_of(value)]
        depth += 1
    return depth


def refuse_deep_brackets(text: str) -> None:
    """Raises UnreadableText for text whose brackets nest too deeply for a parser to be quick and to need little memory."""
    if _deepest(_BRACKETS, text) > _MOST_BRACKETS or _deepest(_ANGLES, text) > _MOST_ANGLES:
        raise UnreadableText("This is nested too deeply.")


def _deepest(brackets: re.Pattern[str], text: str) -> int:
    depth = deepest = 0
    for sign in brackets.finditer(text):
        depth = depth + 1 if sign[0] in "([{<" else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest


def has_more_values(value: Any, most: int) -> bool:
    """Whether a JSON value holds more values than ``most``, at any depth; stops counting there."""
    level, count = [value], 0
    while level and count <= most:
        count += len(level)
        level = [inner for value in level for inner in members_of(value)]
    return count > most


def members_of(value: Any) -> list[Any]:
    """The values directly inside a JSON object or list; [] for any other value."""
    if isinstance(value, Mapping):
        return list(value.values())
    return list(value) if isinstance(value, list | tuple) else []
