"""Vendors of speech recognition (Agora's ``asr`` block)."""

from dataclasses import replace

from greenroom.catalog import languages as lang
from greenroom.catalog.parts import DOCS, DOCS_CN, OWN_ACCOUNT, account, address, input_rate, key, language
from greenroom.catalog.spec import Choice, Setting, Vendor

ARES = Vendor(
    role="asr",
    id="ares",
    label="Ares (Agora)",
    help="Agora's own speech recognition; no key needed. Offline, Moonshine replaces it (English only).",
    docs=f"{DOCS}/asr/ares",
    fixed={"asr.vendor": "ares"},
    settings=(
        Setting(
            "language",
            "Language",
            "The caller's language.",
            "choice",
            "asr.language",
            default="en-US",
            open=True,
            choices=lang.AGORA,
        ),
    ),
)

DEEPGRAM = Vendor(
    role="asr",
    id="deepgram",
    label="Deepgram",
    help="Fast and accurate, especially in English. Uses Agora's account or your own.",
    docs=f"{DOCS}/asr/deepgram",
    fixed={"asr.vendor": "deepgram"},
    settings=(
        language(
            "asr.params.language",
            (*lang.languages("en-US", "en", "en-GB", "en-IN", "multi"), *(c for c in lang.SHORT if c.value != "en")),
            "en-US",
            required=False,
        ),
        account("asr"),
        key("asr.params.key", "DEEPGRAM_API_KEY", when=OWN_ACCOUNT),
        Setting(
            "model",
            "Model",
            "Agora's account offers Nova 3 and Nova 2; your own account offers all models.",
            "choice",
            "asr.params.model",
            default="nova-3",
            open=True,
            choices=(
                Choice("nova-3", "Nova 3", "newest"),
                Choice("nova-2", "Nova 2"),
                Choice("enhanced", "Enhanced", "own account only"),
                Choice("base", "Base", "own account only"),
            ),
        ),
        Setting(
            "keyterm",
            "Keyterms",
            "Names or terms that are easily misheard. Nova 3 only.",
            "line",
            "asr.params.keyterm",
            high=500,
            more=True,
            when=(("model", ("nova-3",)),),
        ),
        Setting(
            "smart_format",
            "Smart formatting",
            "Formats amounts, dates and times in the transcript.",
            "switch",
            "asr.params.smart_format",
            more=True,
        ),
        Setting(
            "punctuation",
            "Punctuation",
            "Adds punctuation to the transcript.",
            "switch",
            "asr.params.punctuation",
            more=True,
        ),
        address("asr.params.url", "wss://api.deepgram.com/v1/listen"),
    ),
)

MICROSOFT = Vendor(
    role="asr",
    id="microsoft",
    label="Microsoft Azure",
    help="Azure's speech recognition, with your own Azure account.",
    docs=f"{DOCS}/asr/microsoft",
    fixed={"asr.vendor": "microsoft"},
    settings=(
        key("asr.params.key", "AZURE_SPEECH_KEY"),
        Setting(
            "region",
            "Azure region",
            "The region of your Azure speech resource.",
            "choice",
            "asr.params.region",
            default="eastus",
            required=True,
            open=True,
            choices=(
                Choice("eastus", "East US"),
                Choice("westus2", "West US 2"),
                Choice("westeurope", "West Europe"),
                Choice("northeurope", "North Europe"),
                Choice("southeastasia", "Southeast Asia"),
                Choice("japaneast", "Japan East"),
            ),
        ),
        language("asr.params.language", lang.COMMON, "en-US"),
        Setting(
            "phrase_list",
            "Keywords",
            "Names and terms that are easily misheard, one per line.",
            "texts",
            "asr.params.phrase_list",
            high=500,
            more=True,
        ),
    ),
)

