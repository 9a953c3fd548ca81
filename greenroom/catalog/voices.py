"""The offline voices, and which of them stands in for which voice of a cloud vendor."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class OfflineVoice:
    """A voice the twin can speak with. ``pitch`` and ``formants`` are ratios to the recorded voice (1.0 = as it is)."""

    id: str
    label: str
    style: str
    gender: Literal["female", "male"]
    pitch: float
    formants: float


OFFLINE_VOICES: tuple[OfflineVoice, ...] = (
    OfflineVoice("heart", "Heart", "warm and clear", "female", pitch=1.0, formants=1.0),
    OfflineVoice("dale", "Dale", "low and calm", "male", pitch=0.6, formants=0.85),
    OfflineVoice("wren", "Wren", "bright and quick", "female", pitch=1.18, formants=1.1),
)

_BY_ID = {voice.id: voice for voice in OFFLINE_VOICES}

#: (vendor, voice) of a join body → offline voice. A voice that is not listed gets one of the three by its name.
STAND_INS: Mapping[tuple[str, str], str] = {
    ("openai", "coral"): "heart",
    ("openai", "nova"): "heart",
    ("openai", "alloy"): "heart",
    ("openai", "onyx"): "dale",
    ("openai", "echo"): "dale",
    ("openai", "fable"): "dale",
    ("openai", "shimmer"): "wren",
}


def offline_voice(voice_id: str) -> OfflineVoice:
    """The offline voice of this id; raises KeyError for an unknown one."""
    return _BY_ID[voice_id]


def stand_in(tts: Mapping[str, Any]) -> OfflineVoice:
    """The offline voice for the ``tts`` block of a join body. Never fails: an unknown voice always gets the same stand-in."""
    vendor = str(tts.get("vendor") or "")
    params = tts.get("params")
    name = _voice_name(params if isinstance(params, Mapping) else {})
    known = STAND_INS.get((vendor, name))
    if known is not None:
        return _BY_ID[known]
    # crc32, not hash(): the choice must be the same in every process
    return OFFLINE_VOICES[zlib.crc32(f"{vendor}/{name}".encode()) % len(OFFLINE_VOICES)]


def speaking_speed(tts: Mapping[str, Any]) -> float:
    """The speaking rate asked for by a ``tts`` block, 1.0 = normal, kept within 0.5..2.0."""
    params = tts.get("params")
    if not isinstance(params, Mapping):
        return 1.0
    nested = params.get("voice_setting")
    value = params.get("speed", nested.get("speed") if isinstance(nested, Mapping) else None)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 1.0
    return min(2.0, max(0.5, float(value)))


def _voice_name(params: Mapping[str, Any]) -> str:
    """Vendors name the voice differently (agora-api C.3); the first that is there counts."""
    for key in ("voice", "voice_id", "voice_name", "speaker", "voiceId", "reference_id", "model"):
        value = params.get(key)
        if isinstance(value, str):
            return value
        if isinstance(value, Mapping):  # cartesia: {"mode": "id", "id": ...}
            return str(value.get("id") or value.get("name") or "")
    nested = params.get("voice_setting") or params.get("VoiceSelectionParams")
    if isinstance(nested, Mapping):
        return str(nested.get("voice_id") or nested.get("name") or "")
    return ""
