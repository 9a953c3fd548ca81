"""The properties of a join body that the agent runtime uses, as typed values."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from greenroom.catalog.faces import offline_face
from greenroom.portraits.characters import Face
from greenroom.twin.seat import Uid

Json = Mapping[str, Any]

DEFAULT_HISTORY = 32
DEFAULT_IDLE_S = 30
DEFAULT_SILENCE_MS = 640
DEFAULT_SEMANTIC_MS, DEFAULT_WAIT_MS = 320, 3000
DEFAULT_INTERRUPT_MS = 160
_MOST = 10**9
#: Agora ignores these beside a realtime model.
_IGNORED_BY_REALTIME = ("turn_detection", "interruption", "parameters")
_VARIABLE = re.compile(r"\{\{\s*([A-Za-z0-9_.-]+)\s*\}\}")


@dataclass(frozen=True, slots=True)
class SilenceReminder:
    """What happens after ``timeout_ms`` of silence (``parameters.silence_config``); 0 = never."""

    timeout_ms: int = 0
    action: Literal["speak", "think"] = "speak"
    content: str = ""

    def due(self, silent_s: float) -> bool:
        return bool(self.timeout_ms and self.content) and silent_s * 1000 >= self.timeout_ms


@dataclass(frozen=True, slots=True)
class Greeting:
    """What is said to the first caller in an empty channel; ``every`` time that happens, or once."""

    text: str = ""
    delay_ms: int = 0
    interruptable: bool = True
    every: bool = True


@dataclass(frozen=True, slots=True)
class Interruption:
    """Whether speech interrupts the agent: after ``ms`` of voice, or when one of ``keywords`` is heard.

    ``append``: speech over an agent that may not be interrupted is answered afterwards; else it is dropped.
    """

    enable: bool = True
    ms: int = DEFAULT_INTERRUPT_MS
    keywords: tuple[str, ...] | None = None
    append: bool = False

    def by_voice(self, voiced_ms: int) -> bool:
        """Whether ``voiced_ms`` of speech interrupt."""
        return self.enable and self.keywords is None and voiced_ms >= self.ms

    def by_words(self, text: str) -> bool:
        """Whether this text interrupts."""
        return self.enable and any(keyword in text.lower() for keyword in self.keywords or ())


@dataclass(frozen=True, slots=True)
class AvatarProperties:
    """The avatar's face and uid. ``dark`` is the requested background; None = the character's own."""

    uid: Uid
    token: str
    face: Face
    dark: bool | None = None


@dataclass(frozen=True, slots=True)
class AgentProperties:
    """Times in milliseconds unless the name says otherwise. ``hears`` is None for everyone in the channel."""

    channel: str
    token: str
    uid: Uid
    hears: frozenset[str] | None
    language: str
    idle_s: int
    system_messages: tuple[Json, ...]
    greeting: Greeting
    failure: str
    max_history: int
    llm: Json
    tts: Json
    silence_ms: int
    semantic: bool
    max_wait_ms: int
    threshold: float
    interruption: Interruption
    reminder: SilenceReminder
    avatar: AvatarProperties | None = None

    def listens_to(self, uid: Uid) -> bool:
        """Whether the agent hears ``uid``. It never hears its own avatar."""
        if self.avatar is not None and str(uid) == str(self.avatar.uid):
            return False
        return self.hears is None or str(uid) in self.hears

    def updated(self, patch: Json) -> AgentProperties:
        """After ``update``: ``llm.system_messages`` and ``llm.params`` are replaced as a whole, as at Agora.

        Of a speech-to-speech model it is ``mllm.params``, with the instructions in them.
        """
        llm = {**self.llm, **{k: v for k, v in _mapping(patch, "llm").items() if k in ("system_messages", "params")}}
        if instructions := _instructions(_mapping(_mapping(patch, "mllm"), "params")):
            before = [m for m in self.system_messages if m.get("role") != "system"]
            llm = {**self.llm, "system_messages": [*instructions, *before]}
        return replace(self, llm=llm, system_messages=_system_messages(llm), token=_text(patch, "token") or self.token)


def read(properties: Json) -> AgentProperties:
    """Read a join body's ``properties``; missing or invalid values take Agora's default. Never raises."""
    llm, tts = _mapping(properties, "llm"), _mapping(properties, "tts")
    mllm = _mapping(properties, "mllm")
    # The older spelling of mllm.enable is still taken.
    if mllm.get("enable") is True or _mapping(properties, "advanced_features").get("enable_mllm") is True:
        llm, tts = _cascade_of(mllm)
        properties = {key: value for key, value in properties.items() if key not in _IGNORED_BY_REALTIME}
        properties["turn_detection"] = _realtime_detection(_mapping(mllm, "turn_detection"))
    detection = _detection(_mapping(properties, "turn_detection"))
    language = _text(_mapping(properties, "asr"), "language") or "en-US"
    end = _mapping(detection, "end_of_speech")
    # As at Agora: meaning is for English and Chinese, silence for the others.
    semantic = end.get("mode") == "semantic" and language.lower()[:2] in ("en", "zh")
    end = _mapping(end, "semantic_config" if semantic else "vad_config")
    string_uids = properties.get("enable_string_uid") is True
    remote = _texts(properties.get("remote_rtc_uids")) or ("*",)
    return AgentProperties(
        channel=_text(properties, "channel"),
        token=_text(properties, "token"),
        uid=_uid(properties.get("agent_rtc_uid", "0"), string_uids),
        hears=None if "*" in remote else frozenset(remote),
        language=language,
        idle_s=_whole(properties, "idle_timeout", DEFAULT_IDLE_S),
        system_messages=_system_messages(llm),
        greeting=_greeting(llm),
        failure=_filled(llm, "failure_message"),
        max_history=max(1, _whole(llm, "max_history", DEFAULT_HISTORY)),
        llm=llm,
        tts=tts,
        silence_ms=max(64, _whole(end, "silence_duration_ms", DEFAULT_SEMANTIC_MS if semantic else DEFAULT_SILENCE_MS)),
        semantic=semantic,
        max_wait_ms=round(_number(end, "max_wait_ms", DEFAULT_WAIT_MS)),
        threshold=min(0.95, max(0.05, _number(detection, "speech_threshold", 0.5))),
        interruption=_interruption(_mapping(properties, "interruption"), _mapping(detection, "start_of_speech")),
        reminder=_reminder(properties, llm),
        avatar=_avatar(properties, string_uids),
    )


def fill(text: str, variables: Json) -> str:
    """``{{name}}`` replaced by its value; one without a value stays as written. No nesting."""
    return _VARIABLE.sub(lambda m: str(variables.get(m.group(1), m.group(0))), text)


def _cascade_of(mllm: Json) -> tuple[Json, Json]:
    """A realtime model as the language model and voice that replace it offline: its instructions, lines and voice."""
    params = _mapping(mllm, "params")
    earlier = mllm.get("messages")
    messages = [*_instructions(params), *(earlier if isinstance(earlier, list) else [])]
    lines = {key: mllm[key] for key in ("greeting_message", "failure_message", "max_history", "greeting_configs") if key in mllm}
    return {**lines, "system_messages": messages}, {"vendor": mllm.get("vendor"), "params": {"voice": params.get("voice")}}


def _realtime_detection(block: Json) -> Json:
    """The settings of the chosen mode of ``mllm.turn_detection``, in the flat form."""
    return _mapping(block, f"{_text(block, 'mode')}_config")


def _detection(block: Json) -> Json:
    """``turn_detection.config``; the flat fields that came before it where it is absent."""
    if "config" in block:
        return _mapping(block, "config")
    end, start = ("silence_duration_ms", "interrupt_duration_ms")
    return {
        "end_of_speech": {"vad_config": {end: block.get(end)}},
        "start_of_speech": {"vad_config": {start: block.get(start)}},
        "speech_threshold": block.get("threshold"),
    }


def _instructions(params: Json) -> list[Json]:
    """The system message of a realtime model: ``instructions`` or ``prompt``, depending on the vendor."""
    text = _text(params, "instructions") or _text(params, "prompt")
    return [{"role": "system", "content": text}] if text else []


def _uid(value: Any, string_uids: bool) -> Uid:
    uid = str(value)
    return int(uid) if not string_uids and uid.isdecimal() and uid.isascii() else uid


def _avatar(properties: Json, string_uids: bool) -> AvatarProperties | None:
    """``backdrop`` is the twin's own: light or dark."""
    block = _mapping(properties, "avatar")
    params = _mapping(block, "params")
    if block.get("enable") is not True or "agora_uid" not in params:
        return None
    dark = {"light": False, "dark": True}.get(_text(params, "backdrop"))
    return AvatarProperties(_uid(params["agora_uid"], string_uids), _text(params, "agora_token"), offline_face(properties), dark)


