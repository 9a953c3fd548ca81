"""The parts a join body may leave out: those that ``preset`` or ``pipeline_id`` provide, and those a realtime model ignores."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from greenroom.catalog.presets import preset_roles, preset_values
from greenroom.paths import at, put
from greenroom.twin.rest.checks import BodyField

log = logging.getLogger(__name__)

Body = Mapping[str, Any]

_EVERY_ROLE = frozenset({"asr", "llm", "tts", "mllm", "avatar"})
#: Agora ignores these beside a realtime model; its samples send them, partly filled.
_IGNORED_BY_REALTIME = ("asr", "llm", "tts", "turn_detection", "interruption", "parameters.silence_config", "filler_words")
#: Vendors that Agora renamed, by role: old name, current name.
_RENAMED: Mapping[str, Mapping[str, str]] = {
    "avatar": {"heygen": "liveavatar"},
    "mllm": {"openai-gpt-live": "openai_gpt_live"},
}


def covered_roles(body: Body) -> frozenset[str]:
    """The roles whose blocks may be partial or absent: a stored pipeline covers all, a preset its own."""
    if at(body, "pipeline_id"):
        return _EVERY_ROLE
    preset = at(body, "preset")
    return preset_roles(preset) if isinstance(preset, str) else frozenset()


def is_realtime(body: Body) -> bool:
    """A realtime model replaces recognition, language model and voice."""
    return at(body, "properties.mllm.enable") is True or at(body, "properties.advanced_features.enable_mllm") is True


def expected(fields: Iterable[BodyField], body: Body) -> Iterator[BodyField]:
    """``fields`` as they apply to this body: without those that have no effect, optional where covered."""
    covered = tuple(f"properties.{role}." for role in covered_roles(body))
    ignored = tuple(f"properties.{path}" for path in _IGNORED_BY_REALTIME) if is_realtime(body) else ()
    for field in fields:
        if f"{field.path}.".startswith(tuple(f"{path}." for path in ignored)):
            continue
        yield replace(field, required=False) if field.required and field.path.startswith(covered) else field


def current_names(body: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The body with renamed vendors under their current name, and a note for each."""
    notes: list[str] = []
    for role, names in _RENAMED.items():
        old = at(body, f"properties.{role}.vendor")
        if isinstance(old, str) and old in names:
            notes.append(f"The {role} vendor {old} is now called {names[old]}.")
            log.info("%s", notes[-1])
            body = deepcopy(body)
            body["properties"][role]["vendor"] = names[old]
    return body, tuple(notes)


def complete(body: Body) -> dict[str, Any]:
    """``properties`` with the values that ``preset`` stands for; values in the body take precedence."""
    properties = deepcopy(dict(body["properties"]))
    preset = at(body, "preset")
    for path, value in preset_values(preset) if isinstance(preset, str) else ():
        if at(properties, path) is None:
            put(properties, path, value)
    return properties
