"""YAML documents, without aliases and without tags that build anything."""

from __future__ import annotations

import re
from typing import Any

import yaml

from greenroom.formats.document import DEEPEST, UnreadableText, refuse_deep_brackets

#: The safe loader, in C where libyaml is there.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: A line that begins an entry of a YAML document's outermost mapping or list, or a comment, or a document.
_OUTERMOST = re.compile(r"""(?:[\w.$-]+|"[^"]*"|'[^']*')\s*:(?:\s|$)|-(?:\s|$)|#|---|\.\.\.|%YAML""")


def is_yaml(text: str) -> bool:
    """Whether every line that isn't indented begins an entry, as in no program; what the texts inside say doesn't count."""
    lines = [line for line in text.splitlines() if line[:1].strip()]
    return bool(lines) and all(_OUTERMOST.match(line) for line in lines)


def parse_yaml(text: str) -> Any:
    """The first document. Raises UnreadableText with line and column."""
    return next(iter(parse_yaml_stream(text)), None)


def parse_yaml_stream(text: str) -> list[Any]:
    """All documents of a text, which ``---`` separates. Raises UnreadableText with line and column."""
    refuse_deep_brackets(text)
    try:
        _check(text)
        documents = list(yaml.load_all(text, Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise UnreadableText(f"The YAML is broken{place}: {error.problem or 'it cannot be read'}.") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UnreadableText(f"The YAML cannot be read ({type(error).__name__}).") from None
    return [_as_json(document) for document in documents]


def _check(text: str) -> None:
    """Refuses aliases and deep nesting before anything is built."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            raise UnreadableText("The YAML refers to parts of itself (aliases), which isn't supported.")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise UnreadableText("The YAML is nested too deeply.")


def _as_json(value: Any) -> Any:
    """Dates become text, and names that YAML takes for something else become text again."""
    if isinstance(value, dict):
        return {_name(name): _as_json(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [_as_json(inner) for inner in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _name(name: Any) -> str:
    return {True: "true", False: "false", None: "null"}.get(name, str(name)) if isinstance(name, bool | None) else str(name)
