"""The words of a tool and of what a caller says, compared to find the tool that is meant. English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from greenroom.tools.argument_words import found_in, split_name
from greenroom.tools.definitions import ToolDefinition

_WORD = re.compile(r"[a-z']+")
_ENDING = re.compile(r"(?:ing|ies|ed|es|s|e|y)$")
_SHORT_FORM = re.compile(r"(?:n't|'(?:s|re|m|ll|d|ve))$")
_COMMON_WORDS = """a about also am an and any are as at be been by call caller callers can could customer customers did
do does for from get guest guests had has have hello help her hi his how i if in is it its just know
let like may me my need needs no not now of on once one or shall please say so some tell than thank
thanks that the their them then there they this to us use want wants was we were what when where
whether which who will with would yes you your"""
#: Verbs that begin the names of tools and say nothing of their subject.
_ACTION_WORDS = "check get find look lookup list search show fetch read query update set create add make do call run"
_ACTIONS = frozenset(_ACTION_WORDS.split())
_SAME = {"parcel": "order", "parcels": "order", "package": "order", "packages": "order", "shipment": "order"}
_NUMBERS = "zero one two three four five six seven eight nine ten"
_COMMON = frozenset(_COMMON_WORDS.split()) | frozenset(_NUMBERS.split())


def share_of(tool: ToolDefinition, text: str) -> float:
    """How much of the text's own words the tool's words cover; 0 when none of its name is among them."""
    values = {stem for value in arguments_said(tool, text).values() for stem in stems_of(str(value))}
    spoken_stems = set(stems_of(text))
    name_stems = {stem for stem in stems_of(split_name(tool.name)) if stem not in _ACTIONS}
    tool_stems = (
        name_stems
        | set(stems_of(tool.description))
        | {stem for name in properties_of(tool) for stem in stems_of(split_name(name))}
    )
    shared = spoken_stems & tool_stems
    if not shared & name_stems and len(shared) <= 1:
        return 0.0
    return len(shared | (spoken_stems & values)) / len(spoken_stems)


def arguments_said(tool: ToolDefinition, text: str) -> dict[str, Any]:
    """The arguments that the text holds, without having been asked for."""
    found = {name: found_in([text], name, schema) for name, schema in properties_of(tool).items() if isinstance(schema, Mapping)}
    return {name: value for name, value in found.items() if value is not None}


def stems_of(text: str) -> list[str]:
    """The text's own words without their endings."""
    bare = (_SHORT_FORM.sub("", word.strip("'")) for word in _WORD.findall(text.lower()))
    words = (_SAME.get(word, word) for word in bare)
    return [_ENDING.sub("", word)[:7] for word in words if word not in _COMMON and len(word) > 2]


def properties_of(tool: ToolDefinition) -> Mapping[str, Any]:
    """The schemas of its parameters by name."""
    properties = tool.parameters.get("properties")
    return properties if isinstance(properties, Mapping) else {}


def required_of(tool: ToolDefinition) -> list[str]:
    """The names of the parameters that it can't be called without."""
    required = tool.parameters.get("required")
    return [name for name in required if isinstance(name, str)] if isinstance(required, list | tuple) else []
