"""Realtime speech-to-speech models (Agora's ``mllm`` block)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from greenroom.catalog.languages import SHORT
from greenroom.catalog.parts import DOCS, DOCS_CN, key, rate
from greenroom.catalog.spec import Choice, Condition, Effect, Setting, Vendor

_PARAMS, _TURNS = "mllm.params", "mllm.turn_detection"
_AGORA = Choice("agora_vad", "Agora's voice activity", "the same for every vendor")
_SERVER = Choice("server_vad", "The vendor's voice activity")
_SEMANTIC = Choice("semantic_vad", "Semantic", "recognizes unfinished sentences")
_MODES: tuple[Choice, ...] = (_AGORA, _SERVER, _SEMANTIC)


def _fixed(vendor: str, url: str | None = None) -> Mapping[str, Any]:
    always: dict[str, Any] = {"mllm.enable": True, "mllm.vendor": vendor}
    return always if url is None else always | {"mllm.url": url}


def _url(default: str | None, help: str = "The vendor's endpoint. Change it to use another region or a proxy.") -> Setting:
    return Setting(
        "url",
        "URL",
        help,
        "line",
        "mllm.url",
        default=default,
        required=True,
        high=2048,
        more=default is not None,
    )


def _choice_setting(name: str, label: str, help: str, default: str | None, *choices: Choice, required: bool = True) -> Setting:
    return Setting(
        name,
        label,
        help,
        "choice",
        f"{_PARAMS}.{name}",
        default=default,
        required=required,
        open=True,
        choices=choices,
        high=200,
    )


def _model(default: str | None, *choices: Choice) -> Setting:
    return _choice_setting("model", "Model", "The realtime model.", default, *choices)


def _voice(default: str | None, *choices: Choice) -> Setting:
    return _choice_setting(
        "voice", "Voice", "The agent's voice. If not set, the vendor chooses.", default, *choices, required=False
    )


def _ms(place: str, name: str, label: str, help: str, when: tuple[Condition, ...], usual: tuple[float, float]) -> Setting:
    return Setting(
        f"{place.removesuffix('_vad_config')}_{name}",
        label,
        help,
        "whole",
        f"{_TURNS}.{place}.{name}_ms",
        low=0,
        high=60_000 if name == "idle_timeout" else 10_000,
        usual=usual,
        step=20,
        unit="ms",
        more=True,
        when=when,
    )


def _silence_and_padding(place: str, when: tuple[Condition, ...]) -> tuple[Setting, ...]:
    return (
        _ms(
            place,
            "silence_duration",
            "End-of-speech silence",
            "How long a pause ends the caller's turn. Raise it if the agent cuts callers off.",
            when,
            (200, 3000),
        ),
        _ms(
            place,
            "prefix_padding",
            "Prefix padding",
            "How much audio before the detected speech is kept. Raise it if first syllables get lost.",
            when,
            (0, 2000),
        ),
        Setting(
            f"{place.removesuffix('_vad_config')}_threshold",
            "Speech detection threshold",
            "How confident detection must be. Raise it in noisy places; lower it if quiet callers are missed.",
            "number",
            f"{_TURNS}.{place}.threshold",
            low=0.0,
            high=1.0,
            step=0.05,
            more=True,
            when=when,
        ),
    )


def _sensitivity(name: str, label: str, help: str, stem: str, when: tuple[Condition, ...]) -> Setting:
    return Setting(
        f"server_{name}",
        label,
        help,
        "choice",
        f"{_TURNS}.server_vad_config.{name}_sensitivity",
        more=True,
        when=when,
        choices=(Choice(f"{stem}_SENSITIVITY_HIGH", "High"), Choice(f"{stem}_SENSITIVITY_LOW", "Low")),
    )


def _turns(
    modes: tuple[Choice, ...] = _MODES, *, google: bool = False, idle: bool = False, default: str | None = None
) -> tuple[Setting, ...]:
    """Turn detection and the settings of the chosen mode; no other mode's block may be sent."""
    agora: tuple[Condition, ...] = (("turn_mode", ("agora_vad",)),)
    server: tuple[Condition, ...] = (("turn_mode", ("server_vad",)),)
    mode = Setting(
        "turn_mode",
        "Turn detection",
        "What detects the end of a turn. If not set, the vendor decides.",
        "choice",
        f"{_TURNS}.mode",
        default=default,
        required=default is not None,
        choices=modes,
    )
    help = "How long the caller must talk over the agent to stop it. Raise it if noise interrupts."
    settings = (
        mode,
        _ms("agora_vad_config", "interrupt_duration", "Interruption delay", help, agora, (60, 2000)),
        *_silence_and_padding("agora_vad_config", agora),
        *_silence_and_padding("server_vad_config", server),
    )
    if idle:
        help = "How long without speech before the model speaks on its own."
        settings += (_ms("server_vad_config", "idle_timeout", "Silence reminder", help, server, (0, 30_000)),)
    if google:
        settings += (
            _sensitivity("start_of_speech", "Start-of-speech sensitivity", "Lower it if noise starts turns.", "START", server),
            _sensitivity("end_of_speech", "End-of-speech sensitivity", "Lower it if the agent cuts callers off.", "END", server),
        )
    if _SEMANTIC in modes:
        settings += (_EAGERNESS,)
    return settings


