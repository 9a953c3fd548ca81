"""Vendors of the language model (Agora's ``llm`` block)."""

from greenroom.catalog.spec import Choice, Setting, Vendor

LLM: tuple[Vendor, ...] = (
    Vendor(
        role="llm",
        id="managed",
        label="OpenAI (managed by Agora)",
        help="No key needed in the cloud. Offline: a model server on this machine if one answers, else the small built-in model.",
        docs="https://docs.agora.io/en/conversational-ai/models/llm/openai",
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
    ),
    Vendor(
        role="llm",
        id="compatible",
        label="Your own model (OpenAI-compatible)",
        help="Any server that speaks OpenAI's chat completions with streaming: a cloud vendor, vLLM, Ollama, your own code.",
        docs="https://docs.agora.io/en/conversational-ai/develop/custom-llm",
        fixed={"llm.credential_mode": "byok", "llm.style": "openai"},
        settings=(
            Setting(
                "url",
                "Address",
                "The full address of chat completions, ending in /chat/completions.",
                "line",
                "llm.url",
                required=True,
                high=2048,
            ),
            Setting(
                "model",
                "Model",
                "The model's name as the server knows it.",
                "line",
                "llm.params.model",
                high=200,
                effect="live",
            ),
            Setting(
                "api_key",
                "API key",
                "Taken from this variable on the server; the value is never shown or stored with the agent.",
                "secret",
                "llm.api_key",
                env="OPENAI_API_KEY",
            ),
        ),
    ),
)
