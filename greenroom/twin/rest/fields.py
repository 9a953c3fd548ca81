"""The fields of Agora's request bodies that the twin knows, with their documented types and ranges, as data."""

from __future__ import annotations

from greenroom.twin.rest.checks import BodyField

_P = "properties"
_TD = "properties.turn_detection"
_TDC = f"{_TD}.config"
_PAR = "properties.parameters"

#: What the catalog does not describe: what belongs to one call, and Agora's older spellings. The rest is checked by
#: :mod:`greenroom.twin.rest.catalog`.
_SESSION = (
    BodyField(f"{_P}.channel", "text", True, high=64),
    BodyField(f"{_P}.token", "text", True, low=0),  # a project without a certificate has the empty token
    BodyField(f"{_P}.agent_rtc_uid", "text", True, high=255),
    BodyField(f"{_P}.remote_rtc_uids", "texts", True, low=1),
    BodyField(f"{_P}.enable_string_uid", "switch"),
    BodyField(f"{_P}.geofence", "object"),
    BodyField(f"{_P}.geofence.area", "text", True),
    BodyField(f"{_P}.advanced_features", "object"),
    BodyField(f"{_P}.advanced_features.enable_rtm", "switch"),
    BodyField(f"{_P}.advanced_features.enable_mllm", "switch"),
)

_STAGES = (
    BodyField(f"{_P}.asr", "object"),
    BodyField(f"{_P}.asr.vendor", "text"),
    BodyField(f"{_P}.asr.language", "text"),
    BodyField(f"{_P}.asr.credential_mode", "text", choices=("byok", "managed")),
    BodyField(f"{_P}.asr.params", "object"),
    BodyField(f"{_P}.tts", "object"),
    BodyField(f"{_P}.tts.vendor", "text", True),
    BodyField(f"{_P}.tts.credential_mode", "text", choices=("byok", "managed")),
    BodyField(f"{_P}.tts.params", "object", True),
    BodyField(f"{_P}.llm", "object"),
    BodyField(f"{_P}.llm.url", "text"),
    BodyField(f"{_P}.llm.api_key", "text"),
    BodyField(f"{_P}.llm.vendor", "text"),
    BodyField(f"{_P}.llm.style", "text", choices=("openai", "gemini", "anthropic", "dify", "bedrock")),
    BodyField(f"{_P}.llm.credential_mode", "text", choices=("byok", "managed")),
    BodyField(f"{_P}.llm.input_modalities", "texts", low=1),
    BodyField(f"{_P}.llm.output_modalities", "texts", low=1),
    BodyField(f"{_P}.llm.greeting_audio_url", "text", high=2048),
    BodyField(f"{_P}.mllm", "object"),
    BodyField(f"{_P}.mllm.enable", "switch"),
    BodyField(f"{_P}.avatar", "object"),
    BodyField(f"{_P}.avatar.enable", "switch"),
    BodyField(f"{_P}.avatar.params", "object"),
)

_OLDER = (
    BodyField(_TD, "object"),
    BodyField(f"{_TD}.mode", "text", choices=("default",)),
    BodyField(f"{_TD}.silence_duration_ms", "whole", low=0, high=10_000),
    BodyField(f"{_TD}.interrupt_duration_ms", "whole", low=0, high=10_000),
    BodyField(f"{_TD}.prefix_padding_ms", "whole", low=0, high=10_000),
    BodyField(f"{_TD}.threshold", "number", low=0, high=1),
    BodyField(_TDC, "object"),
    BodyField(f"{_TDC}.start_of_speech", "object"),
    BodyField(f"{_TDC}.start_of_speech.mode", "text", True, choices=("vad", "manual", "keywords", "disabled")),
    BodyField(_PAR, "object"),
    BodyField(f"{_PAR}.data_channel", "text", choices=("datastream", "rtm")),
    BodyField(f"{_PAR}.enable_metrics", "switch"),
    BodyField(f"{_PAR}.enable_error_message", "switch"),
)

JOIN: tuple[BodyField, ...] = (
    BodyField("name", "text", True),
    BodyField("pipeline_id", "text"),
    BodyField("preset", "text"),
    BodyField(_P, "object", True),
    *_SESSION,
    *_STAGES,
    *_OLDER,
)

UPDATE: tuple[BodyField, ...] = (
    BodyField(_P, "object", True),
    BodyField(f"{_P}.token", "text"),
    BodyField(f"{_P}.llm", "object"),
    BodyField(f"{_P}.llm.system_messages", "objects"),
    BodyField(f"{_P}.llm.params", "object"),
    BodyField(f"{_P}.mllm", "object"),
    BodyField(f"{_P}.mllm.params", "object"),
)

SPEAK: tuple[BodyField, ...] = (
    BodyField("text", "text", True, high=512),
    BodyField("priority", "text", choices=("INTERRUPT", "APPEND", "IGNORE")),
    BodyField("interruptable", "switch"),
)

THINK: tuple[BodyField, ...] = (
    BodyField("text", "text", True),
    BodyField("on_listening_action", "text", choices=("interrupt", "inject", "append", "ignore")),
    BodyField("on_thinking_action", "text", choices=("interrupt", "append", "ignore")),
    BodyField("on_speaking_action", "text", choices=("ignore", "interrupt", "append")),
    BodyField("interruptable", "switch"),
    BodyField("metadata", "text_map"),
)