OPENAI = Vendor(
    role="asr",
    id="openai",
    label="OpenAI",
    help="OpenAI's transcription models, with your own OpenAI account.",
    docs=f"{DOCS}/asr/openai",
    fixed={"asr.vendor": "openai"},
    settings=(
        key("asr.params.api_key", "OPENAI_API_KEY"),
        Setting(
            "model",
            "Model",
            "The speech recognition model.",
            "choice",
            "asr.params.input_audio_transcription.model",
            default="gpt-4o-mini-transcribe",
            required=True,
            open=True,
            choices=(
                Choice("gpt-4o-mini-transcribe", "GPT-4o mini Transcribe", "fast"),
                Choice("gpt-4o-transcribe", "GPT-4o Transcribe", "most accurate"),
                Choice("whisper-1", "Whisper", "older"),
            ),
        ),
        language("asr.params.input_audio_transcription.language", lang.SHORT, "en"),
        Setting(
            "prompt",
            "Prompt",
            "Describes what to expect: topic, names and spelling. Add one if terms are transcribed wrong.",
            "prose",
            "asr.params.input_audio_transcription.prompt",
            default="A phone call with a voice assistant.",
            required=True,
            high=2_000,
        ),
    ),
)

GOOGLE = Vendor(
    role="asr",
    id="google",
    label="Google Cloud",
    help="Google's Speech-to-Text, with your own Google Cloud project.",
    docs=f"{DOCS}/asr/google",
    fixed={"asr.vendor": "google"},
    settings=(
        key("asr.params.adc_credentials_string", "GOOGLE_CREDENTIALS_JSON", "Service account (JSON)", "credentials_json"),
        Setting(
            "project_id",
            "Project",
            "ID of your Google Cloud project.",
            "line",
            "asr.params.project_id",
            required=True,
            high=64,
        ),
        Setting(
            "location",
            "Region",
            "The Google Cloud region. Some models are only available in some regions.",
            "choice",
            "asr.params.location",
            default="global",
            required=True,
            open=True,
            choices=(
                Choice("global", "Global"),
                Choice("us", "United States"),
                Choice("eu", "Europe"),
                Choice("us-central1", "Iowa"),
                Choice("europe-west4", "Netherlands"),
                Choice("asia-southeast1", "Singapore"),
            ),
        ),
        language("asr.params.language", lang.COMMON, "en-US"),
        Setting(
            "model",
            "Model",
            "Leave empty for Google's default.",
            "choice",
            "asr.params.model",
            more=True,
            open=True,
            choices=(
                Choice("long", "Long"),
                Choice("telephony", "Telephony"),
                Choice("chirp_2", "Chirp 2"),
                Choice("chirp_3", "Chirp 3"),
            ),
        ),
    ),
)

GEMINI = Vendor(
    role="asr",
    id="gemini",
    label="Google Gemini",
    help="Gemini's live transcription, with your own Gemini key.",
    docs=f"{DOCS}/asr/gemini",
    fixed={"asr.vendor": "gemini"},
    settings=(
        key("asr.params.api_key", "GEMINI_API_KEY"),
        Setting(
            "model",
            "Model",
            "The speech recognition model.",
            "choice",
            "asr.params.model",
            default="gemini-3.5-transcribe-live",
            required=True,
            open=True,
            choices=(
                Choice("gemini-3.5-transcribe-live", "Gemini 3.5 Transcribe"),
                Choice("gemini-3.5-transcribe-live-preview", "Gemini 3.5 Transcribe (preview)"),
            ),
        ),
        language("asr.params.language", lang.COMMON, "en-US", required=False),
        Setting(
            "mode",
            "Transcription mode",
            "Verbatim keeps every word; Smart removes fillers and repetitions.",
            "choice",
            "asr.params.mode",
            default="VERBATIM",
            choices=(Choice("VERBATIM", "Verbatim"), Choice("SMART", "Smart")),
        ),
        Setting(
            "language_hints",
            "Language hints",
            "Codes such as en-US, one per line. They replace the language above.",
            "texts",
            "asr.params.language_hints",
            more=True,
        ),
        Setting(
            "custom_vocabulary",
            "Keywords",
            "Names and terms that are easily misheard, one per line. Not available with word timestamps.",
            "texts",
            "asr.params.custom_vocabulary",
            more=True,
        ),
        Setting(
            "word_timestamp",
            "Word timestamps",
            "Reports when each word was spoken. Verbatim mode only, without keywords.",
            "switch",
            "asr.params.word_timestamp",
            more=True,
            when=(("mode", ("VERBATIM",)), ("custom_vocabulary", (None, [], ()))),
        ),
        Setting(
            "diarization",
            "Speaker diarization",
            "Labels each speaker. Verbatim mode only.",
            "switch",
            "asr.params.diarization",
            more=True,
            when=(("mode", ("VERBATIM",)),),
        ),
        input_rate("asr.params.sample_rate"),
    ),
)

