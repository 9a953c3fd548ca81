"""Vendors' public list prices, each with the page and the month it was read. A vendor without one here has none we could source.

Estimates per minute count what the price is for: a minute of the caller's audio for speech recognition, a minute of the agent's
speech for voices, and a minute of conversation for language models.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from greenroom.catalog.credentials import CREDENTIALS
from greenroom.catalog.parts import MANAGED
from greenroom.catalog.spec import Role, Vendor

#: English speech: 150 words a minute, six characters each with their space.
CHARACTERS_A_MINUTE = 900
#: A conversation with a prompt of some 1,000 tokens: four replies a minute.
TOKENS_IN, TOKENS_OUT = 4 * 1500, 4 * 50


@dataclass(frozen=True, slots=True)
class ListPrice:
    """In US dollars a minute, from the vendor's cheapest to its dearest streaming model."""

    low: float
    high: float
    counts: str
    as_of: str
    source: str

    @property
    def line(self) -> str:
        """In words, for a form or a call: "about $0.005 per minute of audio, list price of August 2026"."""
        amount = _dollars(self.low) if self.low == self.high else f"{_dollars(self.low)} to {_dollars(self.high)}"
        return f"about {amount} per minute of {self.counts}, list price of {self.as_of}"


def _dollars(amount: float) -> str:
    return f"${amount:.2g}" if amount < 0.1 else f"${amount:.2f}"


def _audio(low: float, high: float, as_of: str, source: str) -> ListPrice:
    return ListPrice(low, high, "audio", as_of, source)


def _characters(low: float, high: float, as_of: str, source: str) -> ListPrice:
    """From dollars per million characters."""
    return ListPrice(low * CHARACTERS_A_MINUTE / 1e6, high * CHARACTERS_A_MINUTE / 1e6, "speech", as_of, source)


def _tokens(taken: float, written: float, as_of: str, source: str) -> ListPrice:
    """From dollars per million tokens that the model takes and writes."""
    amount = (taken * TOKENS_IN + written * TOKENS_OUT) / 1e6
    return ListPrice(amount, amount, "conversation", as_of, source)


_DEEPGRAM, _AZURE = (
    "https://deepgram.com/pricing",
    "https://azure.microsoft.com/en-us/pricing/details/cognitive-services/speech-services/",
)
_OPENAI, _ANTHROPIC = "https://openai.com/api/pricing/", "https://platform.claude.com/docs/en/about-claude/pricing"
_GEMINI, _GROQ = "https://ai.google.dev/pricing", "https://groq.com/pricing/"

#: By role and vendor.
VENDOR_PRICES: Mapping[tuple[Role, str], ListPrice] = {
    ("asr", "deepgram"): _audio(0.0048, 0.0058, "August 2026", _DEEPGRAM),
    ("asr", "microsoft"): _audio(1 / 60, 1 / 60, "May 2026", _AZURE),
    ("asr", "google"): _audio(0.016, 0.016, "May 2026", "https://cloud.google.com/speech-to-text/pricing"),
    ("asr", "assemblyai"): _audio(0.0025, 0.0075, "May 2026", "https://www.assemblyai.com/pricing"),
    ("asr", "speechmatics"): _audio(0.004, 0.004, "May 2026", "https://www.speechmatics.com/pricing"),
    ("tts", "openai"): _characters(15, 30, "May 2026", _OPENAI),
    ("tts", "elevenlabs"): _characters(50, 100, "July 2026", "https://elevenlabs.io/pricing/api"),
    ("tts", "microsoft"): _characters(15, 22, "July 2026", _AZURE),
    ("tts", "cartesia"): ListPrice(0.04, 0.04, "speech", "May 2026", "https://cartesia.ai/pricing"),
    ("tts", "google"): _characters(16, 30, "May 2026", "https://cloud.google.com/text-to-speech/pricing"),
    ("tts", "amazon"): _characters(4, 30, "October 2026", "https://aws.amazon.com/polly/pricing/"),
    ("tts", "deepgram"): _characters(30, 30, "July 2026", _DEEPGRAM),
    ("tts", "humeai"): _characters(50, 150, "July 2026", "https://www.hume.ai/pricing"),
    ("tts", "rime"): _characters(30, 50, "July 2026", "https://rime.ai/pricing"),
    ("tts", "fishaudio"): _characters(
        15, 15, "July 2026", "https://docs.fish.audio/developer-guide/models-pricing/pricing-and-rate-limits"
    ),
    ("tts", "murf"): _characters(30, 30, "July 2026", "https://murf.ai/api/pricing"),
    ("tts", "xai"): _characters(4.2, 4.2, "April 2026", "https://docs.x.ai/developers/models/text-to-speech"),
    ("mllm", "xai"): ListPrice(0.05, 0.05, "conversation", "April 2026", "https://docs.x.ai/developers/models/voice-agent-api"),
    # A credit a minute where the agent is another's: from the larger plans' additional credits to the smallest plan's.
    ("avatar", "liveavatar"): ListPrice(
        0.10, 0.12, "conversation", "November 2026", "https://docs.liveavatar.com/docs/faq/credits"
    ),
}

