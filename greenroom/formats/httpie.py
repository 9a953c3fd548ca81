"""Reads the items of HTTPie's and xh's commands: ``http POST url name=value properties:='{…}' properties[llm][url]=…``."""

from __future__ import annotations

import re
from typing import Any

from greenroom.formats.document import UnreadableText
from greenroom.formats.json_text import parse_json

_ITEM = re.compile(r"([^=:@\s]+?)(:=|==|=@|:=@|=|:)(.*)", re.DOTALL)
_KEY = re.compile(r"[^\[\]]+")
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})


def request_of(words: list[str]) -> tuple[str, Any, list[str]]:
    """Address, body and the names of headers. The body is None without items for it; raw text stays text."""
    address, body, headers = "", {}, []
    rest = iter(words)
    for word in rest:
        if word == "--raw":
            return address, next(rest, ""), headers
        if word.startswith("--raw="):
            return address, word.removeprefix("--raw="), headers
        if word.startswith("-") or word.upper() in _METHODS and not address:
            continue
        if not address:
            address = word
            continue
        item = _ITEM.fullmatch(word)
        if item is None:
            continue
        if item[2] == ":":
            headers.append(item[1])
        elif item[2] in ("=", ":="):
            _put(body, _KEY.findall(item[1]), _value(item[3]) if item[2] == ":=" else item[3])
    return address, body or None, headers


def _value(text: str) -> Any:
    try:
        return parse_json(text)
    except UnreadableText:
        return text


def _put(body: dict[str, Any], names: list[str], value: Any) -> None:
    for name in names[:-1]:
        inner = body.setdefault(name, {})
        if not isinstance(inner, dict):
            return
        body = inner
    if names:
        body[names[-1]] = value
