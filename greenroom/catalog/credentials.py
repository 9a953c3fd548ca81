"""Every credential: its label, where to get it, and the cheapest API call that verifies it, if one is known.

The calls follow the vendors' documentation; none creates anything, and ``costs`` marks those that are not free.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from greenroom.catalog.conversation import GROUPS
from greenroom.catalog.vendors import VENDORS

Pairs = tuple[tuple[str, str], ...]

#: The format of credential names, custom ones included.
NAME = re.compile(r"[A-Z][A-Z0-9_]{1,63}")
BEARER: Pairs = (("Authorization", "Bearer {key}"),)


@dataclass(frozen=True, slots=True)
class Proof:
    """A cheap API call that verifies a credential. ``{key}`` is the credential, in headers and form fields.

    ``refused`` are the statuses that mean "this is not a valid key". Where another reason is as likely (a key of another
    region, a key with fewer rights), the status is in ``unclear`` instead, with what it may mean. ``refused_text``: what
    the body of a 200 holds when the vendor means no; ``limited_text``: what the body of a refusal holds when the key is good
    but may not do this one thing.
    """

    url: str
    headers: Pairs = BEARER
    method: str = "GET"
    json: Mapping[str, object] | None = None
    form: Pairs = ()
    refused: tuple[int, ...] = (401, 403)
    unclear: Mapping[int, str] = field(default_factory=dict)
    refused_text: str = ""
    limited_text: str = ""
    costs: str = ""


@dataclass(frozen=True, slots=True)
class Credential:
    """One credential. ``page`` is where to get it. ``proof`` is None when no cheap verification call is known."""

    name: str
    label: str
    page: str = ""
    proof: Proof | None = None
    about: str = ""


def _header(name: str, *more: tuple[str, str], value: str = "{key}") -> Pairs:
    return ((name, value), *more)


_LIMITED = {403: "The key may lack the permission that this check uses."}

CREDENTIALS: tuple[Credential, ...] = (
    Credential(
        "OPENAI_API_KEY",
        "OpenAI",
        "https://platform.openai.com/api-keys",
        Proof("https://api.openai.com/v1/models", refused=(401,), unclear=_LIMITED),
    ),
    Credential(
        "ANTHROPIC_API_KEY",
        "Anthropic",
        "https://console.anthropic.com/settings/keys",
        Proof("https://api.anthropic.com/v1/models", _header("x-api-key", ("anthropic-version", "2023-06-01"))),
    ),
    Credential(
        "GEMINI_API_KEY",
        "Google Gemini",
        "https://aistudio.google.com/apikey",
        Proof(
            "https://generativelanguage.googleapis.com/v1beta/models?pageSize=1",
            _header("x-goog-api-key"),
            refused=(400, 401, 403),
        ),
    ),
    Credential("GROQ_API_KEY", "Groq", "https://console.groq.com/keys", Proof("https://api.groq.com/openai/v1/models")),
    Credential("XAI_API_KEY", "xAI", "https://console.x.ai", Proof("https://api.x.ai/v1/api-key", refused=(400, 401, 403))),
    Credential("MISTRAL_API_KEY", "Mistral", "https://console.mistral.ai/api-keys", Proof("https://api.mistral.ai/v1/models")),
    Credential(
        "AZURE_OPENAI_API_KEY",
        "Azure OpenAI",
        "https://portal.azure.com",
        about="Belongs to the Azure resource whose URL is set in the agent. It can only be tested in a call.",
    ),
    Credential(
        "VERTEX_ACCESS_TOKEN",
        "Google Vertex AI access token",
        "https://console.cloud.google.com/vertex-ai",
        Proof("https://oauth2.googleapis.com/tokeninfo", (), "POST", form=(("access_token", "{key}"),), refused=(400, 401)),
        about="Expires after one hour.",
    ),
    Credential(
        "GOOGLE_CREDENTIALS_JSON",
        "Google Cloud service account (JSON)",
        "https://console.cloud.google.com/iam-admin/serviceaccounts",
        about="The complete JSON key file.",
    ),
    Credential(
        "AWS_ACCESS_KEY_ID",
        "AWS access key ID",
        "https://console.aws.amazon.com/iam",
        about="Can only be tested together with AWS_SECRET_ACCESS_KEY.",
    ),
    Credential("AWS_SECRET_ACCESS_KEY", "AWS secret access key", "https://console.aws.amazon.com/iam"),
    Credential(
        "AWS_BEARER_TOKEN_BEDROCK",
        "Amazon Bedrock API key",
        "https://console.aws.amazon.com/bedrock",
        Proof(
            "https://bedrock.us-east-1.amazonaws.com/foundation-models",
            refused=(401,),
            unclear={403: "The key is wrong or not allowed in us-east-1, where it was tested."},
        ),
    ),
    Credential(
        "DIFY_API_KEY",
        "Dify",
        "https://cloud.dify.ai",
        Proof(
            "https://api.dify.ai/v1/info",
            refused=(),
            unclear={401: "The key is wrong or belongs to a self-hosted Dify server."},
        ),
    ),
    Credential(
        "DEEPGRAM_API_KEY",
        "Deepgram",
        "https://console.deepgram.com",
        Proof(
            "https://api.deepgram.com/v1/projects",
            _header("Authorization", value="Token {key}"),
            refused=(401,),
            unclear=_LIMITED,
        ),
    ),
    Credential(
        "ASSEMBLYAI_API_KEY",
        "AssemblyAI",
        "https://www.assemblyai.com/dashboard/api-keys",
        Proof("https://api.assemblyai.com/v2/transcript?limit=1", _header("Authorization")),
    ),
    Credential(
        "SPEECHMATICS_API_KEY",
        "Speechmatics",
        "https://portal.speechmatics.com/settings/api-keys",
        Proof("https://asr.api.speechmatics.com/v2/jobs?limit=1"),
    ),
    Credential(
        "AZURE_SPEECH_KEY",
        "Microsoft Azure Speech",
        "https://portal.azure.com",
        Proof(
            "https://eastus.api.cognitive.microsoft.com/sts/v1.0/issueToken",
            _header("Ocp-Apim-Subscription-Key"),
            "POST",
            refused=(),
            unclear={401: "The key is wrong or belongs to another region than eastus, where it was tested."},
        ),
    ),
    Credential(
        "ELEVENLABS_API_KEY",
        "ElevenLabs",
        "https://elevenlabs.io/app/settings/api-keys",
        Proof("https://api.elevenlabs.io/v1/user", _header("xi-api-key"), limited_text="missing_permissions"),
    ),
    Credential(
        "CARTESIA_API_KEY",
        "Cartesia",
        "https://play.cartesia.ai/keys",
        Proof("https://api.cartesia.ai/voices/?limit=1", _header("X-API-Key", ("Cartesia-Version", "2024-11-13"))),
    ),
    Credential(
        "MINIMAX_API_KEY",
        "MiniMax",
        "https://platform.minimax.io/user-center/basic-information/interface-key",
        Proof(
            "https://api.minimax.io/v1/get_voice",
            method="POST",
            json={"voice_type": "voice_cloning"},
            refused_text='"status_code":1004',
        ),
    ),
    Credential(
        "HUME_API_KEY",
        "Hume",
        "https://platform.hume.ai/settings/keys",
        Proof("https://api.hume.ai/v0/tts/voices?provider=HUME_AI&page_size=1", _header("X-Hume-Api-Key")),
    ),
    Credential("RIME_API_KEY", "Rime", "https://app.rime.ai/tokens"),
    Credential(
        "FISH_API_KEY", "Fish Audio", "https://fish.audio/app/api-keys", Proof("https://api.fish.audio/wallet/self/api-credit")
    ),
    Credential(
        "SARVAM_API_KEY",
        "Sarvam",
        "https://dashboard.sarvam.ai",
        Proof(
            "https://api.sarvam.ai/text-lid",
            _header("api-subscription-key"),
            "POST",
            json={"input": "Hello"},
            costs="The test detects the language of one word, which costs a fraction of a cent.",
        ),
    ),
    Credential(
        "MURF_API_KEY", "Murf", "https://murf.ai/api/dashboard", Proof("https://api.murf.ai/v1/speech/voices", _header("api-key"))
    ),
    Credential(
        "TYPECAST_API_KEY",
        "Typecast",
        "https://typecast.ai/developers/api",
        Proof("https://api.typecast.ai/v1/voices", _header("X-API-KEY")),
    ),
    Credential("GRADIUM_API_KEY", "Gradium", "https://gradium.ai"),
    Credential("SMALLEST_API_KEY", "Smallest AI", "https://console.smallest.ai/apikeys"),
    Credential("GENERIC_TTS_API_KEY", "Custom speech server", about="Any key your server accepts."),
    Credential("CUSTOM_LLM_API_KEY", "Custom model server", about="Any key your server accepts."),
    Credential("FILLER_LLM_API_KEY", "Filler word model", about="Any key that server accepts."),
    Credential("AKOOL_API_KEY", "Akool", "https://akool.com/openapi"),
    Credential(
        "LIVEAVATAR_API_KEY",
        "LiveAvatar (HeyGen)",
        "https://app.liveavatar.com/developers",
        Proof("https://api.liveavatar.com/v1/avatars?page_size=1", _header("X-API-KEY")),
    ),
    Credential("ANAM_API_KEY", "Anam", "https://lab.anam.ai/api-keys", Proof("https://api.anam.ai/v1/personas?perPage=1")),
    Credential("LEMONSLICE_API_KEY", "LemonSlice", "https://lemonslice.com"),
    Credential("PROTOFACE_API_KEY", "Protoface", "https://protoface.com"),
    Credential(
        "TAVUS_API_KEY",
        "Tavus",
        "https://platform.tavus.io/api-keys",
        Proof("https://tavusapi.com/v2/replicas?limit=1", _header("x-api-key")),
    ),
    Credential("AVATAR_API_KEY", "Custom avatar service", about="Any key that service accepts."),
    Credential("RTC_ENCRYPTION_KEY", "Media encryption key", about="Any passphrase. Both ends of a call use the same one."),
    Credential(
        "DASHSCOPE_API_KEY",
        "Alibaba Model Studio",
        "https://bailian.console.aliyun.com",
        Proof("https://dashscope.aliyuncs.com/compatible-mode/v1/models"),
    ),
    Credential(
        "COSYVOICE_API_KEY",
        "CosyVoice (Alibaba Model Studio)",
        "https://bailian.console.aliyun.com",
        Proof("https://dashscope.aliyuncs.com/compatible-mode/v1/models"),
    ),
    Credential(
        "STEPFUN_API_KEY", "StepFun", "https://platform.stepfun.com/interface-key", Proof("https://api.stepfun.com/v1/models")
    ),
    Credential("BYTEDANCE_TTS_TOKEN", "ByteDance speech token", "https://console.volcengine.com/speech/app"),
    Credential("TENCENT_SECRET_ID", "Tencent Cloud secret ID", "https://console.cloud.tencent.com/cam/capi"),
    Credential("TENCENT_SECRET_KEY", "Tencent Cloud secret key", "https://console.cloud.tencent.com/cam/capi"),
    Credential("XFYUN_API_KEY", "iFLYTEK API key", "https://console.xfyun.cn"),
    Credential("XFYUN_API_SECRET", "iFLYTEK API secret", "https://console.xfyun.cn"),
    Credential("XFYUN_ACCESS_KEY_ID", "iFLYTEK access key ID", "https://console.xfyun.cn"),
    Credential("XFYUN_ACCESS_KEY_SECRET", "iFLYTEK access key secret", "https://console.xfyun.cn"),
    Credential("SENSETIME_APP_KEY", "SenseTime app key", "https://www.sensetime.com"),
    Credential("SPATIUS_API_KEY", "Spatius", "https://app.spatius.ai"),
)


def known() -> tuple[Credential, ...]:
    """The list above plus a plain entry for every other credential that a catalog setting needs."""
    listed = {credential.name for credential in CREDENTIALS}
    more = {name: label for name, label in _uses() if name not in listed}
    return CREDENTIALS + tuple(Credential(name, label.partition(" (")[0]) for name, label in sorted(more.items()))


def wanted_by() -> Mapping[str, tuple[str, ...]]:
    'Map each credential to the vendors and settings that use it, by label ("Deepgram (speech recognition)").'
    labels_of: dict[str, dict[str, None]] = {}
    for name, label in _uses():
        labels_of.setdefault(name, {})[label] = None
    return {name: tuple(labels) for name, labels in labels_of.items()}


def _uses() -> Iterator[tuple[str, str]]:
    for group in GROUPS:
        for role in group.roles:
            for vendor in VENDORS[role]:
                for setting in vendor.settings:
                    if setting.env:
                        yield setting.env, f"{vendor.label} ({group.label.lower()})"
        for setting in group.settings:
            if setting.env:
                yield setting.env, f"{setting.label} ({group.label.lower()})"