_EAGERNESS = Setting(
    "eagerness",
    "Eagerness",
    "How soon the model answers. Low lets callers finish; high answers quickly.",
    "choice",
    f"{_TURNS}.semantic_vad_config.eagerness",
    more=True,
    when=(("turn_mode", ("semantic_vad",)),),
    choices=(Choice("auto", "Automatic"), Choice("low", "Low"), Choice("medium", "Medium"), Choice("high", "High")),
)

_TRANSCRIPT = f"{_PARAMS}.input_audio_transcription"
_TRANSCRIPTION = (
    Setting(
        "transcription_model",
        "Transcription model",
        "Transcribes the caller for the transcript; the realtime model works on the audio itself.",
        "choice",
        f"{_TRANSCRIPT}.model",
        open=True,
        high=200,
        more=True,
        choices=(
            Choice("gpt-4o-mini-transcribe", "GPT-4o mini transcribe"),
            Choice("gpt-4o-transcribe", "GPT-4o transcribe"),
            Choice("whisper-1", "Whisper"),
        ),
    ),
    Setting(
        "transcription_language",
        "Transcription language",
        "If not set, detected automatically.",
        "choice",
        f"{_TRANSCRIPT}.language",
        open=True,
        high=20,
        more=True,
        choices=SHORT,
    ),
    Setting(
        "transcription_prompt",
        "Transcription prompt",
        "Names and terms that are easily misheard.",
        "prose",
        f"{_TRANSCRIPT}.prompt",
        high=2000,
        more=True,
    ),
)


def _rest(effect: Effect = "restart") -> tuple[Setting, ...]:
    """The settings every realtime model has."""
    return (
        Setting(
            "input",
            "Input",
            "What the model accepts.",
            "many",
            "mllm.input_modalities",
            more=True,
            choices=(Choice("audio", "Speech"), Choice("text", "Text")),
        ),
        Setting(
            "output",
            "Output",
            "What the model returns.",
            "many",
            "mllm.output_modalities",
            more=True,
            choices=(Choice("text", "Text"), Choice("audio", "Speech")),
        ),
        Setting(
            "messages",
            "Earlier conversation",
            "Messages from before the call that the model remembers.",
            "rows",
            "mllm.messages",
            high=200,
            more=True,
            columns=(
                Setting(
                    "role",
                    "Role",
                    "",
                    "choice",
                    "role",
                    default="user",
                    required=True,
                    choices=(Choice("user", "Caller"), Choice("assistant", "Agent"), Choice("system", "System")),
                ),
                Setting("content", "Text", "", "prose", "content", required=True, high=10_000),
            ),
        ),
        Setting(
            "params",
            "Additional parameters",
            "JSON passed to the vendor unchanged. Use it for settings that aren't listed above.",
            "json",
            _PARAMS,
            shape="merge",
            effect=effect,
            more=True,
        ),
    )


_OPENAI_VOICES = (
    Choice("coral", "Coral", "warm and clear", gender="female"),
    Choice("alloy", "Alloy", gender="neutral"),
    Choice("ash", "Ash", gender="male"),
    Choice("ballad", "Ballad", gender="male"),
    Choice("cedar", "Cedar", gender="male"),
    Choice("echo", "Echo", gender="male"),
    Choice("marin", "Marin", gender="female"),
    Choice("sage", "Sage", gender="female"),
    Choice("shimmer", "Shimmer", "bright and quick", gender="female"),
    Choice("verse", "Verse", gender="male"),
)
_GOOGLE_VOICES = (
    Choice("Puck", "Puck", "upbeat", gender="male"),
    Choice("Aoede", "Aoede", "breezy", gender="female"),
    Choice("Charon", "Charon", "informative", gender="male"),
    Choice("Kore", "Kore", "firm", gender="female"),
    Choice("Fenrir", "Fenrir", "excitable", gender="male"),
    Choice("Leda", "Leda", "youthful", gender="female"),
    Choice("Orus", "Orus", "firm", gender="male"),
    Choice("Zephyr", "Zephyr", "bright", gender="female"),
)

