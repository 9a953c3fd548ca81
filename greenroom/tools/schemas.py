"""Checks arguments against a tool's JSON Schema. References outside of the schema are never fetched."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from referencing import Registry
from referencing.exceptions import Unresolvable

MOST_FAULTS = 5
_LONGEST_PATTERN = 200
#: A repeated group with a repetition inside takes exponential time on some texts.
_NESTED_REPETITION = re.compile(r"\([^()]*[+*}][^()]*\)[+*{]")


def argument_faults(schema: Mapping[str, Any], arguments: Any) -> list[str]:
    """What is wrong with the arguments, in words, at most :data:`MOST_FAULTS`. A schema that cannot be used checks nothing."""
    if not isinstance(arguments, Mapping):
        return ["the arguments must be a JSON object"]
    validator = Draft202012Validator(_safe(dict(schema)), registry=Registry())
    try:
        return [_in_words(error) for error, _ in zip(validator.iter_errors(dict(arguments)), range(MOST_FAULTS), strict=False)]
    except (Unresolvable, SchemaError, RecursionError, re.error, TypeError, ValueError):
        return []


def schema_fault(schema: Any) -> str:
    """Why this is no usable JSON Schema; "" when it is one."""
    if not isinstance(schema, Mapping):
        return "must be a JSON object"
    try:
        Draft202012Validator.check_schema(_safe(dict(schema)))
    except SchemaError as error:
        return f"{_place(error.absolute_path)}{error.message[:160]}"
    except (RecursionError, re.error):
        return "is nested too deeply or has an invalid pattern"
    return ""


def _in_words(error: ValidationError) -> str:
    return f"{_place(error.absolute_path)}{error.message[:200]}"


def _place(path: Any) -> str:
    steps = ".".join(str(step) for step in path)
    return f"{steps}: " if steps else ""


def _safe(node: Any) -> Any:
    """The schema without patterns that could take forever on a text that a model wrote."""
    if isinstance(node, Mapping):
        kept = {name: _safe(inner) for name, inner in node.items() if not (name == "pattern" and _is_costly(inner))}
        patterns = kept.get("patternProperties")
        if isinstance(patterns, Mapping):
            kept["patternProperties"] = {name: inner for name, inner in patterns.items() if not _is_costly(name)}
        return kept
    return [_safe(inner) for inner in node] if isinstance(node, list | tuple) else node


def _is_costly(pattern: Any) -> bool:
    return isinstance(pattern, str) and (len(pattern) > _LONGEST_PATTERN or _NESTED_REPETITION.search(pattern) is not None)
