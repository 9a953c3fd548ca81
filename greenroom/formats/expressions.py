"""The values of a program's expressions, as far as they are known without running the program."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from greenroom.formats.document import DEEPEST, LARGEST, Placeholder, members_of
from greenroom.formats.reading_time import require_time

#: Expressions that are evaluated in one program; a longer program is not read to its end.
STEPS = 60_000
#: The most defaults that one variable has in a program.
_MOST_DEFAULTS = 100
#: The size of a value that is worth one step.
_MEMBERS_A_STEP, _CHARACTERS_A_STEP = 10, 100
#: How many steps are taken between two looks at the time.
_STEPS_A_LOOK = 500
#: The most characters of a document that a program builds, and how many each value counts beside its own.
LONGEST_JSON, _A_VALUE = 4 * LARGEST, 8
_NAME = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
#: Methods that edit a text: their result gets the placeholder of the text.
_EDITS = frozenset(
    [
        "replace",
        "trim",
        "strip",
        "split",
        "toString",
        "test",
        "rstrip",
        "lstrip",
        "lower",
        "upper",
        "toLowerCase",
        "toUpperCase",
        "slice",
        "format",
    ]
)
_REPLY = frozenset({"statusCode", "status_code", "error", "errors", "status", "success", "detail"})
#: The name of a value that a program looks up, such as ``LLM_URL``.
_ASKED = re.compile(r"[A-Za-z][\w.-]{2,59}")
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@dataclass(slots=True)
class CallNode:
    """A call that is not resolved: its name, what it is called on, and its arguments."""

    name: str
    receiver: Any = None
    args: list[Any] = field(default_factory=list)
    kwargs: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class TextWithGaps:
    """A string in which some parts are not known. ``parts``: texts and placeholders in order."""

    parts: list[Any]


class TooLong(Exception):
    """The program has more expressions, or builds more text, than is read."""


class Budget:
    """Counts expressions or characters, so that no program takes long to read or much memory."""

    def __init__(self, limit: int = STEPS) -> None:
        self._left = limit
        self._steps = 0

    def spend(self, amount: int = 1) -> None:
        """Raises TooLong when nothing is left, and TooSlow when the text's time is over."""
        self._left -= amount
        if self._left < 0:
            raise TooLong
        self._steps += 1
        if not self._steps % _STEPS_A_LOOK:
            require_time()

    def spend_on(self, made: Any) -> Any:
        """The value itself, after spending what its size is worth: ``b = {**a}`` copies all of ``a`` in one line."""
        if isinstance(made, dict | list):
            self.spend(len(made) // _MEMBERS_A_STEP)
        elif isinstance(made, str):
            self.spend(len(made) // _CHARACTERS_A_STEP)
        return made


def bounded(members: list[Any]) -> list[Any]:
    """The list, unless a program has made it too long: ``a = a + a`` doubles with each line. Raises TooLong."""
    if len(members) > STEPS:
        raise TooLong
    return members


def placeholder(expression: str, default: Any = None) -> Placeholder:
    """A placeholder named after an expression: ``config.ttsKey`` becomes ``CONFIG_TTS_KEY``."""
    words = _WORDS.findall(expression) if not re.fullmatch(r"[A-Z][A-Z0-9_]*", expression) else [expression]
    name = "_".join(word.upper() for word in words)[:60].strip("_") or "VALUE"
    return Placeholder(name if name[0].isalpha() else f"V_{name}", default, expression[:200])


def is_known(value: Any) -> bool:
    """Whether an expression has a plain value."""
    return not isinstance(value, Placeholder | CallNode | TextWithGaps)


def joined(parts: list[Any]) -> Any:
    """The parts as one string: str if all of them are known, else TextWithGaps. Raises TooLong."""
    flat: list[Any] = []
    for part in parts:
        flat += part.parts if isinstance(part, TextWithGaps) else [part]
    written = bounded([_written(part) for part in flat])
    if sum(len(part) for part in written if isinstance(part, str)) > LARGEST:
        raise TooLong
    if all(isinstance(part, str) for part in written):
        return "".join(written)
    return TextWithGaps(written)


def either(first: Any, second: Any) -> Any:
    """The value of ``first or second`` in a program. A placeholder takes the second as its default."""
    if isinstance(first, Placeholder):
        default = second.default if isinstance(second, Placeholder) else second if is_known(second) else None
        return Placeholder(first.name, default if first.default is None else first.default, first.origin)
    if isinstance(first, CallNode):
        return _call_or(first, second)
    if isinstance(first, TextWithGaps):
        return first
    return first if first else second


def _call_or(call: CallNode, second: Any) -> Any:
    """The value of ``x.split(",") || ["a"]``: a placeholder with the second as its default, or the call if that isn't known."""
    default = known_default(second)
    if default is None:
        return call
    named = named_by_call(call)
    return Placeholder(named.name, default, named.origin)


def named_by_call(call: CallNode) -> Placeholder:
    """The placeholder for a call's result, named after the text that it edits or the name that it looks up.

    ``storage.getItem("LLM_URL")`` becomes ``LLM_URL``.
    """
    if call.name in _EDITS and isinstance(call.receiver, Placeholder):
        return call.receiver
    asked = call.args[0] if call.args else None
    return placeholder(asked if isinstance(asked, str) and _ASKED.fullmatch(asked) else call.name)


def converted(value: Any, cast: Any) -> Any:
    """The value of ``int(x)``, ``String(x)`` and the like. Of a placeholder the default is converted."""
    if isinstance(value, Placeholder):
        return Placeholder(value.name, _cast(value.default, cast), value.origin)
    return _cast(value, cast) if is_known(value) else value


def known_default(value: Any) -> Any:
    """A value as a condition compares it: the value, or a placeholder's default; None if neither is known."""
    if isinstance(value, Placeholder):
        return value.default
    return value if is_known(value) else None


def plain(value: Any, placeholders: dict[str, Placeholder], depth: int = 0, budget: Budget | None = None) -> Any:
    """The value as JSON, with ``${NAME}`` for what is not known; ``placeholders`` collects them.

    Raises TooLong when the JSON would be far longer than the longest text that is read: ``a = [a, a]`` doubles with each line.
    """
    budget = budget or Budget(LONGEST_JSON)
    budget.spend(_A_VALUE + (len(value) if isinstance(value, str) else 0))
    if depth > DEEPEST:
        return None
    if isinstance(value, Mapping):
        return {str(name): plain(inner, placeholders, depth + 1, budget) for name, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(inner, placeholders, depth + 1, budget) for inner in value]
    if isinstance(value, TextWithGaps):
        return "".join(plain(part, placeholders, depth, budget) for part in value.parts)
    if isinstance(value, CallNode):
        return plain(named_by_call(value), placeholders, depth, budget)
    if isinstance(value, Placeholder):
        name = _registered(value, placeholders)
        return f"${{{name}}}"
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _registered(value: Placeholder, placeholders: dict[str, Placeholder]) -> str:
    """The name of a placeholder in the document. Another default makes it another one: ``NAME_2``."""
    name, number = value.name, 1
    while (earlier := placeholders.get(name)) is not None and None not in (earlier.default, value.default):
        if earlier.default == value.default:
            return name
        number += 1
        if number > _MOST_DEFAULTS:
            raise TooLong
        name = f"{value.name}_{number}"
    if earlier is None or earlier.default is None:
        placeholders[name] = value if name == value.name else replace(value, name=name)
    return name


def as_json_text(value: Any, separators: tuple[str, str] = (", ", ": ")) -> Any:
    """``json.dumps(x)``: a string, in which placeholders keep their place. JavaScript writes no blanks between values."""
    placeholders: dict[str, Placeholder] = {}
    text = json.dumps(plain(value, placeholders), ensure_ascii=False, separators=separators)
    pieces = _NAME.split(text)
    return joined([placeholders.get(piece, f"${{{piece}}}") if number % 2 else piece for number, piece in enumerate(pieces)])


def reopened(value: Any, placeholders: Mapping[str, Placeholder]) -> Any:
    """The reverse of :func:`plain`: each ``${NAME}`` becomes its placeholder again, with its default."""
    if isinstance(value, dict):
        return {name: reopened(inner, placeholders) for name, inner in value.items()}
    if isinstance(value, list):
        return [reopened(inner, placeholders) for inner in value]
    pieces = _NAME.split(value) if isinstance(value, str) else []
    if len(pieces) == 3 and not pieces[0] and not pieces[2]:
        return placeholders.get(pieces[1], value)
    marked = [placeholders.get(piece, f"${{{piece}}}") if number % 2 else piece for number, piece in enumerate(pieces)]
    return joined(marked) if len(pieces) > 1 else value


def is_reply(value: Any) -> bool:
    """Whether an object is the response of a request handler, not a part of an agent."""
    return isinstance(value, dict) and not _REPLY.isdisjoint(value)


def keep_as_default(before: Mapping[str, Any], scope: dict[str, Any]) -> None:
    """After a branch that may not be taken: give placeholders in ``scope`` the value from ``before`` as their default."""
    for name, value in scope.items():
        old = known_default(before.get(name))
        if isinstance(value, Placeholder) and value.default is None and isinstance(old, str | int | float):
            scope[name] = Placeholder(value.name, old, value.origin)


def objects_in(value: Any) -> Iterator[dict[str, Any]]:
    """Every object inside a value, each once, the outer ones first."""
    level, seen = [value], {id(value)}
    while level:
        yield from (one for one in level if isinstance(one, dict))
        inside = {id(inner): inner for one in level for inner in _parts(one) if id(inner) not in seen}
        seen |= inside.keys()
        level = list(inside.values())


def _parts(value: Any) -> list[Any]:
    if isinstance(value, CallNode):
        return [value.receiver, *value.args, *value.kwargs.values()]
    return members_of(value)


def _written(part: Any) -> Any:
    if isinstance(part, bool):
        return "true" if part else "false"
    if isinstance(part, str | int | float):
        return str(part)
    if isinstance(part, CallNode):
        return named_by_call(part)
    return part if isinstance(part, Placeholder) else ""


def _cast(value: Any, cast: Any) -> Any:
    try:
        return None if value is None else cast(value)
    except (TypeError, ValueError, OverflowError):
        return value
