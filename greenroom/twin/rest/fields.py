"""The fields of Agora's request bodies that the twin knows, with their documented types and ranges, as data."""

from __future__ import annotations

from greenroom.twin.rest.checks import Field

_P = "properties"
_TD = "properties.turn_detection"
_TDC = f"{_TD}.config"
_PAR = "properties.parameters"

_SESSION = (
    Field(f"{_P}.channel", "text", True, high=64),
    Field(f"{_P}.token", "text", True, low=0),  # a project without a certificate has the empty token
    Field(f"{_P}.agent_rtc_uid", "text", True, high=255),
    Field(f"{_P}.remote_rtc_uids", "texts", True, low=1),
    Field(f"{_P}.enable_string_uid", "switch"),
    Field(f"{_P}.idle_timeout", "whole", low=0, high=259_200),
    Field(f"{_P}.labels", "text_map"),
    Field(f"{_P}.geofence", "object"),
    Field(
        f"{_P}.geofence.area",
        "text",
        True,
        choices=("GLOBAL", "NORTH_AMERICA", "EUROPE", "ASIA", "INDIA", "JAPAN"),
    ),
    Field(f"{_P}.geofence.exclude_area", "text", choices=("NORTH_AMERICA", "EUROPE", "ASIA", "INDIA", "JAPAN")),
    Field(f"{_P}.advanced_features", "object"),
    Field(f"{_P}.advanced_features.enable_rtm", "switch"),
    Field(f"{_P}.advanced_features.enable_sal", "switch"),
    Field(f"{_P}.advanced_features.enable_tools", "switch"),
    Field(f"{_P}.advanced_features.enable_mllm", "switch"),
    Field(f"{_P}.rtc", "object"),
    Field(f"{_P}.rtc.encryption_mode", "whole", low=1, high=8),
    Field(f"{_P}.rtc.encryption_key", "text"),
    Field(f"{_P}.rtc.encryption_salt", "text"),
)

_HEARING = (
    Field(f"{_P}.asr", "object"),
    Field(f"{_P}.asr.vendor", "text"),
    Field(f"{_P}.asr.language", "text"),
    Field(f"{_P}.asr.credential_mode", "text", choices=("byok", "managed")),
    Field(f"{_P}.asr.keywords", "texts", high=128),
    Field(f"{_P}.asr.params", "object"),
)

_VOICE = (
    Field(f"{_P}.tts", "object"),
    Field(f"{_P}.tts.vendor", "text", True),
    Field(f"{_P}.tts.credential_mode", "text", choices=("byok", "managed")),
    Field(f"{_P}.tts.params", "object", True),
    Field(f"{_P}.tts.skip_patterns", "wholes", high=5),
)

_BRAIN = (
    Field(f"{_P}.llm", "object"),
    Field(f"{_P}.llm.url", "text"),
    Field(f"{_P}.llm.api_key", "text"),
    Field(f"{_P}.llm.vendor", "text"),
    Field(f"{_P}.llm.style", "text", choices=("openai", "gemini", "anthropic", "dify", "bedrock")),
    Field(f"{_P}.llm.credential_mode", "text", choices=("byok", "managed")),
    Field(f"{_P}.llm.system_messages", "objects"),
    Field(f"{_P}.llm.params", "object"),
    Field(f"{_P}.llm.max_history", "whole", low=1),
    Field(f"{_P}.llm.input_modalities", "texts", low=1),
    Field(f"{_P}.llm.output_modalities", "texts", low=1),
    Field(f"{_P}.llm.greeting_message", "text"),
    Field(f"{_P}.llm.failure_message", "text"),
    Field(f"{_P}.llm.greeting_audio_url", "text", high=2048),
    Field(f"{_P}.llm.greeting_configs", "object"),
    Field(f"{_P}.llm.greeting_configs.mode", "text", choices=("single_every", "single_first")),
    Field(f"{_P}.llm.greeting_configs.delay_ms", "whole", low=0, high=5000),
    Field(f"{_P}.llm.greeting_configs.interruptable", "switch"),
    Field(f"{_P}.llm.greeting_configs.audio_download_timeout_ms", "whole", low=200, high=10_000),
    Field(f"{_P}.llm.template_variables", "text_map"),
    Field(f"{_P}.llm.mcp_servers", "objects"),
    Field(f"{_P}.llm.tools", "objects", high=32),
    Field(f"{_P}.mllm", "object"),
    Field(f"{_P}.mllm.enable", "switch"),
)