def _greeting(llm: Json) -> Greeting:
    config = _mapping(llm, "greeting_configs")
    return Greeting(
        text=_filled(llm, "greeting_message"),
        delay_ms=min(5000, _whole(config, "delay_ms", 0)),
        interruptable=config.get("interruptable") is not False,
        every=config.get("mode") != "single_first",
    )


def _interruption(interruption: Json, start: Json) -> Interruption:
    listening = _mapping(start, "vad_config")
    ms = _whole(listening, "interrupt_duration_ms", DEFAULT_INTERRUPT_MS)
    keywords = _texts(_mapping(interruption, "keywords_config").get("trigger_keywords"))
    return Interruption(
        enable=interruption.get("enable") is not False,
        ms=_whole(listening, "speaking_interrupt_duration_ms", ms),
        keywords=tuple(k.lower() for k in keywords) if interruption.get("mode") == "keywords" else None,
        append=_mapping(interruption, "disabled_config").get("strategy") == "append",
    )


def _reminder(properties: Json, llm: Json) -> SilenceReminder:
    config = _mapping(_mapping(properties, "parameters"), "silence_config")
    action: Literal["speak", "think"] = "think" if config.get("action") == "think" else "speak"
    content = fill(_text(config, "content"), _mapping(llm, "template_variables"))
    return SilenceReminder(_whole(config, "timeout_ms", 0), action, content)


