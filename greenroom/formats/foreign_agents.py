"""Recognizes agents of other platforms and Agora's own responses, so that the refusal can name them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from greenroom.formats.document import KnownText

_ADVICE = "Copy its prompt and greeting into a new agent, and choose a model and a voice there."


def _has(*names: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda document: all(name in document for name in names)


def _block(name: str, inner: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda document: isinstance(document.get(name), Mapping) and inner in document[name]


def _realtime(document: Mapping[str, Any]) -> bool:
    session = document.get("session", document)
    named = isinstance(session, Mapping) and "realtime" in str(session.get("model", "")) + str(session.get("type", ""))
    return named or str(document.get("type", "")).startswith("session.")


#: What a document is → the test that recognizes it, the surest first.
_DOCUMENTS: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "an ElevenLabs agent": _has("conversation_config"),
    "a Vapi assistant": lambda d: _block("model", "provider")(d) and not {"voice", "transcriber", "firstMessage"}.isdisjoint(d),
    "a Retell agent": lambda d: "response_engine" in d or "general_prompt" in d,
    "a Bolna agent": _block("agent_config", "tasks"),
    "a TEN Framework graph": lambda d: "predefined_graphs" in d or _block("ten", "predefined_graphs")(d),
    "a Dify app": lambda d: d.get("kind") == "app" and "app" in d,
    "a session of OpenAI's Realtime API": _realtime,
    "a request to OpenAI's chat API": _has("model", "messages"),
}
_PROGRAMS: Mapping[str, re.Pattern[str]] = {
    "a LiveKit agent": re.compile(r"(?m)^[ \t]*(from|import) livekit\b|from ['\"]@livekit/agents"),
    "a Pipecat bot": re.compile(r"(?m)^[ \t]*(from|import) pipecat\b"),
    "a Vapi client": re.compile(r"from ['\"]@vapi-ai/|(?m:^[ \t]*from vapi import)"),
}
#: What else a document may be → the test that recognizes it, and the advice.
_OTHERS: Mapping[str, tuple[Callable[[Mapping[str, Any]], bool], str]] = {
    "Agora's response to a join request": (_has("agent_id", "create_ts"), "Paste the body of the request instead."),
    "an error from Agora": (_has("detail", "reason"), "Paste the body of the request instead."),
    "a list of MCP servers": (_has("mcpServers"), "Add them in the Tools tab of an agent."),
}


def refuse_foreign_document(document: Any) -> None:
    """Raises KnownText for a document that is an agent of another platform, or known to be no agent."""
    if not isinstance(document, Mapping) or isinstance(document.get("properties"), Mapping):
        return
    for name, looks in _DOCUMENTS.items():
        if looks(document):
            raise KnownText(f"This is {name}, not an Agora agent.", advice=_ADVICE)
    for name, (looks, advice) in _OTHERS.items():
        if looks(document):
            raise KnownText(f"This is {name}, not an agent.", advice=advice)


def refuse_foreign_program(text: str) -> None:
    """Raises KnownText for a program that builds an agent of another platform and doesn't mention Agora."""
    if "agora" in text.lower():
        return
    for name, marks in _PROGRAMS.items():
        if marks.search(text):
            raise KnownText(f"This is {name}, not an Agora agent.", advice=_ADVICE)