AMAZON = Vendor(
    role="asr",
    id="amazon",
    label="Amazon Transcribe",
    help="Amazon's streaming transcription, with your own AWS account.",
    docs=f"{DOCS}/asr/amazon",
    fixed={"asr.vendor": "amazon"},
    settings=(
        key("asr.params.access_key_id", "AWS_ACCESS_KEY_ID", "Access key ID", "access_key_id"),
        key("asr.params.secret_access_key", "AWS_SECRET_ACCESS_KEY", "Secret access key", "secret_access_key"),
        Setting(
            "region",
            "AWS region",
            "The AWS region that runs Transcribe.",
            "choice",
            "asr.params.region",
            default="us-east-1",
            required=True,
            open=True,
            choices=(
                Choice("us-east-1", "N. Virginia"),
                Choice("us-west-2", "Oregon"),
                Choice("eu-west-1", "Ireland"),
                Choice("eu-central-1", "Frankfurt"),
                Choice("ap-southeast-1", "Singapore"),
                Choice("ap-northeast-1", "Tokyo"),
            ),
        ),
        language("asr.params.language_code", lang.COMMON, "en-US"),
        input_rate("asr.params.media_sample_rate_hz", "media_sample_rate", (8_000, 16_000)),
        Setting(
            "media_encoding",
            "Encoding",
            "Encoding of the audio sent to Amazon.",
            "choice",
            "asr.params.media_encoding",
            more=True,
            open=True,
            choices=(Choice("pcm", "PCM"), Choice("opus", "Opus"), Choice("flac", "FLAC")),
        ),
    ),
)

ASSEMBLYAI = Vendor(
    role="asr",
    id="assemblyai",
    label="AssemblyAI",
    help="AssemblyAI's streaming recognition, with your own account.",
    docs=f"{DOCS}/asr/assembly-ai",
    fixed={"asr.vendor": "assemblyai"},
    settings=(
        key("asr.params.api_key", "ASSEMBLYAI_API_KEY"),
        language("asr.params.language", lang.COMMON, "en-US"),
        address("asr.params.ws_url", "wss://streaming.assemblyai.com/v3/ws"),
    ),
)

SPEECHMATICS = Vendor(
    role="asr",
    id="speechmatics",
    label="Speechmatics",
    help="Realtime recognition in many languages and accents, with your own account.",
    docs=f"{DOCS}/asr/speechmatics",
    fixed={"asr.vendor": "speechmatics"},
    settings=(
        key("asr.params.key", "SPEECHMATICS_API_KEY"),
        language("asr.params.language", (*lang.SHORT, *lang.languages("cmn")), "en"),
        Setting("model", "Model", "Leave empty for the vendor's default.", "line", "asr.params.model", high=100, more=True),
        address("asr.params.uri", "wss://eu2.rt.speechmatics.com/v2"),
    ),
)

SARVAM = Vendor(
    role="asr",
    id="sarvam",
    label="Sarvam",
    help="Speech recognition for Indian languages, with your own account.",
    docs=f"{DOCS}/asr/sarvam",
    fixed={"asr.vendor": "sarvam"},
    settings=(
        key("asr.params.api_key", "SARVAM_API_KEY"),
        language("asr.params.language", (*lang.languages("unknown"), *lang.INDIAN), "en-IN"),
        Setting(
            "model",
            "Model",
            "Leave empty for the vendor's default.",
            "choice",
            "asr.params.model",
            more=True,
            open=True,
            choices=(Choice("saarika:v2.5", "Saarika 2.5"),),
        ),
    ),
)

XAI = Vendor(
    role="asr",
    id="xai",
    label="xAI",
    help="xAI's streaming recognition, with your own account.",
    docs=f"{DOCS}/asr/xai",
    fixed={"asr.vendor": "xai"},
    settings=(
        key("asr.params.api_key", "XAI_API_KEY"),
        language(
            "asr.params.language",
            lang.SHORT,
            "en",
            "The caller's language. Also sets how numbers and amounts are formatted.",
            required=False,
        ),
        input_rate("asr.params.sample_rate"),
        address("asr.params.base_url", "wss://api.x.ai/v1/stt"),
    ),
)