_TURNS = (
    Field(_TD, "object"),
    Field(f"{_TD}.mode", "text", choices=("default",)),
    Field(f"{_TD}.silence_duration_ms", "whole", low=0, high=10_000),
    Field(f"{_TD}.interrupt_duration_ms", "whole", low=0, high=10_000),
    Field(f"{_TD}.prefix_padding_ms", "whole", low=0, high=10_000),
    Field(f"{_TD}.threshold", "number", low=0, high=1),
    Field(_TDC, "object"),
    Field(f"{_TDC}.speech_threshold", "number", low=0.001, high=0.999),
    Field(f"{_TDC}.start_of_speech", "object"),
    Field(f"{_TDC}.start_of_speech.mode", "text", True, choices=("vad", "manual", "keywords", "disabled")),
    Field(f"{_TDC}.start_of_speech.vad_config", "object"),
    Field(f"{_TDC}.start_of_speech.vad_config.interrupt_duration_ms", "whole", low=0, high=10_000),
    Field(f"{_TDC}.start_of_speech.vad_config.speaking_interrupt_duration_ms", "whole", low=0, high=10_000),
    Field(f"{_TDC}.start_of_speech.vad_config.prefix_padding_ms", "whole", low=0, high=10_000),
    Field(f"{_TDC}.end_of_speech", "object"),
    Field(f"{_TDC}.end_of_speech.mode", "text", choices=("vad", "semantic", "manual")),
    Field(f"{_TDC}.end_of_speech.vad_config", "object"),
    Field(f"{_TDC}.end_of_speech.vad_config.silence_duration_ms", "whole", low=0, high=10_000),
    Field(f"{_TDC}.end_of_speech.semantic_config", "object"),
    Field(f"{_TDC}.end_of_speech.semantic_config.silence_duration_ms", "whole", low=0, high=10_000),
    Field(f"{_TDC}.end_of_speech.semantic_config.max_wait_ms", "whole", low=-1, high=60_000),
    Field(f"{_P}.interruption", "object"),
    Field(f"{_P}.interruption.enable", "switch"),
    Field(f"{_P}.interruption.mode", "text", choices=("start_of_speech", "keywords")),
    Field(f"{_P}.filler_words", "object"),
    Field(f"{_P}.filler_words.enable", "switch"),
)

_PARAMETERS = (
    Field(_PAR, "object"),
    Field(f"{_PAR}.data_channel", "text", choices=("datastream", "rtm")),
    Field(f"{_PAR}.enable_metrics", "switch"),
    Field(f"{_PAR}.enable_error_message", "switch"),
    Field(f"{_PAR}.audio_scenario", "text", choices=("default", "chorus", "aiserver")),
    Field(f"{_PAR}.silence_config", "object"),
    Field(f"{_PAR}.silence_config.timeout_ms", "whole", low=0, high=60_000),
    Field(f"{_PAR}.silence_config.action", "text", choices=("speak", "think")),
    Field(f"{_PAR}.silence_config.content", "text"),
    Field(f"{_PAR}.farewell_config", "object"),
    Field(f"{_PAR}.farewell_config.graceful_enabled", "switch"),
    Field(f"{_PAR}.farewell_config.graceful_timeout_seconds", "whole", low=0, high=3600),
)

JOIN: tuple[Field, ...] = (
    Field("name", "text", True),
    Field("pipeline_id", "text"),
    Field("preset", "text"),
    Field(_P, "object", True),
    *_SESSION,
    *_HEARING,
    *_VOICE,
    *_BRAIN,
    *_TURNS,
    *_PARAMETERS,
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
