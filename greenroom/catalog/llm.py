"""Vendors of the language model (Agora's ``llm`` block)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from greenroom.catalog.parts import DOCS, address, full_address, key
from greenroom.catalog.spec import Choice, Condition, Effect, Setting, Vendor

_OVERVIEW = "https://docs.agora.io/en/conversational-ai/models/llm/overview"
_OWN: Mapping[str, Any] = {"llm.credential_mode": "byok"}
_OPENAI = {**_OWN, "llm.style": "openai"}
#: Google's models use another name for max tokens.
_GOOGLE_NAMES = {"llm.params.max_tokens": "llm.params.max_output_tokens"}


#: The URL is built from these settings unless a full one is set.
_BUILT: tuple[Condition, ...] = (("address", (None, "")),)


def _model(
    default: str | None, *choices: Choice, path: str = "llm.params.model", effect: Effect = "live", required: bool = True
) -> Setting:
    """A model choice that also accepts unlisted names. A model that is part of the URL changes on restart."""
    return Setting(
        "model",
        "Model",
        "The model that writes the answers.",
        "choice",
        path,
        default=default,
        required=required,
        open=True,
        choices=choices,
        effect=effect,
        high=200,
    )


def _url(help: str) -> Setting:
    return Setting("url", "URL", help, "line", "llm.url", required=True, high=2048)


def _optional_key(env: str) -> Setting:
    return Setting(
        "api_key",
        "API key",
        "The server reads this credential; the value is never shown or stored with the agent.",
        "secret",
        "llm.api_key",
        env=env,
    )


_MANAGED = Vendor(
    role="llm",
    id="managed",
    label="OpenAI (managed by Agora)",
    help="No key needed in the cloud. Offline, uses a model server on this computer if running, else a small built-in model.",
    docs=f"{DOCS}/llm/openai",
    fixed={
        "llm.credential_mode": "managed",
        "llm.vendor": "openai",
        "llm.url": "https://api.openai.com/v1/chat/completions",
    },
    settings=(
        Setting(
            "model",
            "Model",
            "The model that writes the answers.",
            "choice",
            "llm.params.model",
            default="gpt-4o-mini",
            required=True,
            effect="live",
            choices=(
                Choice("gpt-4o-mini", "GPT-4o mini", "fast, good for voice"),
                Choice("gpt-4.1-mini", "GPT-4.1 mini", "follows long prompts well"),
                Choice("gpt-5-mini", "GPT-5 mini", "stronger, slower to start"),
                Choice("gpt-5-nano", "GPT-5 nano", "cheapest"),
            ),
        ),
    ),
)

_COMPATIBLE = Vendor(
    role="llm",
    id="compatible",
    label="Custom model (OpenAI-compatible)",
    help="Any server with OpenAI's streaming chat completions API: a cloud vendor, vLLM, Ollama or your own code.",
    docs="https://docs.agora.io/en/conversational-ai/develop/custom-llm",
    fixed=_OPENAI,
    settings=(
        _url("The full chat completions URL, ending in /chat/completions."),
        Setting(
            "model",
            "Model",
            "The model's name on that server.",
            "line",
            "llm.params.model",
            high=200,
            effect="live",
        ),
        _optional_key("CUSTOM_LLM_API_KEY"),
    ),
)

_OPENAI_OWN = Vendor(
    role="llm",
    id="openai",
    label="OpenAI (your account)",
    help="OpenAI's models with your own key, including every model of your account.",
    docs=f"{DOCS}/llm/openai",
    fixed=_OPENAI,
    hosts=("api.openai.com",),
    settings=(
        _model(
            "gpt-4o-mini",
            Choice("gpt-4o-mini", "GPT-4o mini", "fast, good for voice"),
            Choice("gpt-4o", "GPT-4o", "stronger"),
            Choice("gpt-4.1-mini", "GPT-4.1 mini", "follows long prompts well"),
            Choice("gpt-4.1", "GPT-4.1"),
            Choice("gpt-5.5", "GPT-5.5", "strongest, slower to start"),
            Choice("gpt-5.4", "GPT-5.4"),
            Choice("gpt-5.4-mini", "GPT-5.4 mini"),
            Choice("gpt-5.4-nano", "GPT-5.4 nano", "cheapest"),
            Choice("gpt-5-mini", "GPT-5 mini", "stronger, slower to start"),
            Choice("gpt-5-nano", "GPT-5 nano"),
        ),
        key("llm.api_key", "OPENAI_API_KEY"),
        address("llm.url", "https://api.openai.com/v1/chat/completions"),
    ),
)

_AZURE = Vendor(
    role="llm",
    id="azure",
    label="Azure OpenAI",
    help="A model deployed in your Microsoft Azure account.",
    docs=_OVERVIEW,
    fixed={**_OPENAI, "llm.vendor": "azure"},
    hosts=("openai.azure.com", "cognitiveservices.azure.com", "services.ai.azure.com"),
    templates={"llm.url": "{endpoint}/openai/deployments/{deployment}/chat/completions?api-version={api_version}"},
    settings=(
        Setting(
            "endpoint",
            "Resource",
            "The resource URL, such as https://my-company.openai.azure.com.",
            "line",
            "",
            required=True,
            high=500,
            when=_BUILT,
        ),
        Setting("deployment", "Deployment", "The deployment's name in Azure.", "line", "", required=True, high=200, when=_BUILT),
        _model(None, Choice("gpt-4o-mini", "GPT-4o mini"), Choice("gpt-4o", "GPT-4o"), Choice("gpt-4.1-mini", "GPT-4.1 mini")),
        key("llm.api_key", "AZURE_OPENAI_API_KEY"),
        Setting(
            "api_version",
            "API version",
            "The api-version that Azure expects. Change it for newer API features.",
            "line",
            "",
            default="2024-08-01-preview",
            required=True,
            high=40,
            more=True,
            when=_BUILT,
        ),
        full_address("llm.url"),
    ),
)

_ANTHROPIC = Vendor(
    role="llm",
    id="anthropic",
    label="Anthropic Claude",
    help="Claude models with your own key. The maximum temperature is 1.",
    docs=f"{DOCS}/llm/claude",
    fixed={**_OWN, "llm.style": "anthropic"},
    hosts=("anthropic.com",),
    settings=(
        _model(
            "claude-haiku-4-5",
            Choice("claude-haiku-4-5", "Claude Haiku 4.5", "fastest, good for voice"),
            Choice("claude-sonnet-4-5", "Claude Sonnet 4.5", "stronger"),
            Choice("claude-opus-4-8", "Claude Opus 4.8", "strongest, slower to start"),
        ),
        key("llm.api_key", "ANTHROPIC_API_KEY"),
        address("llm.url", "https://api.anthropic.com/v1/messages"),
        Setting(
            "version",
            "API version",
            "The anthropic-version header, which Anthropic requires.",
            "line",
            "llm.headers.anthropic-version",
            default="2023-06-01",
            high=40,
            more=True,
        ),
    ),
)

_GEMINI_MODELS = (
    Choice("gemini-3.6-flash", "Gemini 3.6 Flash"),
    Choice("gemini-2.5-flash", "Gemini 2.5 Flash"),
    Choice("gemini-2.5-flash-lite", "Gemini 2.5 Flash-Lite", "fastest"),
)
_GOOGLE_SETTINGS = (
    Setting(
        "top_k",
        "Top K",
        "Considers only the k likeliest words. Lower it for more predictable answers.",
        "whole",
        "llm.params.top_k",
        low=1,
        high=1000,
        usual=(1, 100),
        step=1,
        effect="live",
        more=True,
    ),
    Setting(
        "ignore_empty",
        "Ignore empty answers",
        "Gemini sometimes returns an empty answer. Turn on so it doesn't count as a failure.",
        "switch",
        "llm.ignore_empty",
        more=True,
    ),
)

_GEMINI = Vendor(
    role="llm",
    id="gemini",
    label="Google Gemini",
    help="Gemini models with a Google AI Studio key.",
    docs=f"{DOCS}/llm/gemini",
    fixed={**_OWN, "llm.style": "gemini"},
    hosts=("generativelanguage.googleapis.com",),
    # Google takes the key in the address only: it is masked wherever an address is shown.
    templates={
        "llm.url": "https://generativelanguage.googleapis.com/v1beta/models/{model}:streamGenerateContent?alt=sse&key={api_key}"
    },
    messages="gemini",
    renames=_GOOGLE_NAMES,
    settings=(
        _model("gemini-3.6-flash", *_GEMINI_MODELS, effect="restart"),
        key("", "GEMINI_API_KEY", when=_BUILT),
        *_GOOGLE_SETTINGS,
        full_address("llm.url"),
    ),
)

_VERTEX = Vendor(
    role="llm",
    id="vertex",
    label="Google Vertex AI",
    help="Gemini models in your Google Cloud project. The access token expires after one hour.",
    docs=f"{DOCS}/llm/google-vertex-ai",
    fixed={**_OWN, "llm.style": "gemini"},
    hosts=("aiplatform.googleapis.com",),
    templates={
        "llm.url": "https://{location}-aiplatform.googleapis.com/v1/projects/{project}/locations/{location}"
        "/publishers/google/models/{model}:streamGenerateContent?alt=sse"
    },
    messages="gemini",
    renames=_GOOGLE_NAMES,
    settings=(
        Setting("project", "Project", "The ID of your Google Cloud project.", "line", "", required=True, high=100, when=_BUILT),
        Setting(
            "location",
            "Location",
            "The region, such as us-central1.",
            "line",
            "",
            default="us-central1",
            required=True,
            high=60,
            when=_BUILT,
        ),
        _model(
            "gemini-2.0-flash-001",
            Choice("gemini-2.0-flash-001", "Gemini 2.0 Flash"),
            *_GEMINI_MODELS[1:],
            effect="restart",
        ),
        key("llm.api_key", "VERTEX_ACCESS_TOKEN", label="Access token"),
        *_GOOGLE_SETTINGS,
        full_address("llm.url"),
    ),
)

_BY_KEYS, _BY_API_KEY = "keys", "api_key"
_BEDROCK = Vendor(
    role="llm",
    id="bedrock",
    label="Amazon Bedrock",
    help="Models from several providers in your AWS account.",
    docs=f"{DOCS}/llm/amazon",
    fixed={**_OWN, "llm.style": "bedrock"},
    hosts=("amazonaws.com",),
    templates={"llm.url": "https://bedrock-runtime.{region}.amazonaws.com/model/{model}/converse-stream"},
    settings=(
        _model(
            "us.anthropic.claude-sonnet-4-20250514-v1:0",
            Choice("us.anthropic.claude-sonnet-4-20250514-v1:0", "Claude Sonnet 4"),
            Choice("us.amazon.nova-lite-v1:0", "Amazon Nova Lite", "fast"),
            Choice("us.amazon.nova-pro-v1:0", "Amazon Nova Pro"),
            path="llm.model",
            effect="restart",
        ),
        Setting(
            "region",
            "Region",
            "The AWS region, such as us-east-1.",
            "line",
            "llm.region",
            default="us-east-1",
            required=True,
            high=40,
        ),
        Setting(
            "auth",
            "Authentication",
            "A Bedrock API key, or an AWS access key pair.",
            "choice",
            "",
            default=_BY_KEYS,
            required=True,
            choices=(Choice(_BY_KEYS, "AWS access keys"), Choice(_BY_API_KEY, "Bedrock API key")),
        ),
        key("llm.access_key", "AWS_ACCESS_KEY_ID", "Access key ID", "access_key", when=(("auth", (_BY_KEYS,)),)),
        key("llm.secret_key", "AWS_SECRET_ACCESS_KEY", "Secret access key", "secret_key", when=(("auth", (_BY_KEYS,)),)),
        key("llm.api_key", "AWS_BEARER_TOKEN_BEDROCK", when=(("auth", (_BY_API_KEY,)),)),
        full_address("llm.url"),
    ),
)

_DIFY = Vendor(
    role="llm",
    id="dify",
    label="Dify",
    help="An app built in Dify, through Agora's plugin. Set model, temperature and tools in its workflow.",
    docs=f"{DOCS}/llm/dify",
    fixed={**_OWN, "llm.style": "dify"},
    hosts=("dify.ai",),
    renames={f"llm.params.{name}": "" for name in ("temperature", "max_tokens", "top_p")},
    settings=(
        _url("The plugin's endpoint URL."),
        key("llm.api_key", "DIFY_API_KEY"),
        _model("default", Choice("default", "Set by the app"), required=False),
        Setting("user", "User", "The user ID that Dify records.", "line", "llm.params.user", high=200, more=True),
        Setting(
            "conversation",
            "Conversation",
            "ID of a Dify conversation to continue.",
            "line",
            "llm.params.conversation_id",
            high=200,
            more=True,
        ),
    ),
)

_XAI = Vendor(
    role="llm",
    id="xai",
    label="xAI Grok",
    help="Grok models with your own key.",
    docs=f"{DOCS}/llm/xai",
    fixed={**_OPENAI, "llm.vendor": "xai"},
    hosts=("x.ai",),
    settings=(
        _model("grok-4.3", Choice("grok-4.3", "Grok 4.3")),
        key("llm.api_key", "XAI_API_KEY"),
        address("llm.url", "https://api.x.ai/v1/chat/completions"),
    ),
)

_GROQ = Vendor(
    role="llm",
    id="groq",
    label="Groq",
    help="Open models on very fast hardware, with your own key.",
    docs=_OVERVIEW,
    fixed=_OPENAI,
    hosts=("groq.com",),
    settings=(
        _model(
            "llama-3.3-70b-versatile",
            Choice("llama-3.3-70b-versatile", "Llama 3.3 70B"),
            Choice("llama-3.1-8b-instant", "Llama 3.1 8B", "fastest"),
            Choice("openai/gpt-oss-20b", "GPT-OSS 20B"),
            Choice("openai/gpt-oss-120b", "GPT-OSS 120B"),
        ),
        key("llm.api_key", "GROQ_API_KEY"),
        address("llm.url", "https://api.groq.com/openai/v1/chat/completions"),
    ),
)

_CUSTOM = Vendor(
    role="llm",
    id="custom",
    label="Custom (your own code)",
    help=(
        "Like an OpenAI-compatible server, but Agora adds turn_id (from 0) and timestamp (ms) to each message. The response "
        "may start with metadata that blocks interruptions. Agora's tools aren't supported: call tools in your own code."
    ),
    docs=_OVERVIEW,
    fixed={**_OPENAI, "llm.vendor": "custom"},
    settings=(
        _url("The full URL of your service, which streams chat completions."),
        Setting("model", "Model", "The model name sent to your service.", "line", "llm.params.model", high=200, effect="live"),
        _optional_key("CUSTOM_LLM_API_KEY"),
    ),
)

LLM: tuple[Vendor, ...] = (
    _MANAGED,
    _COMPATIBLE,
    _OPENAI_OWN,
    _AZURE,
    _ANTHROPIC,
    _GEMINI,
    _VERTEX,
    _BEDROCK,
    _DIFY,
    _XAI,
    _GROQ,
    _CUSTOM,
)
