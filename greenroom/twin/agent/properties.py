"""The part of a join body's ``properties`` that the agent runtime acts on, read once into plain values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from greenroom.twin.seat import Uid

Json = Mapping[str, Any]

DEFAULT_HISTORY = 32
DEFAULT_IDLE_S = 30
DEFAULT_SILENCE_MS = 640
DEFAULT_INTERRUPT_MS = 160
_VARIABLE = re.compile(r"\{\{\s*([A-Za-z0-9_.-]+)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Nudge:
    """What happens after ``timeout_ms`` without a word (``parameters.silence_config``); 0 = never."""

    timeout_ms: int = 0
    action: Literal["speak", "think"] = "speak"
    content: str = ""


@dataclass(frozen=True, slots=True)
class AgentProperties:
    """Times in milliseconds unless the name says otherwise. ``hears`` is None for everybody in the channel."""

    channel: str
    token: str
    uid: Uid
    hears: frozenset[str] | None
    idle_s: int
    system_messages: tuple[Json, ...]
    greeting: str
    failure: str
    max_history: int
    llm: Json
    tts: Json
    silence_ms: int
    interrupt_ms: int
    threshold: float
    interruptible: bool
    nudge: Nudge

    def listens_to(self, uid: Uid) -> bool:
        return self.hears is None or str(uid) in self.hears

    def updated(self, patch: Json) -> AgentProperties:
        """After ``update``: ``llm.system_messages`` and ``llm.params`` are replaced as a whole, as at Agora."""
        llm = {**self.llm, **{k: v for k, v in _mapping(patch, "llm").items() if k in ("system_messages", "params")}}
        return replace(self, llm=llm, system_messages=_system_messages(llm), token=str(patch.get("token") or self.token))


def read(properties: Json) -> AgentProperties:
    """Read a join body's ``properties``; what is missing or of the wrong kind takes Agora's default."""
    llm = _mapping(properties, "llm")
    detection = _mapping(_mapping(properties, "turn_detection"), "config")
    start = _mapping(_mapping(detection, "start_of_speech"), "vad_config")
    end = _mapping(detection, "end_of_speech")
    end_config = {**_mapping(end, "semantic_config"), **_mapping(end, "vad_config")}
    string_uids = properties.get("enable_string_uid") is True
    uid = str(properties.get("agent_rtc_uid", "0"))
    remote = [str(u) for u in properties.get("remote_rtc_uids") or ["*"]]
    return AgentProperties(
        channel=str(properties.get("channel", "")),
        token=str(properties.get("token") or ""),
        uid=uid if string_uids or not uid.isdigit() else int(uid),
        hears=None if "*" in remote else frozenset(remote),
        idle_s=_whole(properties, "idle_timeout", DEFAULT_IDLE_S),
        system_messages=_system_messages(llm),
        greeting=_filled(llm, "greeting_message"),
        failure=_filled(llm, "failure_message"),
        max_history=max(1, _whole(llm, "max_history", DEFAULT_HISTORY)),
        llm=llm,
        tts=_mapping(properties, "tts"),
        silence_ms=_whole(end_config, "silence_duration_ms", DEFAULT_SILENCE_MS),
        interrupt_ms=_whole(start, "interrupt_duration_ms", DEFAULT_INTERRUPT_MS),
        threshold=min(0.95, max(0.05, _number(detection, "speech_threshold", 0.5))),
        interruptible=_mapping(properties, "interruption").get("enable") is not False,
        nudge=_nudge(properties, llm),
    )


def fill(text: str, variables: Json) -> str:
    """``{{name}}`` replaced by its value; one that has none stays as written, so that it is noticed. No nesting."""
    return _VARIABLE.sub(lambda m: str(variables.get(m.group(1), m.group(0))), text)


def _nudge(properties: Json, llm: Json) -> Nudge:
    config = _mapping(_mapping(properties, "parameters"), "silence_config")
    action: Literal["speak", "think"] = "think" if config.get("action") == "think" else "speak"
    content = fill(str(config.get("content") or ""), _mapping(llm, "template_variables"))
    return Nudge(_whole(config, "timeout_ms", 0), action, content)


def _system_messages(llm: Json) -> tuple[Json, ...]:
    variables = _mapping(llm, "template_variables")
    found = llm.get("system_messages")
    messages = found if isinstance(found, Sequence) and not isinstance(found, str) else ()
    return tuple(
        {**m, "content": fill(m["content"], variables)}
        for m in messages
        if isinstance(m, Mapping) and isinstance(m.get("content"), str)
    )


def _filled(llm: Json, name: str) -> str:
    text = llm.get(name)
    return fill(text, _mapping(llm, "template_variables")) if isinstance(text, str) else ""


def _mapping(parent: Json, name: str) -> Json:
    value = parent.get(name)
    return value if isinstance(value, Mapping) else {}


def _whole(parent: Json, name: str, default: int) -> int:
    return int(_number(parent, name, default))


def _number(parent: Json, name: str, default: float) -> float:
    value = parent.get(name)
    return default if isinstance(value, bool) or not isinstance(value, int | float) else value
