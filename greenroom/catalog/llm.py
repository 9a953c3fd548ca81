"""Vendors of the language model (Agora's ``llm`` block)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from greenroom.catalog.parts import DOCS, address, key
from greenroom.catalog.spec import Choice, Effect, Setting, Vendor

_OVERVIEW = "https://docs.agora.io/en/conversational-ai/models/llm/overview"
_OWN: Mapping[str, Any] = {"llm.credential_mode": "byok"}
_OPENAI = {**_OWN, "llm.style": "openai"}
#: Google's models call the length of an answer otherwise.
_GOOGLE_NAMES = {"llm.params.max_tokens": "llm.params.max_output_tokens"}


def _model(
    default: str | None, *choices: Choice, path: str = "llm.params.model", effect: Effect = "live", required: bool = True
) -> Setting:
    """A model; one that is not listed can be typed. In an address it can only be changed by a restart."""
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
    return Setting("url", "Address", help, "line", "llm.url", required=True, high=2048)


def _optional_key(env: str) -> Setting:
    return Setting(
        "api_key",
        "API key",
        "Taken from this variable on the server; the value is never shown or stored with the agent.",
        "secret",
        "llm.api_key",
        env=env,
    )


_MANAGED = Vendor(
    role="llm",
    id="managed",
    label="OpenAI (managed by Agora)",
    help="No key needed in the cloud. Offline: a model server on this machine if one answers, else the small built-in model.",
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
    label="Your own model (OpenAI-compatible)",
    help="Any server that speaks OpenAI's chat completions with streaming: a cloud vendor, vLLM, Ollama, your own code.",
    docs="https://docs.agora.io/en/conversational-ai/develop/custom-llm",
    fixed=_OPENAI,
    settings=(
        _url("The full address of chat completions, ending in /chat/completions."),
        Setting(
            "model",
            "Model",
            "The model's name as the server knows it.",
            "line",
            "llm.params.model",
            high=200,
            effect="live",
        ),
        _optional_key("OPENAI_API_KEY"),
    ),
)

_OPENAI_OWN = Vendor(
    role="llm",
    id="openai",
    label="OpenAI (your account)",
    help="OpenAI's models with your own key: every model of your account.",
    docs=f"{DOCS}/llm/openai",
    fixed=_OPENAI,
    settings=(
        _model(
            "gpt-4o-mini",
            Choice("gpt-4o-mini", "GPT-4o mini", "fast, good for voice"),
            Choice("gpt-4o", "GPT-4o", "stronger"),
            Choice("gpt-4.1-mini", "GPT-4.1 mini", "follows long prompts well"),
            Choice("gpt-4.1", "GPT-4.1"),
            Choice("gpt-5-mini", "GPT-5 mini", "stronger, slower to start"),
            Choice("gpt-5-nano", "GPT-5 nano", "cheapest"),
        ),
        key("llm.api_key", "OPENAI_API_KEY"),
        address("llm.url", "https://api.openai.com/v1/chat/completions"),
    ),
)

_AZURE = Vendor(
    role="llm",
    id="azure",
    label="Azure OpenAI",
    help="A model that you have deployed in Microsoft Azure.",
    docs=_OVERVIEW,
    fixed={**_OPENAI, "llm.vendor": "azure"},
    templates={"llm.url": "{endpoint}/openai/deployments/{deployment}/chat/completions?api-version={api_version}"},
    settings=(
        Setting(
            "endpoint",
            "Resource",
            "Its address, such as https://my-company.openai.azure.com.",
            "line",
            "",
            required=True,
            high=500,
        ),
        Setting("deployment", "Deployment", "The name you gave the model in Azure.", "line", "", required=True, high=200),
        _model(None, Choice("gpt-4o-mini", "GPT-4o mini"), Choice("gpt-4o", "GPT-4o"), Choice("gpt-4.1-mini", "GPT-4.1 mini")),
        key("llm.api_key", "AZURE_OPENAI_API_KEY"),
        Setting("api_version", "API version", "", "line", "", default="2024-08-01-preview", required=True, high=40, more=True),
    ),
)

_ANTHROPIC = Vendor(
    role="llm",
    id="anthropic",
    label="Anthropic Claude",
    help="Claude models with your own key. Temperature goes up to 1 only.",
    docs=f"{DOCS}/llm/claude",
    fixed={**_OWN, "llm.style": "anthropic", "llm.headers.anthropic-version": "2023-06-01"},
    settings=(
        _model(
            "claude-haiku-4-5",
            Choice("claude-haiku-4-5", "Claude Haiku 4.5", "fastest, good for voice"),
            Choice("claude-sonnet-4-5", "Claude Sonnet 4.5", "stronger"),
            Choice("claude-opus-4-8", "Claude Opus 4.8", "strongest, slower to start"),
        ),
        key("llm.api_key", "ANTHROPIC_API_KEY"),
        address("llm.url", "https://api.anthropic.com/v1/messages"),
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
        "Choice of words (top k)",
        "Only the likeliest k words are considered.",
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
        "Pass over empty answers",
        "Gemini sometimes answers nothing; on, that is no failure.",
        "switch",
        "llm.ignore_empty",
        more=True,
    ),
)

_GEMINI = Vendor(
    role="llm",
    id="gemini",
    label="Google Gemini",
    help="Gemini models with a key of Google AI Studio.",
    docs=f"{DOCS}/llm/gemini",
    fixed={**_OWN, "llm.style": "gemini"},
    # Google takes the key in the address only: it is masked wherever an address is shown.
    templates={
        "llm.url": "https://generativelanguage.googleapis.com/v1beta/models/{model}:streamGenerateContent?alt=sse&key={api_key}"
    },
    messages="gemini",
    renames=_GOOGLE_NAMES,
    settings=(
        _model("gemini-3.6-flash", *_GEMINI_MODELS, effect="restart"),
        key("", "GEMINI_API_KEY"),
        *_GOOGLE_SETTINGS,
    ),
)

_VERTEX = Vendor(
    role="llm",
    id="vertex",
    label="Google Vertex AI",
    help="Gemini models in your Google Cloud project. The access token runs out after an hour.",
    docs=f"{DOCS}/llm/google-vertex-ai",
    fixed={**_OWN, "llm.style": "gemini"},
    templates={
        "llm.url": "https://{location}-aiplatform.googleapis.com/v1/projects/{project}/locations/{location}"
        "/publishers/google/models/{model}:streamGenerateContent?alt=sse"
    },
    messages="gemini",
    renames=_GOOGLE_NAMES,
    settings=(
        Setting("project", "Project", "The id of your Google Cloud project.", "line", "", required=True, high=100),
        Setting(
            "location",
            "Location",
            "Where it runs, such as us-central1.",
            "line",
            "",
            default="us-central1",
            required=True,
            high=60,
        ),
        _model(
            "gemini-2.0-flash-001",
            Choice("gemini-2.0-flash-001", "Gemini 2.0 Flash"),
            *_GEMINI_MODELS[1:],
            effect="restart",
        ),
        key("llm.api_key", "VERTEX_ACCESS_TOKEN", label="Access token"),
        *_GOOGLE_SETTINGS,
    ),
)

_BY_KEYS, _BY_API_KEY = "keys", "api_key"
_BEDROCK = Vendor(
    role="llm",
    id="bedrock",
    label="Amazon Bedrock",
    help="Models of many makers in your AWS account.",
    docs=f"{DOCS}/llm/amazon",
    fixed={**_OWN, "llm.style": "bedrock"},
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
            "Where it runs, such as us-east-1.",
            "line",
            "llm.region",
            default="us-east-1",
            required=True,
            high=40,
        ),
        Setting(
            "auth",
            "How to sign in",
            "With a Bedrock key, or with a pair of AWS access keys.",
            "choice",
            "",
            default=_BY_KEYS,
            required=True,
            choices=(Choice(_BY_KEYS, "AWS access keys"), Choice(_BY_API_KEY, "Bedrock API key")),
        ),
        key("llm.access_key", "AWS_ACCESS_KEY_ID", "Access key id", "access_key", when=(("auth", (_BY_KEYS,)),)),
        key("llm.secret_key", "AWS_SECRET_ACCESS_KEY", "Secret access key", "secret_key", when=(("auth", (_BY_KEYS,)),)),
        key("llm.api_key", "AWS_BEARER_TOKEN_BEDROCK", when=(("auth", (_BY_API_KEY,)),)),
    ),
)

_DIFY = Vendor(
    role="llm",
    id="dify",
    label="Dify",
    help="An app built in Dify, through Agora's plugin. Its workflow holds model and temperature; tools belong there too.",
    docs=f"{DOCS}/llm/dify",
    fixed={**_OWN, "llm.style": "dify"},
    renames={f"llm.params.{name}": "" for name in ("temperature", "max_tokens", "top_p")},
    settings=(
        _url("The address of the plugin's endpoint."),
        key("llm.api_key", "DIFY_API_KEY"),
        _model("default", Choice("default", "As the app says")),
        Setting("user", "User", "How Dify tells people apart.", "line", "llm.params.user", high=200, more=True),
        Setting(
            "conversation",
            "Conversation",
            "Id of a Dify conversation to go on with.",
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
    label="Your own code (custom)",
    help=(
        "Like an OpenAI-compatible server, and Agora adds turn_id (from 0) and timestamp (ms) to each message. Its first line "
        "may be metadata that forbids interrupting the answer. Agora's tools do not work with it: call yours in your code."
    ),
    docs=_OVERVIEW,
    fixed={**_OPENAI, "llm.vendor": "custom"},
    settings=(
        _url("The full address of your service; it streams chat completions."),
        Setting("model", "Model", "What your service is told.", "line", "llm.params.model", high=200, effect="live"),
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
