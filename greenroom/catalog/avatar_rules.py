"""Rules that relate an avatar to the rest of the agent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from greenroom.catalog.active import ActiveSetting, Values, fields, realtime, value_of, vendor_key, vendor_of
from greenroom.catalog.avatar import GREENROOM, NONE
from greenroom.catalog.parts import MANAGED
from greenroom.catalog.payload import is_empty
from greenroom.catalog.spec import Choice, Setting, Vendor
from greenroom.catalog.tts.managed import MINIMAX
from greenroom.errors import Problem

_PICTURES = ("agent_id", "image_url", "image")


def avatar_and_voice_rates_match(values: Values) -> Iterator[Problem]:
    """The voice must use the avatar's sample rate (Akool 16 kHz, LiveAvatar 24 kHz, others as set)."""
    avatar = vendor_of("avatar", values)
    voice = vendor_of("tts", values)
    wanted = avatar.needs_rate or _rate(avatar, values)
    speech = 0 if realtime(values) else speech_rate(voice, values)
    if not speech or not wanted or speech == wanted:
        return
    message = f"{avatar.label} needs a {wanted / 1000:g} kHz voice, but {voice.label} is set to {speech / 1000:g} kHz."
    if isinstance(voice.rate, str) and _takes(voice, voice.rate, wanted):
        yield _mended(f"tts.{voice.id}.{voice.rate}", message, "Change the voice's sample rate.", wanted)
    elif isinstance(avatar.rate, str) and not avatar.needs_rate and _takes(avatar, avatar.rate, speech):
        yield _mended(f"avatar.{avatar.id}.{avatar.rate}", message, "Change the avatar's sample rate.", speech)
    else:
        advice = f"Choose a voice vendor that supports {wanted / 1000:g} kHz, such as {MINIMAX.label}, which needs no key."
        fix = _voice_without_a_key(voice, values, wanted)
        yield Problem(vendor_key("tts"), message, advice, f"Use {MINIMAX.label}", fix)


def drawn_faces_run_offline(values: Values) -> Iterator[Problem]:
    """Agora has no service behind Greenroom's own characters; checked for a launch in the cloud."""
    if vendor_of("avatar", values).id == GREENROOM.id:
        yield Problem(
            vendor_key("avatar"),
            "Greenroom faces are only available offline.",
            "For calls on Agora, choose an avatar vendor or no avatar.",
            "Use no avatar",
            ((vendor_key("avatar"), NONE.id),),
        )


def lemonslice_takes_one_image(values: Values) -> Iterator[Problem]:
    """LemonSlice takes exactly one of an agent, an image URL and an image."""
    if vendor_of("avatar", values).id != "lemonslice":
        return
    keys = [f"avatar.lemonslice.{name}" for name in _PICTURES]
    filled = [key for key in keys if not is_empty(values.get(key)) and str(values.get(key)).strip()]
    if not filled:
        yield Problem(keys[0], "LemonSlice needs an agent, an image URL or an image.", "Set exactly one of the three.")
    elif len(filled) > 1:
        fix = tuple((key, "") for key in filled[1:])
        message = "LemonSlice accepts only one of agent, image URL and image."
        yield Problem(filled[1], message, "Remove the others.", "Keep the first", fix)


def width_and_height_go_together(values: Values) -> Iterator[Problem]:
    """Anam needs both video_width and video_height, or neither."""
    if vendor_of("avatar", values).id != "anam":
        return
    sizes = {name: values.get(f"avatar.anam.{name}") for name in ("width", "height")}
    missing = [name for name, size in sizes.items() if is_empty(size)]
    if len(missing) == 1:
        message = f"{missing[0].capitalize()} is required, because the avatar needs width and height together."
        fix = tuple((f"avatar.anam.{name}", None) for name in sizes)
        yield Problem(f"avatar.anam.{missing[0]}", message, "Enter it, or clear both.", "Use the default size", fix)


def speech_rate(voice: Vendor, values: Values) -> int:
    """The sample rate in Hz of a voice vendor's speech with these values; 0 = unknown."""
    return _rate(voice, values)


def _rate(vendor: Vendor, values: Values) -> int:
    if isinstance(vendor.rate, int):
        return vendor.rate
    key = f"{vendor.role}.{vendor.id}.{vendor.rate}"
    active: Mapping[str, ActiveSetting] = {field.key: field for field in fields(values)}
    rate: Any = value_of(active[key], values) if key in active else None
    return int(rate) if _is_number(rate) else 0


def _voice_without_a_key(voice: Vendor, values: Values, rate: int) -> tuple[tuple[str, Any], ...]:
    """The settings that change to MiniMax on Agora's account at this rate, with a voice of the same gender."""
    own = f"tts.{MINIMAX.id}"
    changes: dict[str, Any] = {vendor_key("tts"): MINIMAX.id, f"{own}.sample_rate": rate, f"{own}.credentials": MANAGED}
    gender = _gender(voice, values.get(f"tts.{voice.id}.{voice.voice}"))
    alike = (choice.value for choice in _voices(MINIMAX) if choice.gender == gender)
    if is_empty(values.get(f"{own}.{MINIMAX.voice}")) and (name := next(alike, None)) is not None:
        changes[f"{own}.{MINIMAX.voice}"] = name
    return tuple(changes.items())


def _voices(vendor: Vendor) -> tuple[Choice, ...]:
    return next((s.choices for s in vendor.settings if s.name == vendor.voice), ())


def _gender(vendor: Vendor, voice: Any) -> str:
    """Of the chosen voice, else of the vendor's default; "" if it isn't known."""
    named = voice or next((s.default for s in vendor.settings if s.name == vendor.voice), None)
    return next((choice.gender for choice in _voices(vendor) if choice.value == named), "")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1_000_000


def _takes(vendor: Vendor, name: str, rate: int) -> bool:
    """Whether the sample rate setting supports this rate."""
    setting: Setting | None = next((s for s in vendor.settings if s.name == name), None)
    if setting is None:
        return False
    if setting.choices and not setting.open:
        return any(choice.value == rate for choice in setting.choices)
    return (setting.low is None or rate >= setting.low) and (setting.high is None or rate <= setting.high)


def _mended(key: str, message: str, advice: str, rate: int) -> Problem:
    return Problem(key, message, advice, f"Use {rate / 1000:g} kHz", ((key, rate),))
