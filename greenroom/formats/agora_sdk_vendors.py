"""How the vendor classes of Agora's server SDKs (``agora-agents``, ``agora-agent-server-sdk``) become blocks of a join body.

Written from their documentation. Arguments that no table names go to ``params`` under their own name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: Arguments of every language model that stand beside ``params``.
LLM_FIELDS = frozenset(
    [
        "api_key",
        "system_messages",
        "greeting_message",
        "greeting_audio_url",
        "failure_message",
        "input_modalities",
        "output_modalities",
        "headers",
        "greeting_configs",
        "template_variables",
        "vendor",
        "mcp_servers",
        "tools",
        "max_history",
        "url",
        "ignore_empty",
    ]
)
#: Arguments of every realtime model that stand beside ``params``.
MLLM_FIELDS = frozenset(
    [
        "api_key",
        "url",
        "messages",
        "input_modalities",
        "output_modalities",
        "greeting_message",
        "failure_message",
        "max_history",
        "turn_detection",
        "mcp_servers",
        "tools",
    ]
)
#: Arguments of every voice and recognizer that stand beside ``params``.
SPEECH_FIELDS = frozenset({"skip_patterns", "credential_mode", "keywords"})
FIELDS: Mapping[str, frozenset[str]] = {"llm": LLM_FIELDS, "mllm": MLLM_FIELDS, "tts": SPEECH_FIELDS, "asr": SPEECH_FIELDS}


@dataclass(frozen=True, slots=True)
class SdkVendor:
    """One class. ``fixed``: parts of the block that are always there, by dotted path; ``moved``: arguments with another place.

    ``address``: the template of ``url`` when no address is given. ``managed``: without a key Agora's account is used.
    """

    role: str
    fixed: Mapping[str, Any] = field(default_factory=dict)
    moved: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    managed: bool = False


def _llm(style: str, address: str = "", managed: bool = False, vendor: str = "", **moved: str) -> SdkVendor:
    fixed = {"style": style, **({"vendor": vendor} if vendor else {})}
    return SdkVendor("llm", fixed, {"base_url": "url", **moved}, address, managed)


def _tts(vendor: str, managed: bool = False, fixed: Mapping[str, Any] | None = None, **moved: str) -> SdkVendor:
    return SdkVendor("tts", {"vendor": vendor, **(fixed or {})}, {n: f"params.{p}" for n, p in moved.items()}, "", managed)


def _asr(vendor: str, managed: bool = False, **moved: str) -> SdkVendor:
    return SdkVendor("asr", {"vendor": vendor}, {name: f"params.{place}" for name, place in moved.items()}, "", managed)


def _mllm(vendor: str, address: str = "", **moved: str) -> SdkVendor:
    return SdkVendor("mllm", {"enable": True, "vendor": vendor}, moved, address)


def _avatar(vendor: str, base: str = "") -> SdkVendor:
    return SdkVendor("avatar", {"enable": True, "vendor": vendor, **({"params.api_base_url": base} if base else {})})


_OPENAI = "https://api.openai.com/v1/chat/completions"
_GOOGLE = "publishers/google/models/{model}:streamGenerateContent?alt=sse"
_MINIMAX = {
    "voice_id": "voice_setting.voice_id",
    "speed": "voice_setting.speed",
    "vol": "voice_setting.vol",
    "pitch": "voice_setting.pitch",
    "emotion": "voice_setting.emotion",
    "latex_read": "voice_setting.latex_read",
    "english_normalization": "voice_setting.english_normalization",
    "sample_rate": "audio_setting.sample_rate",
}

SDK_VENDORS: Mapping[str, SdkVendor] = {
    "OpenAI": _llm("openai", _OPENAI, managed=True),
    "AzureOpenAI": _llm(
        "openai", "{endpoint}/openai/deployments/{deployment_name}/chat/completions?api-version={api_version}", vendor="azure"
    ),
    "Anthropic": _llm("anthropic", "https://api.anthropic.com/v1/messages"),
    "Gemini": _llm(
        "gemini", "https://generativelanguage.googleapis.com/v1beta/models/{model}:streamGenerateContent?alt=sse&key={api_key}"
    ),
    "Groq": _llm("openai", "https://api.groq.com/openai/v1/chat/completions"),
    "VertexAILLM": _llm(
        "gemini",
        "https://{location}-aiplatform.googleapis.com/v1/projects/{project_id}/locations/{location}/" + _GOOGLE,
    ),
    "AmazonBedrock": _llm(
        "bedrock",
        "https://bedrock-runtime.{region}.amazonaws.com/model/{model}/converse-stream",
        access_key="access_key",
        secret_key="secret_key",
        region="region",
        model="model",
    ),
    "Dify": _llm("dify"),
    "CustomLLM": _llm("openai", vendor="custom"),
    "ElevenLabsTTS": _tts("elevenlabs"),
    "MicrosoftTTS": _tts("microsoft"),
    "OpenAITTS": _tts("openai", managed=True),
    "CartesiaTTS": _tts(
        "cartesia", fixed={"params.voice.mode": "id"}, voice_id="voice.id", sample_rate="output_format.sample_rate"
    ),
    "DeepgramTTS": _tts("deepgram"),
    "GoogleTTS": _tts(
        "google",
        key="credentials",
        voice_name="VoiceSelectionParams.name",
        language_code="VoiceSelectionParams.language_code",
        sample_rate_hertz="AudioConfig.sample_rate_hertz",
    ),
    "GradiumTTS": _tts("gradium"),
    "AmazonTTS": _tts(
        "amazon", access_key="aws_access_key_id", secret_key="aws_secret_access_key", region="region_name", voice_id="voice"
    ),
    "HumeAITTS": _tts("humeai"),
    "RimeTTS": _tts("rime", key="api_key", model_id="modelId"),
    "FishAudioTTS": _tts("fishaudio", key="api_key"),
    "MiniMaxTTS": _tts("minimax", True, None, **_MINIMAX),
    "MistralTTS": _tts("mistral"),
    "TypecastTTS": _tts("typecast"),
    "MurfTTS": _tts("murf", key="api_key", voice_id="voiceId"),
    "SarvamTTS": _tts("sarvam", key="api_subscription_key"),
    "SmallestAITTS": _tts("smallestai"),
    "GenericTTS": SdkVendor("tts", {"vendor": "generic_http"}, {"url": "url", "headers": "headers"}),
    "XaiTTS": _tts("xai"),
    "GeminiTTS": _tts("gemini"),
    "SpeechmaticsSTT": _asr("speechmatics", api_key="key"),
    "DeepgramSTT": _asr("deepgram", managed=True, api_key="key"),
    "MicrosoftSTT": _asr("microsoft"),
    "OpenAISTT": _asr(
        "openai",
        model="input_audio_transcription.model",
        prompt="input_audio_transcription.prompt",
        language="input_audio_transcription.language",
    ),
    "GeminiSTT": _asr("gemini"),
    "GoogleSTT": _asr("google"),
    "AmazonSTT": _asr("amazon", access_key="access_key_id", secret_key="secret_access_key", language="language_code"),
    "AssemblyAISTT": _asr("assemblyai"),
    "AresSTT": _asr("ares"),
    "SarvamSTT": _asr("sarvam"),
    "SmallestAISTT": _asr("smallestai"),
    "XaiSTT": _asr("xai"),
    "MicrosoftCNTTS": _tts("microsoft"),
    "MiniMaxCNTTS": _tts("minimax", False, None, **_MINIMAX),
    "TencentTTS": _tts("tencent"),
    "BytedanceTTS": _tts("bytedance"),
    "BytedanceDuplexTTS": _tts("bytedance_duplex"),
    "CosyVoiceTTS": _tts("cosyvoice"),
    "StepFunTTS": _tts("stepfun"),
    "MicrosoftCNSTT": _asr("microsoft"),
    "TencentSTT": _asr("tencent"),
    "FengmingSTT": _asr("fengming"),
    "XfyunSTT": _asr("xfyun"),
    "XfyunBigModelSTT": _asr("xfyun_bigmodel"),
    "XfyunDialectSTT": _asr("xfyun_dialect"),
    "AliyunLLM": _llm("openai", vendor="aliyun"),
    "BytedanceLLM": _llm("openai", vendor="bytedance"),
    "DeepSeekLLM": _llm("openai", vendor="deepseek"),
    "TencentLLM": _llm("openai", vendor="tencent"),
    "QwenOmni": _mllm("qwen_omni"),
    "OpenAIRealtime": _mllm("openai", "wss://api.openai.com/v1/realtime"),
    "OpenAIGPTLive": _mllm(
        "openai_gpt_live", "wss://api.openai.com/v1/live/sessions", instructions="params.prompt", greeting="greeting_message"
    ),
    "AzureOpenAIRealtime": _mllm("azure"),
    "GeminiLive": _mllm("gemini", "https://generativelanguage.googleapis.com"),
    "VertexAI": _mllm("vertexai"),
    "XaiGrok": _mllm("xai", "wss://api.x.ai/v1/realtime"),
    "HeyGenAvatar": _avatar("heygen"),
    "LiveAvatarAvatar": _avatar("liveavatar"),
    "AkoolAvatar": _avatar("akool"),
    "AnamAvatar": _avatar("anam"),
    "SenseTimeAvatar": _avatar("sensetime"),
    "SpatiusAvatar": _avatar("spatius"),
    "GenericAvatar": _avatar("generic"),
    "Tavus": _avatar("generic", "https://tavusapi.com/v2/conversations/agora"),
    "Protoface": _avatar("generic", "https://api.protoface.com/v1/agora"),
    "LemonSlice": _avatar("generic", "https://lemonslice.com/api/liveai/agora"),
}
#: What the SDK fills in when an argument is missing.
DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "AzureOpenAI": {"api_version": "2024-08-01-preview"},
    "GeminiLive": {"model": "models/gemini-3.8-live", "voice": "Puck"},
    "OpenAIGPTLive": {"model": "gpt-live-1"},
    "GeminiSTT": {"model": "gemini-3.5-transcribe-live", "sample_rate": 16_000},
}
#: Class → arguments that only fill the address.
ONLY_IN_ADDRESS: Mapping[str, frozenset[str]] = {
    "AzureOpenAI": frozenset({"endpoint", "deployment_name", "api_version"}),
    "Gemini": frozenset({"api_key"}),
    "VertexAILLM": frozenset({"project_id", "location"}),
}
#: Class → arguments that aren't sent either if the program gives its own address.
NEVER_SENT: Mapping[str, frozenset[str]] = {"VertexAILLM": frozenset({"project_id", "location"})}