def _flag(name: str, label: str, help: str) -> Setting:
    'A boolean as text: Smallest AI expects "true" and "false" in quotes.'
    return Setting(name, label, help, "switch", f"asr.params.{name}", shape="switch_text", more=True)


SMALLESTAI = Vendor(
    role="asr",
    id="smallestai",
    label="Smallest AI",
    help="Smallest AI's Pulse model for realtime recognition, with your own account.",
    docs=f"{DOCS}/asr/smallest-ai",
    fixed={"asr.vendor": "smallestai"},
    settings=(
        key("asr.params.api_key", "SMALLEST_API_KEY"),
        language("asr.params.language", lang.SHORT, "en", required=False),
        Setting(
            "keywords",
            "Keywords",
            "Words with weights, such as Agora:2,Greenroom:3.",
            "line",
            "asr.params.keywords",
            high=2_000,
            more=True,
        ),
        _flag("punctuate", "Punctuation", "Adds punctuation to the transcript."),
        _flag("capitalize", "Capitalization", "Capitalizes names and sentences."),
        _flag("format", "Formatting", "Applies the vendor's transcript formatting."),
        _flag("itn_normalize", "Numerals", "Writes twenty-three as 23 in final results."),
        _flag("endpointing", "Endpointing", "The vendor detects when the caller has finished."),
        Setting(
            "eou_timeout_ms",
            "Endpointing silence",
            "How long a pause ends a sentence in the vendor's detection.",
            "whole",
            "asr.params.eou_timeout_ms",
            low=0,
            high=10_000,
            step=20,
            unit="ms",
            more=True,
        ),
        _flag("finalize_on_words", "Limit words per result", "Finishes a result after the number of words below."),
        Setting(
            "max_words",
            "Max words per result",
            "Upper limit before a result is finished.",
            "choice",
            "asr.params.max_words",
            open=True,
            high=6,
            more=True,
            choices=(Choice("10", "10"), Choice("20", "20"), Choice("50", "50"), Choice("100", "100")),
        ),
        _flag("vad_events", "Speech events", "Reports when speech starts and ends."),
        _flag("word_timestamps", "Word timestamps", "Reports when each word was spoken."),
        _flag("sentence_timestamps", "Sentence timestamps", "Reports when each sentence was spoken."),
        _flag("diarize", "Speaker diarization", "Labels each speaker in final results."),
        _flag("full_transcript", "Full transcript", "Each result includes everything said so far."),
        _flag("redact_pii", "Redact personal data", "Masks names, addresses and other personal data."),
        _flag("redact_pci", "Redact card data", "Masks payment card numbers and related data."),
        Setting(
            "encoding",
            "Encoding",
            "Encoding of the audio sent to the vendor.",
            "choice",
            "asr.params.encoding",
            more=True,
            open=True,
            choices=(Choice("linear16", "PCM, 16 bit"),),
        ),
        input_rate("asr.params.sample_rate"),
        address("asr.params.url", "wss://api.us.smallest.ai/waves/v1/stt/live"),
    ),
)

FENGMING = Vendor(
    role="asr",
    id="fengming",
    label="Fengming (Agora China)",
    help="Agora's own speech recognition in China; no key needed.",
    docs=DOCS_CN,
    fixed={"asr.vendor": "fengming"},
    market="cn",
    settings=(language("asr.language", lang.languages("zh-CN", "en-US", "zh-HK", "zh-TW"), "zh-CN", required=False),),
)

TENCENT = Vendor(
    role="asr",
    id="tencent",
    label="Tencent Cloud",
    help="Tencent's realtime recognition, with your own account.",
    docs=DOCS_CN,
    fixed={"asr.vendor": "tencent"},
    market="cn",
    settings=(
        key("asr.params.key", "TENCENT_SECRET_ID", "Secret ID", "key"),
        key("asr.params.secret", "TENCENT_SECRET_KEY", "Secret key", "secret"),
        Setting(
            "app_id", "App ID", "The app ID of your Tencent Cloud account.", "line", "asr.params.app_id", required=True, high=64
        ),
        Setting(
            "engine_model_type",
            "Model",
            "The model name contains its sample rate and language.",
            "choice",
            "asr.params.engine_model_type",
            default="16k_zh",
            required=True,
            open=True,
            choices=(Choice("16k_zh", "Chinese"), Choice("16k_zh_large", "Chinese (large)"), Choice("16k_en", "English")),
        ),
        Setting(
            "voice_id",
            "Stream ID",
            "Identifies the stream in Tencent's records.",
            "line",
            "asr.params.voice_id",
            required=True,
            high=128,
        ),
    ),
)

