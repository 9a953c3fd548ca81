"""The properties of a join body that the agent runtime uses, as typed values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from greenroom.catalog.faces import offline_face
from greenroom.outside_json import fit_or_default, fitting
from greenroom.portraits.characters import Face
from greenroom.twin.agent.interruption import Interruption, interruption_of
from greenroom.twin.agent.join_shapes import (
    AvatarBlock,
    Detection,
    FlatDetection,
    InterruptionBlock,
    JoinProperties,
    MessageText,
    ModelBlock,
    ParametersBlock,
    RealtimeBlock,
    RealtimeParameters,
    TextPart,
    UpdatedProperties,
    as_mapping,
    whole,
)
from greenroom.twin.seat import Uid

Json = Mapping[str, Any]

DEFAULT_SILENCE_MS, DEFAULT_SEMANTIC_MS = 640, 320
_VARIABLE = re.compile(r"\{\{\s*([A-Za-z0-9_.-]+)\s*\}\}")


@dataclass(frozen=True, slots=True)
class SilenceReminder:
    """What happens after ``timeout_ms`` of silence (``parameters.silence_config``); 0 = none."""

    timeout_ms: int = 0
    action: Literal["speak", "think"] = "speak"
    content: str = ""

    def due(self, silent_s: float) -> bool:
        """Whether it is due after ``silent_s`` seconds of silence; false without content."""
        return bool(self.timeout_ms and self.content) and silent_s * 1000 >= self.timeout_ms


@dataclass(frozen=True, slots=True)
class Greeting:
    """What is said to the first caller in an empty channel; ``every`` time that happens, or once."""

    text: str = ""
    delay_ms: int = 0
    interruptable: bool = True
    every: bool = True


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
    waits_on_request: bool
    threshold: float
    #: How much sound before the onset is recognized with a turn; None = the ear's default.
    prefix_ms: int | None
    interruption: Interruption
    reminder: SilenceReminder
    avatar: AvatarProperties | None = None
    #: The twin's own (``parameters.twin_text_only``), for rehearsals: nothing is rendered or played, so that an answer
    #: takes as long as the model does.
    text_only: bool = False
    #: Lines that the studio will make the agent say: rendered in advance.
    prepare: tuple[str, ...] = ()

    def listens_to(self, uid: Uid) -> bool:
        """Whether the agent hears ``uid``. It never hears its own avatar."""
        if self.avatar is not None and str(uid) == str(self.avatar.uid):
            return False
        return self.hears is None or str(uid) in self.hears

    def updated(self, patch: Json) -> AgentProperties:
        """After ``update``: ``llm.system_messages`` and ``llm.params`` are replaced as a whole, as at Agora.

        Of a speech-to-speech model it is ``mllm.params``, with the instructions in them.
        """
        changed = fit_or_default(patch, UpdatedProperties)
        llm = {**self.llm, **{key: value for key, value in changed.llm.items() if key in ("system_messages", "params")}}
        if instructions := _instructions(changed.mllm.params):
            before = [message for message in self.system_messages if message.get("role") != "system"]
            llm = {**self.llm, "system_messages": [*instructions, *before]}
        messages = _system_messages(fit_or_default(llm, ModelBlock))
        return replace(self, llm=llm, system_messages=messages, token=changed.token or self.token)


def read(properties: Json) -> AgentProperties:
    """Read a join body's ``properties``; missing or invalid values take Agora's default. Never raises."""
    found = fit_or_default(properties, JoinProperties)
    llm, tts, detection, interruption, parameters = _parts(properties, found)
    model = fit_or_default(llm, ModelBlock)
    language = found.asr.language or "en-US"
    # As at Agora: meaning is for English and Chinese, silence for the others.
    semantic = detection.end_of_speech.mode == "semantic" and language.lower()[:2] in ("en", "zh")
    end = detection.end_of_speech.semantic_config if semantic else detection.end_of_speech.vad_config
    silence_ms = end.silence_duration_ms
    if silence_ms is None:
        silence_ms = DEFAULT_SEMANTIC_MS if semantic else DEFAULT_SILENCE_MS
    prefix_ms = detection.start_of_speech.vad_config.prefix_padding_ms
    remote = frozenset(str(uid) for uid in found.remote_rtc_uids if str(uid)) or {"*"}
    return AgentProperties(
        channel=found.channel,
        token=found.token,
        uid=_uid(found.agent_rtc_uid, found.enable_string_uid),
        hears=None if "*" in remote else frozenset(remote),
        language=language,
        idle_s=whole(found.idle_timeout),
        system_messages=_system_messages(model),
        greeting=_greeting(model),
        failure=fill(model.failure_message, model.template_variables),
        max_history=max(1, whole(model.max_history)),
        llm=llm,
        tts=tts,
        silence_ms=max(64, whole(silence_ms)),
        semantic=semantic,
        max_wait_ms=round(end.max_wait_ms),
        waits_on_request=end.pause_state_enabled,
        threshold=min(0.95, max(0.05, detection.speech_threshold)),
        prefix_ms=None if prefix_ms is None else whole(prefix_ms),
        interruption=interruption_of(interruption, detection.start_of_speech),
        reminder=_reminder(parameters, model),
        avatar=_avatar(properties, found.avatar, found.enable_string_uid),
        text_only=parameters.twin_text_only,
        prepare=_lines(as_mapping(properties.get("offline")).get("prepare")),
    )


def _lines(found: object) -> tuple[str, ...]:
    return tuple(line for line in found if isinstance(line, str)) if isinstance(found, list) else ()


def fill(text: str, variables: Json) -> str:
    """``{{name}}`` replaced by its value; one without a value stays as written. No nesting."""
    return _VARIABLE.sub(lambda m: str(variables.get(m.group(1), m.group(0))), text)


def _parts(properties: Json, found: JoinProperties) -> tuple[Json, Json, Detection, InterruptionBlock, ParametersBlock]:
    """Model, voice, turn detection, interruption, parameters. Beside a realtime model, Agora ignores all but its own."""
    if not found.realtime:
        return found.llm, found.tts, _detection(found.turn_detection), found.interruption, found.parameters
    llm, tts = _cascade_of(found.mllm, as_mapping(properties.get("mllm")))
    mode = found.mllm.turn_detection.get("mode")
    own = fit_or_default(found.mllm.turn_detection.get(f"{mode}_config"), FlatDetection)
    return llm, tts, own.nested(), InterruptionBlock(), ParametersBlock()


def _cascade_of(mllm: RealtimeBlock, sent: Json) -> tuple[Json, Json]:
    """A realtime model as the language model and voice that replace it offline: its instructions, lines and voice."""
    messages = [*_instructions(mllm.params), *mllm.messages]
    lines = {key: sent[key] for key in ("greeting_message", "failure_message", "max_history", "greeting_configs") if key in sent}
    # Agora documents no greeting mode for it, only that the first user is greeted: a caller who reloads the page is not another.
    greeting = {"greeting_configs": {"mode": "single_first"}}
    return {**greeting, **lines, "system_messages": messages}, {"vendor": mllm.vendor, "params": {"voice": mllm.params.voice}}


def _detection(block: Json) -> Detection:
    """``turn_detection.config``; the flat fields that came before it where it is absent."""
    if "config" in block:
        return fit_or_default(block["config"], Detection)
    return fit_or_default(block, FlatDetection).nested()


def _instructions(params: RealtimeParameters) -> list[Json]:
    """The system message of a realtime model."""
    text = params.instructions or params.prompt
    return [{"role": "system", "content": text}] if text else []


def _uid(value: str | int, string_uids: bool) -> Uid:
    uid = str(value)
    return int(uid) if not string_uids and uid.isdecimal() and uid.isascii() else uid


def _avatar(properties: Json, block: AvatarBlock, string_uids: bool) -> AvatarProperties | None:
    params = block.params
    if not block.enable or params.agora_uid is None:
        return None
    dark = {"light": False, "dark": True}.get(params.backdrop)
    return AvatarProperties(_uid(params.agora_uid, string_uids), params.agora_token, offline_face(properties), dark)


def _greeting(model: ModelBlock) -> Greeting:
    config = model.greeting_configs
    return Greeting(
        text=fill(model.greeting_message, model.template_variables),
        delay_ms=min(5000, whole(config.delay_ms)),
        interruptable=config.interruptable,
        every=config.mode != "single_first",
    )


def _reminder(parameters: ParametersBlock, model: ModelBlock) -> SilenceReminder:
    config = parameters.silence_config
    action: Literal["speak", "think"] = "think" if config.action == "think" else "speak"
    return SilenceReminder(whole(config.timeout_ms), action, fill(config.content, model.template_variables))


def _system_messages(model: ModelBlock) -> tuple[Json, ...]:
    return tuple(
        _message(message, model.template_variables)
        for message in model.system_messages
        if isinstance(message, Mapping) and _content(message)
    )


def _message(message: Json, variables: Json) -> Json:
    """The message in OpenAI's shape, converted from Gemini's (``parts``), with variables filled in."""
    kept = {k: v for k, v in message.items() if k != "parts"}
    return {"role": "system", **kept, "content": fill(_content(message), variables)}


def _content(message: Json) -> str:
    found = fit_or_default(message, MessageText)
    if isinstance(found.content, str):
        return found.content
    parts = found.parts if found.content is None else found.content
    return " ".join(part.text for part in fitting(parts, TextPart)).strip()