_GOOGLE_SETTINGS = (
    Setting(
        "affective_dialog",
        "Affective dialog",
        "Adapts the agent's tone to the caller's.",
        "switch",
        f"{_PARAMS}.affective_dialog",
        more=True,
    ),
    Setting(
        "proactive_audio",
        "Proactive audio",
        "The model can stay silent when speech isn't directed at it.",
        "switch",
        f"{_PARAMS}.proactive_audio",
        more=True,
    ),
    Setting(
        "transcribe_agent",
        "Agent transcript",
        "Turn off to leave what the agent says out of the transcript.",
        "switch",
        f"{_PARAMS}.transcribe_agent",
        default=True,
        more=True,
    ),
    Setting(
        "transcribe_user",
        "Caller transcript",
        "Turn off to leave what callers say out of the transcript.",
        "switch",
        f"{_PARAMS}.transcribe_user",
        default=True,
        more=True,
    ),
    Setting(
        "api_version",
        "API version",
        "Set it for preview features, such as v1alpha.",
        "line",
        f"{_PARAMS}.http_options.api_version",
        high=40,
        more=True,
    ),
)

NONE = Vendor(
    role="mllm",
    id="none",
    label="Off: separate speech recognition, language model and voice",
    help="The standard setup: choose and tune each part separately.",
    docs="https://docs.agora.io/en/conversational-ai/models/mllm/overview",
    settings=(),
)

_OPENAI = Vendor(
    role="mllm",
    id="openai",
    label="OpenAI Realtime",
    help="OpenAI's speech-to-speech model, with your own key.",
    docs=f"{DOCS}/mllm/openai",
    fixed=_fixed("openai"),
    prompt_path=f"{_PARAMS}.instructions",
    voice="voice",
    settings=(
        _model(
            "gpt-realtime",
            Choice("gpt-realtime-2", "GPT Realtime 2", "newest"),
            Choice("gpt-realtime", "GPT Realtime"),
            Choice("gpt-realtime-mini", "GPT Realtime mini", "cheaper"),
        ),
        _voice("coral", *_OPENAI_VOICES),
        key("mllm.api_key", "OPENAI_API_KEY"),
        _url("wss://api.openai.com/v1/realtime"),
        *_turns(idle=True),
        *_TRANSCRIPTION,
        *_rest(),
    ),
)

_AZURE = Vendor(
    role="mllm",
    id="azure",
    label="Azure OpenAI Realtime",
    help="OpenAI's speech-to-speech model in your Microsoft Azure account. Turn detection is required.",
    docs=f"{DOCS}/mllm/azure",
    fixed=_fixed("azure"),
    prompt_path=f"{_PARAMS}.instructions",
    voice="voice",
    settings=(
        _url(None, "Such as wss://my-company.openai.azure.com/openai/v1/realtime?model=gpt-realtime-2."),
        _model("gpt-realtime-2", Choice("gpt-realtime-2", "GPT Realtime 2"), Choice("gpt-realtime", "GPT Realtime")),
        _voice("alloy", *_OPENAI_VOICES),
        key("mllm.api_key", "AZURE_OPENAI_API_KEY"),
        *_turns(default="server_vad"),
        *_TRANSCRIPTION,
        Setting(
            "max_history",
            "History length",
            "How many earlier messages the model sees.",
            "whole",
            "mllm.max_history",
            low=1,
            high=1024,
            usual=(1, 128),
            step=1,
            unit="messages",
            more=True,
        ),
        *_rest(),
    ),
)

