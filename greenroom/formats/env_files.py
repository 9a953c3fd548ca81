"""The ``.env`` of Agora's samples: one agent for each profile (``VOICE_LLM_MODEL`` belongs to the profile ``VOICE``)."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from dotenv import dotenv_values

from greenroom.formats.document import FoundDocument, UnreadableText
from greenroom.paths import put

_LINE = re.compile(r"(?:export\s+)?[A-Za-z_][A-Za-z0-9_]*\s*=")


def _flag(text: str) -> bool:
    return text.strip().lower() in ("true", "1", "yes", "on")


def _whole(text: str) -> Any:
    return int(text) if re.fullmatch(r"-?\d+", text.strip()) else text


def _number(text: str) -> Any:
    return float(text) if re.fullmatch(r"-?\d+(\.\d+)?", text.strip()) else text


def _split_list(text: str) -> Any:
    return [_whole(part.strip()) for part in text.split(",") if part.strip()]


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _messages(text: str) -> Any:
    return [{"role": "system", "content": text}]


#: The samples' variable → its place in ``properties`` and how its text is read. "tts" and "asr" stand for the vendor's params.
PLACES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "LLM_URL": ("llm.url", str),
    "LLM_API_KEY": ("llm.api_key", str),
    "LLM_MODEL": ("llm.params.model", str),
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
    "MCP_SERVERS": ("llm.mcp_servers", _json),
    "TTS_VENDOR": ("tts.vendor", str),
    "TTS_SKIP_PATTERNS": ("tts.skip_patterns", _split_list),
    "ASR_VENDOR": ("asr.vendor", str),
    "ASR_LANGUAGE": ("asr.language", str),
    "DEEPGRAM_KEY": ("asr.params.key", str),
    "DEEPGRAM_MODEL": ("asr.params.model", str),
    "DEEPGRAM_LANGUAGE": ("asr.params.language", str),
    "VAD_SILENCE_DURATION_MS": ("turn_detection.silence_duration_ms", _whole),
    "ENABLE_AIVAD": ("advanced_features.enable_aivad", _flag),
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
    "MLLM_TRANSCRIBE_AGENT": ("mllm.params.transcribe_agent", _flag),
    "MLLM_TRANSCRIBE_USER": ("mllm.params.transcribe_user", _flag),
    "AVATAR_VENDOR": ("avatar.vendor", str),
    "AVATAR_ENABLED": ("avatar.enable", _flag),
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
        "OPENAI_TTS_VOICE": ("voice", str),
        "OPENAI_TTS_MODEL": ("model", str),
        "TTS_SPEED": ("speed", _number),
    },
    "cartesia": {
        "TTS_KEY": ("api_key", str),
        "TTS_VOICE_ID": ("voice.id", str),
        "CARTESIA_VOICE_ID": ("voice.id", str),
        "CARTESIA_MODEL": ("model_id", str),
        "TTS_SAMPLE_RATE": ("sample_rate", _whole),
    },
}
#: The avatar's variables that name its vendor → their names in ``avatar.params``.
AVATARS: Mapping[str, Mapping[str, str]] = {
    vendor: {f"{vendor.upper()}_API_KEY": "api_key", f"{vendor.upper()}_AVATAR_ID": "avatar_id"}
    for vendor in ("anam", "akool", "heygen", "liveavatar")
}
#: What a framework puts before the variables that it gives to a page or a server; it is no profile.
_FRAMEWORKS = frozenset({"NEXT", "NEXT_PUBLIC", "VITE", "REACT_APP", "PUBLIC", "AGORA"})
#: What belongs to the project or to one call.
OTHERS: Mapping[str, str] = {
    "APP_ID": "The App ID is set in Settings.",
    "APP_CERTIFICATE": "The certificate is set in Settings.",
    "AGENT_AUTH_HEADER": "Greenroom signs its requests with the certificate.",
    "AGENT_ENDPOINT": "The address of Agora's API is set in Settings.",
    "ENABLE_CURL_DUMP": "A switch of the samples' backend.",
    "ENABLE_MLLM": "A realtime model is used when it has a vendor.",
    "PROFILE": "Each profile becomes an agent.",
    "CUSTOMER_ID": "Greenroom signs its requests with the certificate.",
    "CUSTOMER_SECRET": "Greenroom signs its requests with the certificate.",
    "AGENT_UID": "Belongs to one call: Greenroom sets it at each launch.",
    "CONVO_AI_BASE_URL": "The address of Agora's API is set in Settings.",
}
#: One of them decides how others are read.
_USED = frozenset({"ENABLE_MLLM"})
_SPEECH = {name for vendors in (VOICES, AVATARS) for vendor in vendors.values() for name in vendor}
_NAMES = sorted({*PLACES, *_SPEECH, *OTHERS}, key=len, reverse=True)
#: The samples call this address when no other is set.
_DEFAULT_URL = "https://api.openai.com/v1/chat/completions"


def is_env(text: str) -> bool:
    """Whether every line is a variable, and some are the samples'."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return bool(lines) and all(_LINE.match(line) for line in lines) and any(_split(_key(line))[1] in PLACES for line in lines)


