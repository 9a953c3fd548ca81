"""Replaces keys in a body by ``${NAME}``: in headers, in URLs, in text that holds JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from greenroom.catalog.model_hosts import credential_at
from greenroom.catalog.payload import CREDENTIAL
from greenroom.catalog.secrecy import KEY_IN_TEXT, MASK, is_secret

Path = tuple[str | int, ...]

_PLAIN_HEADER = re.compile(
    r"(?i)accept(-[a-z]+)?|content-[a-z]+|user-agent|.*-version|(http-)?referer|origin|x-title|x-tenant|x-region|x-request-source"
)
#: A header value that is a word or a small number isn't a key.
_PLAIN_VALUE = re.compile(r"[A-Za-z]{1,20}([ ._/-][A-Za-z]{1,20})*|\d{1,4}|true|false|application/[\w.+-]+|https?://[^?#]*")
_SCHEME = re.compile(r"(?i)^((?:Bearer|Basic|Token|ApiKey|Key|agora token=)\s*+=?\s*+)(\S.*)$")
_USERINFO = re.compile(r"(://[^/\s:@?#]*:)([^/\s@]+)(?=@)")
_QUERY = re.compile(r"([?&#;]([\w.\-\[\]%]+)=)([^&#;\s\"']+)")
_IN_ADDRESS = frozenset({"key", "code", "sig", "signature", "token", "auth"})
#: Prefixes of well-known vendors' keys.
_LOOKS_LIKE_KEY = re.compile(
    r"(?:sk|gsk|pk|rk|xai|dg|m0|hf|sk-ant|sk-proj)[-_][A-Za-z0-9_-]{6,}|AIza[\w-]{10,}|eyJ[\w-]{10,}\.[\w.-]+|(?:AKIA|ASIA)[A-Z0-9]{12,}"
)
#: Filled in when a tool is called: "{{args.password}}".
_FILLED_IN = re.compile(r"\{\{[^{}]*\}\}")
_HEADER_LINE = re.compile(r"(\s*([A-Za-z][\w-]*)\s*:[ \t]*+)(\S(?:.*\S)?)(\s*)")
_HEADERS = re.compile(r"(?i)headers?$")


@dataclass(slots=True)
class SecretNames:
    """The names given so far, and the places where a key was. ``known`` maps places to the credential of their vendor."""

    known: Mapping[Path, str] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)
    places: list[tuple[Path, str]] = field(default_factory=list)
    labels: dict[Path, str] = field(default_factory=dict)
    #: The number of the last name that was made from a preferred one.
    numbers: dict[str, int] = field(default_factory=dict)
    #: The name of each key, by its preferred name and value.
    names: dict[tuple[str, str], str] = field(default_factory=dict)

    def name_for(self, path: Path, value: str, preferred: str) -> str:
        """``${NAME}`` for a key: the same key with the same preferred name gets one name, another key gets another."""
        preferred = re.sub(r"[^A-Z0-9]+", "_", preferred.upper()).strip("_")[:56] or "SECRET"
        preferred = preferred if preferred[0].isalpha() else f"KEY_{preferred}"
        name = self.names.get((preferred, value), "")
        while not name:
            number = self.numbers[preferred] = self.numbers.get(preferred, 0) + 1
            free = preferred if number == 1 else f"{preferred}_{number}"
            name = free if self.given.setdefault(free, value) == value else ""
        self.names[preferred, value] = name
        self.places.append((path, name))
        return f"${{{name}}}"


def name_secrets(body: Any, names: SecretNames, path: Path = (), *, headers: bool = False) -> Any:
    """The body with ``${NAME}`` for every key in it: by its name, in headers, in addresses. Prose is left alone."""
    return _walk(body, names, path, "headers" if headers else "", headers)


def _walk(value: Any, names: SecretNames, path: Path, name: str, headers: bool) -> Any:
    if isinstance(value, Mapping):
        if name == "properties" and len(path) > 1 and all(isinstance(entry, Mapping) for entry in value.values()):
            return replaced(value, lambda place, text: _in_text(text, names, (*path, *place), name))  # JSON Schema
        inside = headers or _HEADERS.search(name) is not None
        return {key: _walk(inner, names, (*path, str(key)), str(key), inside) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        labels = {(*path, number): inner["name"] for number, inner in enumerate(value) if _has_name(inner)}
        names.labels |= labels
        return [_walk(inner, names, (*path, number), name, headers) for number, inner in enumerate(value)]
    if not isinstance(value, str) or not value.strip() or _FILLED_IN.fullmatch(value.strip()):
        return value
    if _HEADERS.search(name) and not headers:
        return _header_text(value, names, path)
    if path in names.known or is_secret(name.replace("-", "_")) or (headers and not _plain_header(name, value)):
        return _named(value, names, path, name, headers)
    if value.lstrip()[:1] in ("{", "[") and (document := _json_of(value)) is not None:
        return _json_text(value, document, names, path, False)
    if _LOOKS_LIKE_KEY.fullmatch(value.strip()):
        return _named(value, names, path, name, headers)
    value = _address(value, names, path) if "://" in value and name != "content" else value
    return _in_text(value, names, path, name)


def _in_text(value: str, names: SecretNames, path: Path, name: str) -> str:
    """A text without the keys of well-known vendors in it."""
    return KEY_IN_TEXT.sub(lambda key: names.name_for(path, key[0], _preferred_name(path, f"{name}_key", names)), value)


def _plain_header(name: str, value: str) -> bool:
    return _PLAIN_HEADER.fullmatch(name) is not None or (_PLAIN_VALUE.fullmatch(value) is not None and MASK not in value)


def _named(value: str, names: SecretNames, path: Path, name: str, headers: bool) -> str:
    scheme = _SCHEME.match(value) if headers or name.lower() in ("authorization", "auth") else None
    start, key = (scheme[1], scheme[2]) if scheme else ("", value)
    if _FILLED_IN.fullmatch(key):
        return value
    if CREDENTIAL.search(key) and not re.search(r"[^\s,;|]{12,}", CREDENTIAL.sub(" ", key)):
        return value
    return start + names.name_for(path, key, names.known.get(path) or _preferred_name(path, name, names))


def _has_name(value: Any) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("name"), str)


def _preferred_name(path: Path, name: str, names: SecretNames) -> str:
    """A name from the key's position: the server of a header, the role of a block."""
    label = next((names.labels[path[:end]] for end in range(len(path), 0, -1) if path[:end] in names.labels), "")
    if label:
        return f"{label}_{name}"
    parts = [str(part) for part in path if not isinstance(part, int) and part not in ("params", "headers", "properties", name)]
    return "_".join([*parts[-2:], name])


