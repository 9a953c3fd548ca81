"""Finds the agents that a program starts among the objects it builds and the calls it makes. For every language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from greenroom.formats.agora_sdk import agent_body, is_agent
from greenroom.formats.document import FoundDocument, Placeholder, UnreadableText
from greenroom.formats.expressions import (
    LONGEST_JSON,
    Budget,
    CallNode,
    TextWithGaps,
    TooLong,
    is_reply,
    objects_in,
    plain,
    reopened,
)
from greenroom.formats.join_body import find_body, is_only_a_call, score
from greenroom.formats.json_text import parse_json
from greenroom.formats.open_parts import is_note

#: Weights: a body that is sent to /join is surer than one that is only built.
_SENT, _BUILT = 100, 0
#: From this score on an object is a body of its own, not a part of another one.
_WHOLE = 10
#: Calls of a library that declares types (zod, yup, Joi).
_SCHEMA = frozenset(
    [
        "string",
        "number",
        "boolean",
        "object",
        "array",
        "optional",
        "nullable",
        "nullish",
        "enum",
        "nativeEnum",
        "literal",
        "record",
        "union",
        "default",
        "min",
        "max",
        "any",
        "required",
        "unknown",
    ]
)


@dataclass(frozen=True, slots=True)
class Program:
    """What reading a program found: ``objects`` in the order they were built, ``calls`` in the order they were made."""

    objects: Iterable[dict[str, Any]]
    calls: Iterable[CallNode]

    def documents(self, format: str) -> tuple[FoundDocument, ...]:
        """The agents, the likeliest first; a part of another one is not listed."""
        candidates = sorted(self._candidates(), key=lambda pair: -pair[0])
        documents: list[FoundDocument] = []
        calls_alone = False
        whole: set[int] = set()
        budget = Budget(LONGEST_JSON)
        for weight, value in candidates:
            if id(value) in whole or (documents and weight < _WHOLE):
                continue
            whole |= {id(inner) for inner in objects_in(value)}
            placeholders: dict[str, Placeholder] = {}
            try:
                document = plain(value, placeholders, budget=budget)
            except TooLong:  # the program builds a value far larger than an agent
                break
            if find_body(document) is None or any(document == earlier.value for earlier in documents) or _is_schema(value):
                continue
            if is_only_a_call(document) and not _is_own_export(document):
                calls_alone = True
            else:
                documents.append(FoundDocument(document, format, placeholders=placeholders))
        if calls_alone and not documents:
            raise UnreadableText("This program only sends the data of one call; the agent is defined elsewhere.")
        return tuple(documents)

    def _candidates(self) -> Iterator[tuple[int, Any]]:
        agents = [call for call in self.calls if is_agent(call)]
        inner = {id(call.receiver) for call in agents}
        for call in agents:
            body = agent_body(call)
            if id(call) not in inner and body is not None:
                yield score(body) + _SENT, body
        sent = [(call, value) for call in self.calls for value in _payloads(call)]
        for call, value in sent:
            if score(value) > 0:
                yield score(value) + (_SENT if _is_join(call) and not is_only_a_call(value) else _BUILT), value
        for value in self.objects:
            if score(value) > 0:
                yield score(value), value


def is_useful(value: Any) -> bool:
    """Whether a value that a function returns early may be the agent, and not the response of a guard."""
    return isinstance(value, dict) and not is_reply(value) and not is_only_a_call(value)


def _is_own_export(document: Any) -> bool:
    """Whether Greenroom wrote a body. Its export of an agent without settings has just the parts of a call."""
    properties = (find_body(document) or {}).get("properties", {})
    return (properties.get("channel"), properties.get("token")) == ("${CHANNEL}", "${AGORA_TOKEN}")


def _is_schema(value: Any) -> bool:
    """Whether an object declares the fields of a body, as ``z.object({llm: z.string()})`` does."""
    inside = [
        inner
        for one in objects_in(value)
        for name, inner in one.items()
        if not isinstance(inner, dict | list) and not is_note(name)
    ]
    return bool(inside) and all(isinstance(inner, CallNode) and inner.name in _SCHEMA for inner in inside)


def _payloads(call: CallNode) -> Iterator[dict[str, Any]]:
    """The objects that a request sends: ``json=``, ``data=``, ``body:``, any argument, or those of ``agents.start``."""
    if isinstance(call.kwargs.get("properties"), dict):
        yield call.kwargs
    for value in (*call.args, *call.kwargs.values()):
        for inner in (value, value.get("body"), value.get("data")) if isinstance(value, dict) else (value,):
            if isinstance(payload := _as_object(inner), dict):
                yield payload


def _as_object(value: Any) -> Any:
    """The JSON object in a text; the value itself if it is none."""
    placeholders: dict[str, Placeholder] = {}
    text = plain(value, placeholders) if isinstance(value, TextWithGaps) else value
    if not isinstance(text, str) or not text.lstrip().startswith("{"):
        return value
    try:
        return reopened(parse_json(text), placeholders)
    except UnreadableText:
        return value


def _is_join(call: CallNode) -> bool:
    address = next((arg for arg in call.args if not isinstance(arg, dict | list)), call.kwargs.get("url"))
    placeholders: dict[str, Placeholder] = {}
    return "/join" in str(plain(address, placeholders))