_XFYUN_APP = Setting(
    "app_id", "App ID", "The app ID of your iFLYTEK application.", "line", "asr.params.app_id", required=True, high=64
)

XFYUN = Vendor(
    role="asr",
    id="xfyun",
    label="iFLYTEK",
    help="iFLYTEK's realtime dictation, with your own account.",
    docs=DOCS_CN,
    fixed={"asr.vendor": "xfyun"},
    market="cn",
    settings=(
        key("asr.params.api_key", "XFYUN_API_KEY"),
        key("asr.params.api_secret", "XFYUN_API_SECRET", "API secret", "api_secret"),
        _XFYUN_APP,
        language("asr.params.language", (Choice("zh_cn", "Chinese (Mandarin)"), Choice("en_us", "English (US)")), "zh_cn"),
    ),
)

XFYUN_BIGMODEL = Vendor(
    role="asr",
    id="xfyun_bigmodel",
    label="iFLYTEK large model",
    help="iFLYTEK's large speech recognition model, with your own account.",
    docs=DOCS_CN,
    fixed={"asr.vendor": "xfyun_bigmodel"},
    market="cn",
    settings=(
        key("asr.params.api_key", "XFYUN_API_KEY"),
        key("asr.params.api_secret", "XFYUN_API_SECRET", "API secret", "api_secret"),
        _XFYUN_APP,
        language("asr.params.language", (Choice("zh_cn", "Chinese (Mandarin)"), Choice("mul_cn", "Multilingual")), "zh_cn"),
        Setting(
            "language_name",
            "Language name",
            "The language name in the large model's format.",
            "line",
            "asr.params.language_name",
            default="zh",
            required=True,
            high=32,
            more=True,
        ),
    ),
)

XFYUN_DIALECT = Vendor(
    role="asr",
    id="xfyun_dialect",
    label="iFLYTEK dialects",
    help="iFLYTEK's recognition of Chinese dialects, with your own account.",
    docs=DOCS_CN,
    fixed={"asr.vendor": "xfyun_dialect"},
    market="cn",
    settings=(
        key("asr.params.access_key_id", "XFYUN_ACCESS_KEY_ID", "Access key ID", "access_key_id"),
        key("asr.params.access_key_secret", "XFYUN_ACCESS_KEY_SECRET", "Access key secret", "access_key_secret"),
        _XFYUN_APP,
        language(
            "asr.params.language",
            (Choice("autodialect", "Any dialect"), Choice("zh_cn", "Chinese (Mandarin)")),
            "autodialect",
        ),
    ),
)

_AGORA_LANGUAGE = Setting(
    "agora_language",
    "Agora language",
    "The language Agora uses for turn detection and the transcript. If not set, Agora assumes English (US).",
    "choice",
    "asr.language",
    open=True,
    more=True,
    choices=lang.AGORA,
)


def _with_agora_language(vendor: Vendor) -> Vendor:
    """Every vendor's block takes ``asr.language`` beside the vendor's own language parameter."""
    if any(setting.path == "asr.language" for setting in vendor.settings):
        return vendor
    return replace(vendor, settings=(*vendor.settings, _AGORA_LANGUAGE))


_VENDORS: tuple[Vendor, ...] = (
    ARES,
    DEEPGRAM,
    MICROSOFT,
    OPENAI,
    GOOGLE,
    GEMINI,
    AMAZON,
    ASSEMBLYAI,
    SPEECHMATICS,
    SARVAM,
    XAI,
    SMALLESTAI,
    FENGMING,
    TENCENT,
    XFYUN,
    XFYUN_BIGMODEL,
    XFYUN_DIALECT,
)

ASR: tuple[Vendor, ...] = tuple(map(_with_agora_language, _VENDORS))