_GEMINI = Vendor(
    role="mllm",
    id="gemini",
    label="Google Gemini Live",
    help="Google's speech-to-speech model, with a Google AI Studio key.",
    docs=f"{DOCS}/mllm/gemini",
    fixed=_fixed("gemini"),
    prompt_path=f"{_PARAMS}.instructions",
    voice="voice",
    settings=(
        _model(
            "models/gemini-3.8-live",
            Choice("models/gemini-3.8-live", "Gemini 3.8 Live"),
            Choice("models/gemini-3.8-live-extended-thinking", "Gemini 3.8 Live (extended thinking)"),
            Choice("gemini-3.1-flash-live-preview", "Gemini 3.1 Flash Live", "leave the URL empty"),
        ),
        _voice("Puck", *_GOOGLE_VOICES),
        key("mllm.api_key", "GEMINI_API_KEY"),
        Setting(
            "url",
            "URL",
            "Google's endpoint. Leave empty for models before 3.8.",
            "line",
            "mllm.url",
            default="https://generativelanguage.googleapis.com",
            high=2048,
            more=True,
        ),
        Setting(
            "thinking",
            "Thinking level",
            "How much the model reasons before it answers. Higher levels answer later.",
            "choice",
            f"{_PARAMS}.thinking_level",
            more=True,
            when=(("model", ("models/gemini-3.8-live-extended-thinking",)),),
            choices=(Choice("low", "Low"), Choice("medium", "Medium"), Choice("high", "High")),
        ),
        Setting(
            "languages",
            "Languages",
            "Codes such as en-US, one per line. Leave empty to detect automatically.",
            "texts",
            f"{_PARAMS}.language_codes",
            high=50,
            more=True,
        ),
        *_turns((_AGORA, _SERVER), google=True),
        *_GOOGLE_SETTINGS,
        *_rest(),
    ),
)

_VERTEX = Vendor(
    role="mllm",
    id="vertexai",
    label="Google Vertex AI Live",
    help="Gemini Live in your Google Cloud project.",
    docs=f"{DOCS}/mllm/google-vertex-ai",
    fixed=_fixed("vertexai", ""),
    prompt_path=f"{_PARAMS}.instructions",
    voice="voice",
    settings=(
        _model(
            "gemini-live-2.5-flash-native-audio",
            Choice("gemini-live-2.5-flash-native-audio", "Gemini Live 2.5 Flash"),
            Choice("gemini-2.0-flash-live-preview-04-09", "Gemini 2.0 Flash Live"),
        ),
        _voice("Puck", *_GOOGLE_VOICES),
        Setting(
            "project", "Project", "The ID of your Google Cloud project.", "line", f"{_PARAMS}.project_id", required=True, high=100
        ),
        Setting(
            "location",
            "Location",
            "The region, such as us-central1.",
            "line",
            f"{_PARAMS}.location",
            required=True,
            high=60,
        ),
        key(f"{_PARAMS}.adc_credentials_string", "GOOGLE_CREDENTIALS_JSON", "Service account (JSON)", "adc_credentials"),
        *_turns((_AGORA, _SERVER), google=True),
        *_GOOGLE_SETTINGS,
        *_rest(),
    ),
)

_XAI = Vendor(
    role="mllm",
    id="xai",
    label="xAI Grok Voice",
    help="xAI's speech-to-speech model, with your own key.",
    docs=f"{DOCS}/mllm/xai",
    fixed=_fixed("xai"),
    prompt_path=f"{_PARAMS}.instructions",
    voice="voice",
    rate="sample_rate",
    settings=(
        _voice("eve", Choice("eve", "Eve", gender="female"), Choice("rex", "Rex", gender="male")),
        Setting(
            "language",
            "Language",
            "The language of the conversation.",
            "choice",
            f"{_PARAMS}.language",
            default="en",
            open=True,
            high=20,
            choices=SHORT,
        ),
        key("mllm.api_key", "XAI_API_KEY"),
        _url("wss://api.x.ai/v1/realtime"),
        rate(f"{_PARAMS}.sample_rate", 24_000, (16_000, 24_000)),
        *_turns((_AGORA, _SERVER)),
        *_rest(),
    ),
)


def _live(name: str, label: str, help: str, unit: str, high: int) -> Setting:
    return Setting(name, label, help, "whole", f"{_PARAMS}.{name}", low=0, high=high, unit=unit, more=True)