def _address(value: str, names: SecretNames, path: Path) -> str:
    def userinfo(part: re.Match[str]) -> str:
        return part[0] if CREDENTIAL.search(part[2]) else part[1] + names.name_for(path, part[2], f"{_host(value)}_PASSWORD")

    def query(part: re.Match[str]) -> str:
        key = unquote(part[2])
        if CREDENTIAL.search(part[3]) or _FILLED_IN.fullmatch(part[3]) or not (is_secret(key) or key.lower() in _IN_ADDRESS):
            return part[0]
        return part[1] + names.name_for(path, part[3], credential_at(value) or f"{_host(value)}_{key}")

    return _QUERY.sub(query, _USERINFO.sub(userinfo, value))


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "url").replace(".", "_").replace("-", "_")
    except ValueError:
        return "url"


def _header_text(value: str, names: SecretNames, path: Path) -> str:
    """Headers written as JSON text, or as lines of ``Name: value``; other text may be a key itself."""
    if (document := _json_of(value)) is not None:
        return _json_text(value, document, names, path, True)
    lines = value.splitlines(keepends=True)
    matches = [_HEADER_LINE.fullmatch(line) for line in lines]
    if not all(match or not line.strip() for match, line in zip(matches, lines, strict=True)):
        return value if CREDENTIAL.fullmatch(value) else names.name_for(path, value, _preferred_name(path, "headers", names))
    return "".join(_header_line(match, names, path) if match else line for match, line in zip(matches, lines, strict=True))


def _header_line(line: re.Match[str], names: SecretNames, path: Path) -> str:
    start, name, value, end = line.groups()
    plain = _plain_header(name, value) and not is_secret(name.replace("-", "_"))
    return start + (value if plain else _named(value, names, path, name, True)) + end


def _json_of(text: str) -> Any:
    """The object or list that a text holds as JSON; None for other texts."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict | list) else None


def _json_text(value: str, document: Any, names: SecretNames, path: Path, headers: bool) -> str:
    before = len(names.places)
    named = _walk(document, names, path, "headers" if headers else "", headers)
    names.places[before:] = [(path, name) for _, name in names.places[before:]]
    return value if named == document else json.dumps(named, ensure_ascii=False, separators=_separators(value))


def _separators(text: str) -> tuple[str, str]:
    return (", " if ", " in text else ",", ": " if '": ' in text else ":")


def string_leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every text in a body with its path."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from string_leaves(inner, (*path, str(name)))
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from string_leaves(inner, (*path, number))
    elif isinstance(value, str):
        yield path, value


def replaced(value: Any, change: Callable[[Path, str], Any], path: Path = ()) -> Any:
    """The body with each text replaced by what ``change`` returns for it."""
    if isinstance(value, Mapping):
        return {name: replaced(inner, change, (*path, str(name))) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [replaced(inner, change, (*path, number)) for number, inner in enumerate(value)]
    return change(path, value) if isinstance(value, str) else value
