"""Agora's deprecated ``preset``: names of managed vendors and models, separated by commas, one per role."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from greenroom.catalog.spec import Role

_OPENAI_CHAT = "https://api.openai.com/v1/chat/completions"


def _deepgram(model: str) -> tuple[Role, Mapping[str, Any]]:
    return "asr", {"asr.vendor": "deepgram", "asr.credential_mode": "managed", "asr.params.model": model}


def _openai(model: str) -> tuple[Role, Mapping[str, Any]]:
    return "llm", {
        "llm.vendor": "openai",
        "llm.style": "openai",
        "llm.url": _OPENAI_CHAT,
        "llm.credential_mode": "managed",
        "llm.params.model": model,
    }


def _speech(vendor: str, model: str) -> tuple[Role, Mapping[str, Any]]:
    return "tts", {"tts.vendor": vendor, "tts.credential_mode": "managed", "tts.params.model": model}


#: Preset → its role and its values by their path in ``properties``.
PRESETS: Mapping[str, tuple[Role, Mapping[str, Any]]] = {
    "deepgram_nova_2": _deepgram("nova-2"),
    "deepgram_nova_3": _deepgram("nova-3"),
    "openai_gpt_4o_mini": _openai("gpt-4o-mini"),
    "openai_gpt_4_1_mini": _openai("gpt-4.1-mini"),
    "openai_gpt_5_nano": _openai("gpt-5-nano"),
    "openai_gpt_5_mini": _openai("gpt-5-mini"),
    "minimax_speech_2_6_turbo": _speech("minimax", "speech-2.6-turbo"),
    "minimax_speech_2_8_turbo": _speech("minimax", "speech-2.8-turbo"),
    "openai_tts_1": _speech("openai", "tts-1"),
}


def preset_names(text: str) -> tuple[str, ...]:
    """The names in a ``preset``, in order."""
    return tuple(name for part in text.split(",") if (name := part.strip()))


def preset_roles(text: str) -> frozenset[Role]:
    """The roles that a ``preset`` covers. Unknown names cover none."""
    return frozenset(PRESETS[name][0] for name in preset_names(text) if name in PRESETS)


def preset_values(text: str) -> Iterator[tuple[str, Any]]:
    """The values of a ``preset``: path in ``properties``, value. Unknown names give none."""
    for name in preset_names(text):
        if name in PRESETS:
            yield from PRESETS[name][1].items()
