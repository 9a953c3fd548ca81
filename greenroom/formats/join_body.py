"""Finds the body of a join request in a JSON document: at the top, flat, or wrapped in something else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from greenroom.formats.document import members_of
from greenroom.formats.elisions import ELIDED

#: The blocks of ``properties`` that make a body recognizable, and other fields of it.
BLOCKS = ("llm", "tts", "asr", "mllm", "avatar")
FIELDS = (
    "channel",
    "agent_rtc_uid",
    "remote_rtc_uids",
    "turn_detection",
    "interruption",
    "advanced_features",
    "idle_timeout",
    "parameters",
    "sal",
    "filler_words",
    "geofence",
    "labels",
    "rtc",
    "vad",
)
#: Fields beside ``properties``.
TOP = ("name", "preset", "pipeline_id")
#: Fields of ``properties`` that a program fills in for each call.
CALL_PARTS = frozenset({"channel", "token", "agent_rtc_uid", "remote_rtc_uids", "enable_string_uid", "agent_rtm_uid"})
_DEEPEST = 14


def score(value: Any) -> int:
    """How much an object looks like a join body or its properties; 0 = not at all."""
    if not isinstance(value, Mapping):
        return 0
    if isinstance(value.get("properties"), Mapping):
        inner = _properties_score(value["properties"])
        named = 2 * sum(name in value for name in TOP)
        # A JSON Schema has "properties" too.
        return 10 + inner + named if inner or "pipeline_id" in value or "preset" in value else 0
    points = _properties_score(value)
    return points if points >= 3 or sum(name in value for name in ("channel", "agent_rtc_uid", "token")) >= 2 else 0


def _properties_score(properties: Mapping[str, Any]) -> int:
    blocks = sum(3 for name in BLOCKS if isinstance(properties.get(name), Mapping) and not _is_schema(properties[name]))
    return blocks + (sum(name in properties for name in FIELDS) if blocks or "channel" in properties else 0)


def _is_schema(value: Mapping[str, Any]) -> bool:
    return isinstance(value.get("type"), str) and "properties" in value or "$ref" in value


def is_only_a_call(value: Any) -> bool:
    """Whether a body has the parts of one call (channel, token, uids) and nothing that is known of an agent."""
    body = find_body(value)
    if body is None or not {"preset", "pipeline_id"}.isdisjoint(body):
        return False
    known = {name for name, value in body["properties"].items() if value != f"${{{ELIDED}}}"}
    return known.isdisjoint({*BLOCKS, *FIELDS} - CALL_PARTS)


def find_body(document: Any) -> dict[str, Any] | None:
    """The body as ``{"name", …, "properties"}``; None when there is none. The best one when there are several."""
    best, body = 0, None
    level: list[Any] = [document]
    for _ in range(_DEEPEST):
        for value in level:
            if (value_score := score(value)) > best:
                best, body = value_score, value
        if body is not None:
            return _whole(body)
        level = [inner for value in level for inner in members_of(value)][:5_000]
    return None


def _whole(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body with its settings under ``properties``, where a flat one doesn't have them."""
    if isinstance(body.get("properties"), Mapping):
        return dict(body)
    beside = {name: body[name] for name in TOP if name in body}
    return {**beside, "properties": {name: value for name, value in body.items() if name not in beside}}
