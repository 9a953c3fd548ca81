"""What stands at the top of a scenario file and holds for all its scenarios: each of it is read once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from greenroom.rehearsal.yaml_nodes import YamlValue

Read = TypeVar("Read")

#: The words around a test and the money: neither a new title nor another cap changes a verdict.
_INDECISIVE = ("title", "tags", "from", "gate")


class SharedFields:
    """A thousand scenarios may inherit a megabyte: reading it for each of them would take minutes and all memory."""

    def __init__(self, values: Mapping[str, YamlValue]) -> None:
        self._values = values
        self._read: dict[str, Any] = {}
        self._written: dict[str, bytes] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def value(self, name: str, own: Mapping[str, YamlValue], how: Callable[[YamlValue | None], Read], part: str = "") -> Read:
        """What ``how`` reads from the scenario's own field, else from the shared one. ``part``: when a field is read twice."""
        if name in own:
            return how(own[name])
        key = f"{name} {part}"
        if key not in self._read:
            self._read[key] = how(self._values.get(name))
        return self._read[key]

    def digest(self, own: Mapping[str, YamlValue]) -> str:
        """Of everything that decides a verdict, in one scenario: SHA-256 of it as JSON, shortened."""
        made, separator = hashlib.sha256(), b"{"
        for name in sorted({*self._values, *own} - {*_INDECISIVE}):
            made.update(separator + json.dumps(name).encode() + b": ")
            made.update(_json(name, own[name]) if name in own else self._shared_json(name))
            separator = b", "
        made.update(b"}" if separator != b"{" else b"{}")
        return made.hexdigest()[:16]

    def _shared_json(self, name: str) -> bytes:
        if name not in self._written:
            self._written[name] = _json(name, self._values[name])
        return self._written[name]


def _json(name: str, value: YamlValue) -> bytes:
    plain = value.plain()
    if name == "limits" and isinstance(plain, dict):
        plain = {one: given for one, given in plain.items() if one != "usd"}
    return json.dumps(plain, sort_keys=True, default=str).encode()
