"""The fields of Agora's request bodies that the twin knows, with their documented types and ranges, as data."""

from __future__ import annotations

from greenroom.twin.rest.checks import Field

_P = "properties"
_TD = "properties.turn_detection"
_TDC = f"{_TD}.config"
_PAR = "properties.parameters"

#: What the catalogue does not describe: what belongs to one call, and Agora's older spellings. The rest is checked by
#: :mod:`greenroom.twin.rest.catalogue`.
_SESSION = (
    Field(f"{_P}.channel", "text", True, high=64),
    Field(f"{_P}.token", "text", True, low=0),  # a project without a certificate has the empty token
    Field(f"{_P}.agent_rtc_uid", "text", True, high=255),
    Field(f"{_P}.remote_rtc_uids", "texts", True, low=1),
    Field(f"{_P}.enable_string_uid", "switch"),
    Field(f"{_P}.geofence", "object"),
    Field(f"{_P}.geofence.area", "text", True),
    Field(f"{_P}.advanced_features", "object"),
    Field(f"{_P}.advanced_features.enable_rtm", "switch"),
    Field(f"{_P}.advanced_features.enable_mllm", "switch"),
)

_STAGES = (
    Field(f"{_P}.asr", "object"),
    Field(f"{_P}.asr.vendor", "text"),
    Field(f"{_P}.asr.language", "text"),
    Field(f"{_P}.asr.credential_mode", "text", choices=("byok", "managed")),
    Field(f"{_P}.asr.params", "object"),
    Field(f"{_P}.tts", "object"),
    Field(f"{_P}.tts.vendor", "text", True),
    Field(f"{_P}.tts.credential_mode", "text", choices=("byok", "managed")),
    Field(f"{_P}.tts.params", "object", True),
    Field(f"{_P}.llm", "object"),
    Field(f"{_P}.llm.url", "text"),
    Field(f"{_P}.llm.api_key", "text"),
    Field(f"{_P}.llm.vendor", "text"),
    Field(f"{_P}.llm.style", "text", choices=("openai", "gemini", "anthropic", "dify", "bedrock")),
    Field(f"{_P}.llm.credential_mode", "text", choices=("byok", "managed")),
    Field(f"{_P}.llm.input_modalities", "texts", low=1),
    Field(f"{_P}.llm.output_modalities", "texts", low=1),
    Field(f"{_P}.llm.greeting_audio_url", "text", high=2048),
    Field(f"{_P}.mllm", "object"),
    Field(f"{_P}.mllm.enable", "switch"),
    Field(f"{_P}.avatar", "object"),
    Field(f"{_P}.avatar.enable", "switch"),
    Field(f"{_P}.avatar.params", "object"),
)

_OLDER = (
    Field(_TD, "object"),
    Field(f"{_TD}.mode", "text", choices=("default",)),
    Field(f"{_TD}.silence_duration_ms", "whole", low=0, high=10_000),
    Field(f"{_TD}.interrupt_duration_ms", "whole", low=0, high=10_000),
    Field(f"{_TD}.prefix_padding_ms", "whole", low=0, high=10_000),
    Field(f"{_TD}.threshold", "number", low=0, high=1),
    Field(_TDC, "object"),
    Field(f"{_TDC}.start_of_speech", "object"),
    Field(f"{_TDC}.start_of_speech.mode", "text", True, choices=("vad", "manual", "keywords", "disabled")),
    Field(_PAR, "object"),
    Field(f"{_PAR}.data_channel", "text", choices=("datastream", "rtm")),
    Field(f"{_PAR}.enable_metrics", "switch"),
    Field(f"{_PAR}.enable_error_message", "switch"),
)

JOIN: tuple[Field, ...] = (
    Field("name", "text", True),
    Field("pipeline_id", "text"),
    Field("preset", "text"),
    Field(_P, "object", True),
    *_SESSION,
    *_STAGES,
    *_OLDER,
)

UPDATE: tuple[Field, ...] = (
    Field(_P, "object", True),
    Field(f"{_P}.token", "text"),
    Field(f"{_P}.llm", "object"),
    Field(f"{_P}.llm.system_messages", "objects"),
    Field(f"{_P}.llm.params", "object"),
    Field(f"{_P}.mllm", "object"),
    Field(f"{_P}.mllm.params", "object"),
)

SPEAK: tuple[Field, ...] = (
    Field("text", "text", True, high=512),
    Field("priority", "text", choices=("INTERRUPT", "APPEND", "IGNORE")),
    Field("interruptable", "switch"),
)

THINK: tuple[Field, ...] = (
    Field("text", "text", True),
    Field("on_listening_action", "text", choices=("interrupt", "inject", "append", "ignore")),
    Field("on_thinking_action", "text", choices=("interrupt", "append", "ignore")),
    Field("on_speaking_action", "text", choices=("ignore", "interrupt", "append")),
    Field("interruptable", "switch"),
    Field("metadata", "text_map"),
)
