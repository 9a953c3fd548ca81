"""Schemas of an OpenAPI document: references filled in, the parts of a body merged into one list of fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from greenroom.tools.definitions import Json

_DEEPEST = 10
#: Values that are read for one operation: twenty lines can refer to each other a billion times.
_MOST_VALUES = 20_000
#: Of all operations of one document together.
MOST_IN_ALL = 500_000
#: Agora takes 64 KiB of parameters; a text that many operations refer to is copied into each.
_LONGEST_TEXT = 2_000
#: A long text counts as several values.
_CHARS_OF_VALUE = 50
#: Keywords that tell a model nothing.
_LEFT_OUT = re.compile(r"x-|xml$|externalDocs$|examples?$")


class OperationSchemas:
    """Reads the schemas of one operation, up to a limit."""

    def __init__(self, document: Json, most: int = _MOST_VALUES) -> None:
        self._document = document
        self._most = self._left = min(most, _MOST_VALUES)

    @property
    def spent(self) -> int:
        """How many values were read."""
        return self._most - self._left

    @property
    def too_many(self) -> bool:
        """Whether something was left out because of the limit."""
        return self._left < 0

    def resolved(self, node: Any, depth: int = 0, *, names: bool = False) -> dict[str, Any]:
        """A schema with its references within the document filled in, at most :data:`_DEEPEST` deep.

        Leaves out keywords that tell a model nothing. ``names``: the node's keys are field names, not keywords.
        """
        self._left -= 1 + len(node) if isinstance(node, Mapping) else 1
        if not isinstance(node, Mapping) or depth > _DEEPEST or self._left < 0:
            return {}
        reference = node.get("$ref")
        if isinstance(reference, str) and not names:
            return self.resolved(self._target(reference), depth + 1)
        kept = node.items() if names else ((name, value) for name, value in node.items() if not _LEFT_OUT.match(str(name)))
        return {str(name): self._inner(value, depth, names=name == "properties" and not names) for name, value in kept}

    def followed(self, node: Any) -> Json:
        """Resolve the node's own reference, but none inside it. {} if it leads nowhere."""
        for _ in range(_DEEPEST):
            reference = node.get("$ref") if isinstance(node, Mapping) else None
            if not isinstance(reference, str):
                break
            node = self._target(reference)
        return node if isinstance(node, Mapping) else {}

    def body_fields(self, schema: Any) -> tuple[dict[str, Any], list[str]]:
        """A body's fields, name → schema, and the required names. Fields of ``allOf`` and of all alternatives are merged."""
        return _fields(self.resolved(schema))

    def _inner(self, value: Any, depth: int, *, names: bool) -> Any:
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, list):
            self._left -= len(value)
            whole = value if self._left >= 0 else []
            return [self.resolved(one, depth + 1) if isinstance(one, Mapping) else self._element(one) for one in whole]
        return self.resolved(value, depth + 1, names=names) if isinstance(value, Mapping) else value

    def _element(self, value: Any) -> Any:
        """Of a list in a schema: a name or a constant. Lists in lists mean nothing there."""
        return self._text(value) if isinstance(value, str) else None if isinstance(value, list) else value

    def _text(self, text: str) -> str:
        self._left -= len(text) // _CHARS_OF_VALUE
        return text[:_LONGEST_TEXT] if self._left >= 0 else ""

    def _target(self, reference: str) -> Any:
        target: Any = self._document
        for step in reference.removeprefix("#/").split("/") if reference.startswith("#/") else ("",):
            target = target.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(target, Mapping) else None
        return target


def _fields(schema: Json) -> tuple[dict[str, Any], list[str]]:
    own, needed = schema.get("properties"), schema.get("required")
    fields = dict(own) if isinstance(own, Mapping) else {}
    required = [name for name in needed if isinstance(name, str)] if isinstance(needed, list) else []
    for part in _parts(schema, "allOf"):
        more, also = _fields(part)
        fields, required = {**fields, **_new(more, fields)}, [*required, *also]
    for alternatives in (list(_parts(schema, "oneOf")), list(_parts(schema, "anyOf"))):
        each = [_fields(part) for part in alternatives]
        for more, _ in each:
            fields |= _new(more, fields)
        if each:
            required += [name for name in each[0][1] if all(name in also for _, also in each)]
    sent = {name: value for name, value in fields.items() if not (isinstance(value, Mapping) and value.get("readOnly") is True)}
    return sent, [name for name in dict.fromkeys(required) if name in sent]


def _new(more: Json, fields: Json) -> dict[str, Any]:
    return {name: value for name, value in more.items() if name not in fields}


def _parts(schema: Json, kind: str) -> list[Json]:
    parts = schema.get(kind)
    return [part for part in parts if isinstance(part, Mapping)] if isinstance(parts, list) else []