def _system_messages(llm: Json) -> tuple[Json, ...]:
    variables = _mapping(llm, "template_variables")
    found = llm.get("system_messages")
    messages = found if isinstance(found, Sequence) and not isinstance(found, str) else ()
    return tuple(_message(m, variables) for m in messages if isinstance(m, Mapping) and _content(m))


def _message(message: Json, variables: Json) -> Json:
    """In OpenAI's shape, also when it came in Gemini's (``parts``)."""
    kept = {k: v for k, v in message.items() if k != "parts"}
    return {"role": "system", **kept, "content": fill(_content(message), variables)}


def _content(message: Json) -> str:
    content = message.get("content", message.get("parts"))
    if isinstance(content, Sequence) and not isinstance(content, str):
        return " ".join(_text(part, "text") for part in content if isinstance(part, Mapping)).strip()
    return content if isinstance(content, str) else ""


def _filled(llm: Json, name: str) -> str:
    return fill(_text(llm, name), _mapping(llm, "template_variables"))


def _mapping(parent: Json, name: str) -> Json:
    value = parent.get(name)
    return value if isinstance(value, Mapping) else {}


def _text(parent: Json, name: str) -> str:
    value = parent.get(name)
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> tuple[str, ...]:
    many = isinstance(value, Sequence) and not isinstance(value, str)
    return tuple(str(item) for item in value if isinstance(item, str | int) and str(item)) if many else ()


def _whole(parent: Json, name: str, default: int) -> int:
    return max(0, round(_number(parent, name, default)))


def _number(parent: Json, name: str, default: float) -> float:
    value = parent.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return default
    return min(_MOST, max(-_MOST, value))
