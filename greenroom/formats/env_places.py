"""The variables of Agora's samples: their places in a join body, and how their texts are read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any


def flag(text: str) -> bool:
    """Whether a switch is on: true, 1, yes or on."""
    return text.strip().lower() in ("true", "1", "yes", "on")


def _whole(text: str) -> Any:
    return int(text) if re.fullmatch(r"-?\d{1,15}", text.strip()) else text


def _number(text: str) -> Any:
    return float(text) if re.fullmatch(r"-?\d+\.\d+", text.strip()) else _whole(text)


def _split_list(text: str) -> Any:
    return [_whole(part.strip()) for part in text.split(",") if part.strip()]


def json_value(text: str) -> Any:
    """The JSON value of a text; the text itself if it isn't JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _messages(text: str) -> Any:
    given = json_value(text)
    return given if isinstance(given, list) else [{"role": "system", "content": text}]


#: The samples' variable → its place in ``properties`` and how its text is read. "tts" and "asr" stand for the vendor's params.
PLACES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "LLM_URL": ("llm.url", str),
    "LLM_API_KEY": ("llm.api_key", str),
    "LLM_KEY": ("llm.api_key", str),
    "LLM_TOKEN": ("llm.api_key", str),
    "LLM_PARAMS": ("llm.params", json_value),
    "LLM_SYSTEM_MESSAGES": ("llm.system_messages", _messages),
    "LLM_MAX_HISTORY": ("llm.max_history", _whole),
    "SYSTEM_INSTRUCTION": ("llm.system_messages", _messages),
    "SYSTEM_INSTRUCTIONS": ("llm.system_messages", _messages),
    "LLM_MODEL": ("llm.params.model", str),
    "LLM_MODEL_NAME": ("llm.params.model", str),
    "LLM_BASE_URL": ("llm.url", str),
    "LLM_ENDPOINT": ("llm.url", str),
    "LLM_STYLE": ("llm.style", str),
    "LLM_MAX_TOKENS": ("llm.params.max_tokens", _whole),
    "LLM_TEMPERATURE": ("llm.params.temperature", _number),
    "LLM_TOP_P": ("llm.params.top_p", _number),
    "LLM_SYSTEM_PROMPT": ("llm.system_messages", _messages),
    "LLM_SYSTEM_MESSAGE": ("llm.system_messages", _messages),
    "SYSTEM_PROMPT": ("llm.system_messages", _messages),
    "GREETING_MESSAGE": ("llm.greeting_message", str),
    "AGENT_GREETING": ("llm.greeting_message", str),
    "FAILURE_MESSAGE": ("llm.failure_message", str),
    "LLM_VENDOR": ("llm.vendor", str),
    "LLM_INPUT_MODALITIES": ("llm.input_modalities", _split_list),
    "INPUT_MODALITIES": ("llm.input_modalities", _split_list),
    "OUTPUT_MODALITIES": ("llm.output_modalities", _split_list),
    "GREETING_MODE": ("llm.greeting_configs.mode", str),
    "MAX_HISTORY": ("llm.max_history", _whole),
    "DEFAULT_PROMPT": ("llm.system_messages", _messages),
    "DEFAULT_GREETING": ("llm.greeting_message", str),
    "DEFAULT_FAILURE_MESSAGE": ("llm.failure_message", str),
    "MCP_SERVERS": ("llm.mcp_servers", json_value),
    "TTS_VENDOR": ("tts.vendor", str),
    "TTS_PARAMS": ("tts.params", json_value),
    "ASR_PARAMS": ("asr.params", json_value),
    "AVATAR_PARAMS": ("avatar.params", json_value),
    "AGENT_IDLE_TIMEOUT": ("idle_timeout", _whole),
    "TTS_SKIP_PATTERNS": ("tts.skip_patterns", _split_list),
    "ASR_VENDOR": ("asr.vendor", str),
    "ASR_LANGUAGE": ("asr.language", str),
    "DEEPGRAM_KEY": ("asr.params.key", str),
    "DEEPGRAM_MODEL": ("asr.params.model", str),
    "DEEPGRAM_LANGUAGE": ("asr.params.language", str),
    "VAD_SILENCE_DURATION_MS": ("turn_detection.silence_duration_ms", _whole),
    "ENABLE_AIVAD": ("advanced_features.enable_aivad", flag),
    "IDLE_TIMEOUT": ("idle_timeout", _whole),
    "MLLM_VENDOR": ("mllm.vendor", str),
    "MLLM_STYLE": ("mllm.style", str),
    "MLLM_API_KEY": ("mllm.api_key", str),
    "MLLM_URL": ("mllm.url", str),
    "MLLM_MODEL": ("mllm.params.model", str),
    "MLLM_VOICE": ("mllm.params.voice", str),
    "MLLM_ADC_CREDENTIALS_STRING": ("mllm.params.adc_credentials_string", str),
    "MLLM_PROJECT_ID": ("mllm.params.project_id", str),
    "MLLM_LOCATION": ("mllm.params.location", str),
    "MLLM_TRANSCRIBE_AGENT": ("mllm.params.transcribe_agent", flag),
    "MLLM_TRANSCRIBE_USER": ("mllm.params.transcribe_user", flag),
    "AVATAR_VENDOR": ("avatar.vendor", str),
    "AVATAR_ENABLED": ("avatar.enable", flag),
    "AVATAR_API_KEY": ("avatar.params.api_key", str),
    "AVATAR_ID": ("avatar.params.avatar_id", str),
    "HEYGEN_QUALITY": ("avatar.params.quality", str),
    "HEYGEN_ACTIVITY_IDLE_TIMEOUT": ("avatar.params.activity_idle_timeout", _whole),
    "PIPELINE_ID": ("^pipeline_id", str),
}
#: The voice's variables → their names in ``tts.params``, for each vendor.
VOICES: Mapping[str, Mapping[str, tuple[str, Callable[[str], Any]]]] = {
    "rime": {
        "TTS_KEY": ("api_key", str),
        "RIME_API_KEY": ("api_key", str),
        "RIME_TTS_KEY": ("api_key", str),
        "TTS_VOICE_ID": ("speaker", str),
        "RIME_SPEAKER": ("speaker", str),
        "RIME_MODEL_ID": ("modelId", str),
        "RIME_LANG": ("lang", str),
        "RIME_SAMPLING_RATE": ("samplingRate", _whole),
        "RIME_SPEED_ALPHA": ("speedAlpha", _number),
    },
    "elevenlabs": {
        "TTS_KEY": ("key", str),
        "ELEVENLABS_API_KEY": ("key", str),
        "ELEVENLABS_TTS_KEY": ("key", str),
        "ELEVENLABS_BASE_URL": ("base_url", str),
        "ELEVENLABS_SIMILARITY_BOOST": ("similarity_boost", _number),
        "TTS_ELEVENLABS_API_KEY": ("key", str),
        "TTS_VOICE_ID": ("voice_id", str),
        "ELEVENLABS_VOICE_ID": ("voice_id", str),
        "TTS_ELEVENLABS_VOICE_ID": ("voice_id", str),
        "ELEVENLABS_MODEL": ("model_id", str),
        "ELEVENLABS_MODEL_ID": ("model_id", str),
        "TTS_ELEVENLABS_MODEL_ID": ("model_id", str),
        "TTS_ELEVENLABS_BASE_URL": ("base_url", str),
        "ELEVENLABS_STABILITY": ("stability", _number),
        "TTS_SAMPLE_RATE": ("sample_rate", _whole),
    },
    "microsoft": {
        "TTS_KEY": ("key", str),
        "TTS_API_KEY": ("key", str),
        "TTS_REGION": ("region", str),
        "TTS_VOICE_ID": ("voice_name", str),
        "TTS_VOICE_NAME": ("voice_name", str),
        "MICROSOFT_TTS_KEY": ("key", str),
        "MICROSOFT_TTS_REGION": ("region", str),
        "MICROSOFT_TTS_VOICE": ("voice_name", str),
        "MICROSOFT_TTS_SAMPLE_RATE": ("sample_rate", _whole),
        "MICROSOFT_TTS_VOICE_NAME": ("voice_name", str),
        "MICROSOFT_TTS_RATE": ("rate", _number),
        "MICROSOFT_TTS_VOLUME": ("volume", _number),
        "TTS_MICROSOFT_KEY": ("key", str),
        "TTS_MICROSOFT_API_KEY": ("key", str),
        "TTS_MICROSOFT_REGION": ("region", str),
        "TTS_MICROSOFT_VOICE": ("voice_name", str),
        "TTS_MICROSOFT_VOICE_NAME": ("voice_name", str),
        "TTS_MICROSOFT_SPEED": ("speed", _number),
    },
    "openai": {
        "TTS_KEY": ("api_key", str),
        "TTS_VOICE_ID": ("voice", str),
        "OPENAI_TTS_KEY": ("api_key", str),
        "OPENAI_TTS_VOICE": ("voice", str),
        "OPENAI_TTS_MODEL": ("model", str),
        "TTS_SPEED": ("speed", _number),
    },
    "cartesia": {
        "TTS_KEY": ("api_key", str),
        "TTS_VOICE_ID": ("voice.id", str),
        "CARTESIA_API_KEY": ("api_key", str),
        "CARTESIA_TTS_KEY": ("api_key", str),
        "CARTESIA_VOICE_ID": ("voice.id", str),
        "CARTESIA_MODEL_ID": ("model_id", str),
        "CARTESIA_MODEL": ("model_id", str),
        "TTS_SAMPLE_RATE": ("sample_rate", _whole),
    },
    "minimax": {
        "TTS_KEY": ("key", str),
        "TTS_VOICE_ID": ("voice_setting.voice_id", str),
        "MINIMAX_API_KEY": ("key", str),
        "MINIMAX_GROUP_ID": ("group_id", str),
        "MINIMAX_MODEL": ("model", str),
        "TTS_MINIMAX_API_KEY": ("key", str),
        "TTS_MINIMAX_GROUP_ID": ("group_id", str),
        "TTS_MINIMAX_VOICE_ID": ("voice_setting.voice_id", str),
        "TTS_MINIMAX_MODEL": ("model", str),
    },
}
#: The avatar's variables that name its vendor → their names in ``avatar.params``.
AVATARS: Mapping[str, Mapping[str, str]] = {
    vendor: {f"{vendor.upper()}_API_KEY": "api_key", f"{vendor.upper()}_AVATAR_ID": "avatar_id"}
    for vendor in ("anam", "akool", "heygen", "liveavatar")
}
#: Variables of the project or of one call → why they aren't imported.
OTHERS: Mapping[str, str] = {
    "APP_ID": "Greenroom reads it from AGORA_APP_ID.",
    "APP_CERTIFICATE": "Greenroom reads it from AGORA_APP_CERTIFICATE.",
    "APP_CERT": "Greenroom reads it from AGORA_APP_CERTIFICATE.",
    "AGENT_AUTH_HEADER": "Not needed: Greenroom signs requests with the certificate.",
    "AGENT_ENDPOINT": "Greenroom reads it from AGORA_REST_BASE_URL.",
    "ENABLE_CURL_DUMP": "Only used by the samples' backend.",
    "ENABLE_MLLM": "Not needed: the realtime model's vendor decides.",
    "PROFILE": "Each profile becomes an agent.",
    "BASIC_AUTH_KEY": "Not needed: Greenroom signs requests with the certificate.",
    "BASIC_AUTH_SECRET": "Not needed: Greenroom signs requests with the certificate.",
    "AGORA_API_KEY": "Not needed: Greenroom signs requests with the certificate.",
    "AGORA_API_SECRET": "Not needed: Greenroom signs requests with the certificate.",
    "CUSTOMER_ID": "Not needed: Greenroom signs requests with the certificate.",
    "CUSTOMER_SECRET": "Not needed: Greenroom signs requests with the certificate.",
    "AGENT_UID": "Belongs to one call: Greenroom sets it at each launch.",
    "CONVO_AI_BASE_URL": "Greenroom reads it from AGORA_REST_BASE_URL.",
}
