"""Variables in texts: ``{{name}}``, which Agora replaces with ``llm.template_variables`` when the agent starts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from greenroom.prompting.script import Script

_NAME = r"[A-Za-z_][A-Za-z0-9_-]{0,63}"
_VARIABLE = re.compile(r"\{\{(" + _NAME + r")\}\}")
#: Two opening braces with what follows, up to the end of the line, the closing braces, or 120 characters.
_BRACES = re.compile(r"\{\{+([^{}\n]{0,120})(\}*)|\}\}+")
_NAME_ONLY = re.compile(_NAME)
#: In a tool, a variable is written with where it comes from; the tool's own arguments are no variables of ours.
_TOOL_VARIABLE = re.compile(r"\{\{template_variables\.(" + _NAME + r")\}\}")
_TOOLS_OWN = frozenset({"tool_call_id"})


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable, the setting keys that use it in their order, and its test value: None when it has none."""

    name: str
    used_in: tuple[str, ...]
    value: str | None


@dataclass(frozen=True, slots=True)
class Malformed:
    """Braces that Agora leaves in the text. ``fix`` = the intended variable if certain, else None. Offsets in characters."""

    start: int
    end: int
    why: str
    fix: str | None = None


def names(text: str) -> tuple[str, ...]:
    """The variables of a text, each once, in the order of their first use."""
    return tuple(dict.fromkeys(m[1] for m in _VARIABLE.finditer(text)))


def variables(script: Script) -> tuple[Variable, ...]:
    """All variables of an agent: those that are used, in the order of their use, then those that have a value and no use."""
    used: dict[str, list[str]] = {}
    for key, names in _uses(script):
        for name in names:
            used.setdefault(name, []).append(key)
    for name in script.variables:
        used.setdefault(name, [])
    return tuple(Variable(name, tuple(dict.fromkeys(keys)), script.variables.get(name)) for name, keys in used.items())


def _uses(script: Script) -> Iterator[tuple[str, tuple[str, ...]]]:
    for text in script.texts:
        yield text.key, names(text.text)
    for key, json in script.also_filled.items():
        plain = tuple(name for name in names(json) if name not in _TOOLS_OWN)
        yield key, plain + tuple(m[1] for m in _TOOL_VARIABLE.finditer(json))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with values filled in, as Agora does it: one pass, without nesting."""
    return _VARIABLE.sub(lambda m: values.get(m[1]) or m[0], text)


def said(script: Script, key: str) -> str:
    """The text under a key with the values filled in."""
    return filled(script.text(key), script.variables)


def malformed(text: str) -> Iterator[Malformed]:
    """Braces that look like a variable but aren't. Linear in the text's length."""
    for match in _BRACES.finditer(text):
        if not _VARIABLE.fullmatch(match[0]):
            yield _explained(match)


def _explained(match: re.Match[str]) -> Malformed:
    inside, close = match[1], match[2]
    start, end = match.span()
    if inside is None:
        return Malformed(start, end, "Closing braces have no opening braces. Remove them, or write {{name}}.")
    name = inside.strip()
    if not close.startswith("}}"):
        # What follows may be a whole sentence: mark the braces and one word, not all of it.
        word = _NAME_ONLY.match(inside)
        return Malformed(start, start + 2 + (word.end() if word else 0), "This variable isn't closed. Write {{name}}.")
    if _NAME_ONLY.fullmatch(name):
        return Malformed(start, end, "Write variables as {{name}}: two braces, no spaces.", "{{" + name + "}}")
    if not name:
        return Malformed(start, end, "Braces need a variable name. Write {{name}}.")
    return Malformed(start, end, "Variable names start with a letter and contain only letters, digits and _.")


def spots(text: str) -> Iterator[tuple[int, int]]:
    """The positions of variables: start and end."""
    return (m.span() for m in _VARIABLE.finditer(text))