_LIVE_AUDIO = (
    _live("input_batch_ms", "Input batch", "How much audio is sent to the model at a time.", "ms", 10_000),
    _live("input_idle_end_ms", "Input idle end", "Silence after which the caller's audio counts as ended.", "ms", 60_000),
    _live("output_buffer_ms", "Output buffer", "How much of the model's speech is buffered before it plays.", "ms", 10_000),
    _live("output_idle_end_ms", "Output idle end", "Silence after which the model's speech counts as ended.", "ms", 60_000),
    _live("output_silence_peak", "Output silence level", "Peak level up to which output counts as silence.", "", 32_767),
    _live("output_sample_rate", "Output sample rate", "Sample rate of the model's speech.", "Hz", 48_000),
)
_LIVE_CONNECTION = (
    Setting(
        "base_url",
        "Base URL",
        "OpenAI's host, when the URL above isn't used.",
        "line",
        f"{_PARAMS}.base_url",
        high=2048,
        more=True,
    ),
    Setting("path", "Path", "Path on that host.", "line", f"{_PARAMS}.path", high=2048, more=True),
    Setting(
        "alpha_selector",
        "Alpha selector",
        "For alpha access at OpenAI.",
        "line",
        f"{_PARAMS}.alpha_selector",
        high=200,
        more=True,
    ),
    Setting(
        "live_headers",
        "Headers",
        "JSON object of headers sent to OpenAI. Write keys as ${NAME}.",
        "json",
        f"{_PARAMS}.headers",
        shape="json_text",
        more=True,
    ),
    Setting(
        "session_params",
        "Session parameters",
        "JSON object passed to OpenAI's session. Cannot set model, delegation, audio, instructions or input.",
        "json",
        f"{_PARAMS}.session_params",
        more=True,
    ),
)

_LIVE = Vendor(
    role="mllm",
    id="openai_gpt_live",
    label="OpenAI GPT Live",
    help="OpenAI's live model. It detects the end of a turn itself and has no separate transcription model.",
    docs=f"{DOCS}/mllm/openai-gpt-live",
    fixed=_fixed("openai_gpt_live"),
    prompt_path=f"{_PARAMS}.prompt",
    voice="voice",
    settings=(
        _model("gpt-live-1", Choice("gpt-live-1", "GPT Live 1"), Choice("gpt-live-1-diamond-alpha", "GPT Live 1, alpha")),
        _voice("marin", *_OPENAI_VOICES),
        key("mllm.api_key", "OPENAI_API_KEY"),
        _url("wss://api.openai.com/v1/live/sessions"),
        Setting(
            "delegation",
            "Delegation",
            "Who handles tasks that the model delegates.",
            "choice",
            f"{_PARAMS}.delegation",
            more=True,
            choices=(Choice("client", "Your server"), Choice("responses", "OpenAI", "another OpenAI model")),
        ),
        Setting(
            "responses_model",
            "Delegate model",
            "The OpenAI model that delegated tasks go to.",
            "line",
            f"{_PARAMS}.responses_model",
            high=200,
            more=True,
            when=(("delegation", ("responses",)),),
        ),
        Setting(
            "interrupt_on_turn",
            "Allow interruptions",
            "Turn off so that callers can't interrupt the agent.",
            "switch",
            f"{_PARAMS}.interrupt_on_user_turn",
            more=True,
        ),
        Setting(
            "tools_on", "Use tools", "Turn on to let the agent call its tools.", "switch", f"{_PARAMS}.tool_enabled", more=True
        ),
        *_LIVE_AUDIO,
        *_LIVE_CONNECTION,
        *_rest(),
    ),
)

_QWEN = Vendor(
    role="mllm",
    id="qwen_omni",
    label="Qwen Omni Realtime",
    help="Alibaba Cloud's speech-to-speech model, for Agora's service in China.",
    docs=DOCS_CN,
    market="cn",
    fixed=_fixed("qwen_omni"),
    prompt_path=f"{_PARAMS}.instructions",
    voice="voice",
    settings=(
        _model(
            "qwen3-omni-flash-realtime",
            Choice("qwen3-omni-flash-realtime", "Qwen3 Omni Flash"),
            Choice("qwen-omni-turbo-realtime", "Qwen Omni Turbo"),
        ),
        _voice("Cherry", Choice("Cherry", "Cherry", gender="female"), Choice("Ethan", "Ethan", gender="male")),
        key("mllm.api_key", "DASHSCOPE_API_KEY"),
        _url("wss://dashscope.aliyuncs.com/api-ws/v1/realtime"),
        *_turns(),
        *_TRANSCRIPTION,
        *_rest(),
    ),
)

MLLM: tuple[Vendor, ...] = (NONE, _OPENAI, _AZURE, _GEMINI, _VERTEX, _XAI, _LIVE, _QWEN)
