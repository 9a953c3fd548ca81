"""The offline voices, and which one replaces each cloud vendor's voice."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from greenroom.catalog.spec import Setting, Vendor
from greenroom.catalog.tts import TTS
from greenroom.paths import at, below


@dataclass(frozen=True, slots=True)
class OfflineVoice:
    """A voice the twin can speak with. ``pitch`` and ``formants`` are ratios to the recorded voice (1.0 = unchanged)."""

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
_VENDORS: Mapping[str, Vendor] = {str(vendor.fixed["tts.vendor"]): vendor for vendor in TTS if "tts.vendor" in vendor.fixed}
#: Where vendors keep the voice, for those that the catalog does not know.
_USUAL_PLACES = ("voice", "voice_id", "voice_name", "speaker", "voiceId", "reference_id", "model", "voice.id", "voice.name")
#: Tencent counts speed in steps from -2 to 6.
_STEPS: Mapping[int, float] = {-2: 0.6, -1: 0.8, 0: 1.0, 1: 1.2, 2: 1.5}


def _by_gender() -> Iterator[tuple[tuple[str, str], str]]:
    """A male voice replaces male voices; the two female voices are assigned by name."""
    for name, vendor in _VENDORS.items():
        for choice in next((s.choices for s in vendor.settings if s.name == vendor.voice), ()):
            if choice.gender == "male":
                yield (name, str(choice.value)), "dale"
            elif choice.gender == "female":
                yield (name, str(choice.value)), ("heart", "wren")[_falls(name, str(choice.value)) % 2]


def _falls(vendor: str, voice: str) -> int:
    """A number from two names; crc32, not hash(): it must be the same in every process."""
    return zlib.crc32(f"{vendor}/{voice}".encode())


#: (vendor, voice) of a join body → offline voice. A voice that is not listed gets one of the three by its name.
STAND_INS: Mapping[tuple[str, str], str] = {
    **dict(_by_gender()),
    ("openai", "coral"): "heart",
    ("openai", "nova"): "heart",
    ("openai", "alloy"): "heart",
    ("openai", "shimmer"): "wren",
}


def offline_voice(voice_id: str) -> OfflineVoice:
    """The offline voice of this id; raises KeyError for an unknown one."""
    return _BY_ID[voice_id]


def stand_in(tts: Mapping[str, Any]) -> OfflineVoice:
    """The offline voice for the ``tts`` block of a join body. Never fails: an unknown voice always maps to the same one."""
    vendor = str(tts.get("vendor") or "")
    name = _voice_name(vendor, tts)
    voice_id = STAND_INS.get((vendor, name))
    return _BY_ID[voice_id] if voice_id is not None else OFFLINE_VOICES[_falls(vendor, name) % len(OFFLINE_VOICES)]


def speaking_speed(tts: Mapping[str, Any]) -> float:
    """The speaking rate of a ``tts`` block, clamped to 0.5..2.0; 1.0 = normal."""
    setting = _setting(str(tts.get("vendor") or ""), "speed")
    value = at(tts, below(setting.path)) if setting is not None else None
    unit = setting.unit if setting is not None else ""
    if value is None:
        value, unit = at(tts, "params.speed"), ""
    if value is None:
        value = at(tts, "params.voice_setting.speed")
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return 1.0
    value = min(100.0, max(-100.0, value))  # first: a number may be too long for a float
    if unit == "%":
        value = 1.0 + value / 100
    elif unit == "steps":
        value = _STEPS.get(int(value), 2.0 if value > 0 else 0.5)
    return min(2.0, max(0.5, value))


def _voice_name(vendor: str, tts: Mapping[str, Any]) -> str:
    """The voice's name at the catalog's path; for an unknown vendor, the first common field that is set. A mix of voices
    uses its heaviest voice."""
    spec = _VENDORS.get(vendor)
    setting = _setting(vendor, spec.voice) if spec is not None else None
    places = [setting.path] if setting is not None and setting.path else []
    for place in (*places, *(f"tts.params.{place}" for place in _USUAL_PLACES)):
        value = at(tts, below(place))
        if isinstance(value, str | int) and not isinstance(value, bool):
            return str(value)
    nested = ("voice_setting.voice_id", "VoiceSelectionParams.name")
    return next((str(value) for place in nested if (value := at(tts, f"params.{place}")) is not None), _heaviest(tts))


def _heaviest(tts: Mapping[str, Any]) -> str:
    weights = at(tts, "params.timber_weights")
    rows = [row for row in weights if isinstance(row, Mapping)] if isinstance(weights, list) else []
    numbers = [(w, str(row.get("voice_id") or "")) for row in rows if isinstance(w := row.get("weight"), int | float)]
    return max(numbers, default=(0, ""))[1]


def _setting(vendor: str, name: str) -> Setting | None:
    spec = _VENDORS.get(vendor)
    return next((s for s in spec.settings if s.name == name), None) if spec is not None else None
