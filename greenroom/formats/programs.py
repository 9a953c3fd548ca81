"""From what a program builds and calls to the agents it starts, the same for every language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from greenroom.formats.agora_sdk import agent_body, is_agent
from greenroom.formats.document import FoundDocument, Placeholder, UnreadableText
from greenroom.formats.expressions import LONGEST_JSON, Budget, CallNode, TextWithGaps, TooLong, objects_in, plain, reopened
from greenroom.formats.join_body import find_body, score
from greenroom.formats.json_text import parse_json

#: Weights: a body that is sent to /join is surer than one that is only built.
_SENT, _BUILT = 100, 0
#: From this score on an object is a body of its own, not a part of another one.
_WHOLE = 10


@dataclass(frozen=True, slots=True)
class Program:
    """``objects`` in the order in which they were built, ``calls`` in the order in which they were made."""

    objects: Iterable[dict[str, Any]]
    calls: Iterable[CallNode]

    def documents(self, format: str) -> tuple[FoundDocument, ...]:
        """The agents, the likeliest first; a part of another one is not listed."""
        candidates = sorted(self._candidates(), key=lambda pair: -pair[0])
        documents: list[FoundDocument] = []
        whole: set[int] = set()
        budget = Budget(LONGEST_JSON)
        for weight, value in candidates:
            if id(value) in whole or (documents and weight < _WHOLE):
                continue
            whole |= {id(inner) for inner in objects_in(value)}
            placeholders: dict[str, Placeholder] = {}
            try:
                document = plain(value, placeholders, budget=budget)
            except TooLong:  # a value that grows by itself is no agent
                break
            if find_body(document) is not None and all(document != earlier.value for earlier in documents):
                documents.append(FoundDocument(document, format, placeholders=placeholders))
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
                yield score(value) + (_SENT if _is_join(call) else _BUILT), value
        for value in self.objects:
            if score(value) > 0:
                yield score(value), value


def _payloads(call: CallNode) -> Iterator[dict[str, Any]]:
    """What a request sends: ``json=``, ``data=``, ``body:``, an object as an argument, or the arguments of ``agents.start``."""
    if isinstance(call.kwargs.get("properties"), dict):
        yield call.kwargs
    for value in (*call.args, *call.kwargs.values()):
        for inner in (value, value.get("body"), value.get("data")) if isinstance(value, dict) else (value,):
            if isinstance(payload := _as_object(inner), dict):
                yield payload


def _as_object(value: Any) -> Any:
    """A text that is a JSON object is sent as one."""
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