def read_env(text: str) -> tuple[FoundDocument, ...]:
    """An agent for each profile; the one without a prefix first. Raises UnreadableText."""
    profiles: dict[str, dict[str, str]] = {}
    keys: dict[tuple[str, str], str] = {}
    unknown: list[tuple[str, str]] = []
    for key, value in dotenv_values(stream=io.StringIO(text), interpolate=False).items():
        profile, name = _split(key)
        if not name:
            unknown.append((key, "Not a variable of Agora's samples."))
        elif name in OTHERS or not value:
            unknown.append((key, OTHERS.get(name, "Empty: not set.")))
        if value and (name in _USED or name and name not in OTHERS):
            profiles.setdefault(profile, {})[name] = value
            keys[profile, name] = key
    documents = [_document(profile, given, keys, unknown) for profile, given in sorted(profiles.items())]
    usable = tuple(document for document in documents if document is not None)
    if not usable:
        raise UnreadableText("These variables are not those of Agora's samples.")
    return usable


def _key(line: str) -> str:
    return line.removeprefix("export ").partition("=")[0].strip()


def _split(key: str) -> tuple[str, str]:
    """Profile and name of a variable; the name is empty when the samples don't know it."""
    upper = key.upper()
    name = next((n for n in _NAMES if upper == n or upper.endswith(f"_{n}")), "")
    profile = upper[: len(upper) - len(name)].strip("_") if name else ""
    return "" if profile in _FRAMEWORKS else profile, name


def _document(
    profile: str, given: Mapping[str, str], keys: Mapping[tuple[str, str], str], unknown: list[tuple[str, str]]
) -> FoundDocument | None:
    body: dict[str, Any] = {"properties": {}}
    vendor = given.get("TTS_VENDOR", "").lower() or _voice_vendor(given)
    voice = VOICES.get(vendor, {})
    face = AVATARS.get(given.get("AVATAR_VENDOR", "").lower(), {})
    if vendor and "TTS_VENDOR" not in given:
        put(body, "properties.tts.vendor", vendor)
    left_out: list[tuple[str, str]] = []
    for name, text in given.items():
        if name in PLACES:
            path, read = PLACES[name]
            put(body, path[1:] if path.startswith("^") else f"properties.{path}", read(text))
        elif name in voice:
            path, read = voice[name]
            put(body, f"properties.tts.params.{path}", read(text))
        elif name in face:
            put(body, f"properties.avatar.params.{face[name]}", text)
        elif name in _SPEECH:
            left_out.append((keys[profile, name], "Of another vendor than the chosen one."))
    added = _complete(body["properties"], given)
    if vendor and "TTS_VENDOR" not in given:
        added.append(("tts.vendor", "The only vendor with variables of its own here."))
    return FoundDocument(body, "env", profile.lower(), {}, (*left_out, *unknown), tuple(added)) if body["properties"] else None


def _voice_vendor(given: Mapping[str, str]) -> str:
    """The one vendor whose own variables are set, when none is chosen."""
    vendors = {vendor for vendor in VOICES for name in VOICES[vendor] if vendor.upper() in name and name in given}
    return vendors.pop() if len(vendors) == 1 else ""


def _complete(properties: dict[str, Any], given: Mapping[str, str]) -> list[tuple[str, str]]:
    """What the samples' backend adds: the address of the model, and the switches of realtime model and avatar."""
    added: list[str] = []
    if _flag(given.get("ENABLE_MLLM", "")) or "mllm" in properties and "llm" not in properties:
        spoken = properties.pop("llm", {})
        block = properties.setdefault("mllm", {})
        block["enable"] = True
        added += [] if "ENABLE_MLLM" in given else ["mllm.enable"]
        block |= {name: spoken[name] for name in ("greeting_message", "failure_message", "max_history") if name in spoken}
        if "system_messages" in spoken:
            block["messages"] = spoken["system_messages"]
    llm = properties.get("llm")
    if isinstance(llm, dict) and ("api_key" in llm or "params" in llm) and "url" not in llm:
        llm["url"] = _DEFAULT_URL
        added.append("llm.url")
    avatar = properties.get("avatar")
    if isinstance(avatar, dict) and "vendor" in avatar and "enable" not in avatar:
        avatar["enable"] = True
        added.append("avatar.enable")
    if isinstance(properties.get("tts"), dict) and properties["tts"].get("vendor") == "cartesia":
        put(properties, "tts.params.voice.mode", "id")
        added.append("tts.params.voice.mode")
    return [(path, "The samples' backend adds it.") for path in added]