#: By vendor of the language model and model.
MODEL_PRICES: Mapping[tuple[str, str], ListPrice] = {
    ("openai", "gpt-4o-mini"): _tokens(0.15, 0.60, "April 2026", _OPENAI),
    ("openai", "gpt-4o"): _tokens(2.50, 10, "April 2026", _OPENAI),
    ("openai", "gpt-4.1-mini"): _tokens(0.40, 1.60, "April 2026", _OPENAI),
    ("openai", "gpt-4.1"): _tokens(2, 8, "April 2026", _OPENAI),
    ("anthropic", "claude-haiku-4-5"): _tokens(1, 5, "July 2026", _ANTHROPIC),
    ("anthropic", "claude-sonnet-4-5"): _tokens(3, 15, "July 2026", _ANTHROPIC),
    ("anthropic", "claude-opus-4-8"): _tokens(5, 25, "July 2026", _ANTHROPIC),
    ("gemini", "gemini-2.5-flash"): _tokens(0.30, 2.50, "October 2025", _GEMINI),
    ("gemini", "gemini-2.5-flash-lite"): _tokens(0.10, 0.40, "October 2025", _GEMINI),
    ("groq", "llama-3.3-70b-versatile"): _tokens(0.59, 0.79, "August 2025", _GROQ),
    ("groq", "llama-3.1-8b-instant"): _tokens(0.05, 0.08, "August 2025", _GROQ),
    ("groq", "openai/gpt-oss-120b"): _tokens(0.15, 0.60, "August 2025", _GROQ),
    ("groq", "openai/gpt-oss-20b"): _tokens(0.075, 0.30, "August 2025", _GROQ),
}


def list_price(vendor: Vendor, values: Mapping[str, Any]) -> ListPrice | None:
    """What the vendor charges under these settings. None with Agora's account, or where no price was sourced."""
    if _chosen(vendor, values, "credentials") == MANAGED:
        return None
    if vendor.role == "llm":
        model = _chosen(vendor, values, "model")
        return MODEL_PRICES.get((vendor.id, model)) if isinstance(model, str) else None
    return VENDOR_PRICES.get((vendor.role, vendor.id))


def price_note(vendor: Vendor, values: Mapping[str, Any]) -> str:
    """What the form says of the price, in Markdown: the list price, or whom to ask. Empty where the vendor bills nothing."""
    price = list_price(vendor, values)
    if price is not None:
        return f"{vendor.label} bills you {price.line} ([source]({price.source})).".replace("$", "\\$")
    keys = [setting.env for setting in vendor.settings if setting.kind == "secret"]
    site = next((credential.page for credential in CREDENTIALS if credential.name in keys), "")
    if not site or _chosen(vendor, values, "credentials") == MANAGED:
        return ""
    return f"{vendor.label} bills you; ask [{vendor.label}]({site}) for its price."


def _chosen(vendor: Vendor, values: Mapping[str, Any], name: str) -> Any:
    default = next((setting.default for setting in vendor.settings if setting.name == name), None)
    return values.get(f"{vendor.role}.{vendor.id}.{name}", default)


def prices_of(vendor: Vendor) -> Iterator[tuple[str, ListPrice]]:
    """All known prices of a vendor, those of a language model with its name."""
    if vendor.role == "llm":
        yield from ((model, price) for (of, model), price in MODEL_PRICES.items() if of == vendor.id)
    elif (price := VENDOR_PRICES.get((vendor.role, vendor.id))) is not None:
        yield "", price
