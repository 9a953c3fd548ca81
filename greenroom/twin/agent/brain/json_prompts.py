"""Turns JSON in a prompt into headings, lists and labeled lines, as prompts are otherwise written, and field names into words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from greenroom.outside_json import NotJson, parse

_JSON = re.compile(r"(?:```\w*\s*)?(?P<json>[{\[].*[}\]])(?:\s*```)?", re.DOTALL)
#: One line of JSON that can't be parsed as a whole, such as one with a comma too many.
_FIELD = re.compile(r'^\s*"(?P<name>[^"\n]+)"\s*:\s*(?P<value>.*?)\s*,?\s*$')
_ITEM, _BRACKETS = re.compile(r'^\s*"(?P<text>[^"\n]+)"\s*,?\s*$'), re.compile(r"^[\s{}\[\],]+$")
_SNAKE_CASE = re.compile(r"^([ \t]*(?:- )?)([A-Za-z]+(?:_[A-Za-z]+)+)(?=:)", re.MULTILINE)
#: Fields that say who the agent is.
_PERSONA = frozenset(("role", "persona", "identity"))
_DEEPEST = 8


@lru_cache(maxsize=64)
def as_written_text(prompt: str) -> str:
    """The prompt with its JSON as text; unchanged without any.

    ``{"wifi": "free", "rules": ["Be brief"]}`` → ``Wifi: free``, ``Rules:``, ``- Be brief``.
    """
    found = _JSON.search(prompt)
    if found is None or '"' not in found["json"]:
        return _in_words(prompt)
    try:
        lines = list(_lines(parse(found["json"])))
    except NotJson:
        lines = [_line(line) for line in found["json"].splitlines()]
    return "\n".join((_in_words(prompt[: found.start()]), *lines, _in_words(prompt[found.end() :])))


def _in_words(text: str) -> str:
    """With the field names of YAML, as "opening_hours: 9 to 5", in words."""
    return _SNAKE_CASE.sub(lambda field: field[1] + _words(field[2]), text)


def _lines(value: Any, name: str = "", depth: int = 0) -> Iterator[str]:
    if isinstance(value, dict | list) and depth < _DEEPEST:
        if name:
            yield _heading(name)
        entries = value.items() if isinstance(value, dict) else (("", item) for item in value)
        for inner, item in entries:
            yield from _lines(item, str(inner), depth + 1)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield _labeled(name, str(value))


def _line(line: str) -> str:
    if field := _FIELD.match(line):
        value = re.sub(r'[{}\[\]"]', "", field["value"])
        return _labeled(field["name"], value) if value else _heading(field["name"])
    if item := _ITEM.match(line):
        return _labeled("", item["text"])
    return "" if _BRACKETS.match(line) else line


def _heading(name: str) -> str:
    return f"## {_words(name)}"


def _labeled(name: str, text: str) -> str:
    if not name:
        return f"- {text}"
    if name.lower() in _PERSONA:
        return text if text.lower().startswith(("you ", "you're ")) else f"You are {text.rstrip('.')}."
    return f"{_words(name)}: {text}"


def _words(name: str) -> str:
    """ "lobby_hours", "lobbyHours" → "Lobby hours"."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|[_-]+", " ", name).strip()
    return words[:1].upper() + (words[1:] if words == name else words[1:].lower())
