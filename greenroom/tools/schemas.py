"""Checks arguments against a tool's JSON Schema. References outside of the schema are never fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import SchemaError, ValidationError
from referencing import Registry
from referencing.exceptions import Unresolvable

from greenroom import bounded_regex
from greenroom.bounded_regex import InvalidPattern, SlowPattern

MOST_FAULTS = 5
#: References that one check follows: a schema of twenty lines can double their number with each line.
_MOST_REFERENCES = 2_000


def argument_faults(schema: Mapping[str, Any], arguments: Any) -> list[str]:
    """What is wrong with the arguments, in words, at most :data:`MOST_FAULTS`. [] if the schema can't be used."""
    if not isinstance(arguments, Mapping):
        return ["the arguments must be a JSON object"]
    validator = _bounded_validator()(dict(schema), registry=Registry())
    try:
        return [_in_words(error) for error, _ in zip(validator.iter_errors(dict(arguments)), range(MOST_FAULTS), strict=False)]
    except (Unresolvable, SchemaError, RecursionError, SlowPattern, TypeError, ValueError):
        return []


def _in_words(error: ValidationError) -> str:
    return f"{_place(error.absolute_path)}{error.message[:200]}"


def _place(path: Any) -> str:
    steps = ".".join(str(step) for step in path)
    return f"{steps}: " if steps else ""


def _bounded_validator() -> Any:
    """A validator class that stops slow patterns and follows at most :data:`_MOST_REFERENCES` references.

    What it can't check within these limits passes.
    """
    left = _MOST_REFERENCES
    follow = {name: Draft202012Validator.VALIDATORS[name] for name in ("$ref", "$dynamicRef")}

    def reference(name: str) -> Callable[..., Any]:
        def counted(validator: Any, value: Any, instance: Any, schema: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                raise Unresolvable(ref=str(value))
            return follow[name](validator, value, instance, schema)

        return counted

    rules = {"pattern": _pattern, "patternProperties": _pattern_properties, **{name: reference(name) for name in follow}}
    return validators.extend(Draft202012Validator, rules)


def _pattern(validator: Any, pattern: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if validator.is_type(instance, "string") and not _matches(pattern, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _pattern_properties(validator: Any, patterns: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    for pattern, inner in patterns.items() if validator.is_type(instance, "object") else ():
        for name, value in instance.items():
            if _matches(pattern, name):
                yield from validator.descend(value, inner, path=name, schema_path=pattern)


def _matches(pattern: Any, text: str) -> bool:
    try:
        return bounded_regex.search(str(pattern), text) is not None
    except InvalidPattern as error:
        raise ValueError(str(error)) from None
