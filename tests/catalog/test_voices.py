"""Which offline voice stands in for which cloud voice."""

from __future__ import annotations

import pytest

from greenroom.catalog import rules
from greenroom.catalog.tts import TTS
from greenroom.catalog.voices import OFFLINE_VOICES, offline_voice, speaking_speed, stand_in

pytestmark = pytest.mark.unit


def test_the_three_voices_of_the_studio_have_three_different_stand_ins():
    voice = next(s for s in TTS[0].settings if s.name == "voice")
    offline = {stand_in({"vendor": "openai", "params": {"voice": c.value}}).id for c in voice.choices}
    assert offline == {v.id for v in OFFLINE_VOICES}


@pytest.mark.parametrize(
    "tts",
    [
        {},
        {"vendor": None, "params": None},
        {"vendor": "cartesia", "params": {"voice": {"mode": "id", "id": "x"}}},
        {"vendor": "minimax", "params": {"voice_setting": {"voice_id": "English_expressive_narrator"}}},
        {"vendor": "google", "params": {"VoiceSelectionParams": {"name": "en-US-Neural2-A"}}},
        {"vendor": "🦜", "params": ["not", "a", "mapping"]},
    ],
)
def test_any_tts_block_gets_a_voice_and_always_the_same(tts):
    assert stand_in(tts) == stand_in(tts)
    assert offline_voice(stand_in(tts).id) in OFFLINE_VOICES


@pytest.mark.parametrize(
    ("params", "speed"),
    [({"speed": 1.25}, 1.25), ({"speed": 9}, 2.0), ({"speed": "fast"}, 1.0), ({}, 1.0), ({"voice_setting": {"speed": 0.8}}, 0.8)],
)
def test_speaking_speed_is_read_wherever_the_vendor_puts_it_and_kept_in_range(params, speed):
    assert speaking_speed({"params": params}) == speed


KNOWN = [(entry, choice) for entry in TTS for s in entry.settings if s.name == entry.voice for choice in s.choices]


def test_a_woman_stands_in_for_a_woman_and_a_man_for_a_man():
    """row 78"""
    wrong = []
    for entry, choice in KNOWN:
        values = {"tts.vendor": entry.id, f"tts.{entry.id}.{entry.voice}": choice.value}
        heard = stand_in(rules.payload(values, {})["tts"])
        if choice.gender not in ("", "neutral", heard.gender):
            wrong.append((entry.id, choice.value, heard.gender))
    assert len(KNOWN) > 100
    assert wrong == []


@pytest.mark.parametrize("entry", TTS, ids=lambda entry: entry.id)
def test_the_voice_of_every_vendor_is_found_where_it_is_sent(entry):
    """row 78: another voice, sooner or later another stand-in"""
    number = next(s.kind == "whole" for s in entry.settings if s.name == entry.voice)
    names = [str(n) if not number else n for n in range(20)]
    blocks = [rules.payload({"tts.vendor": entry.id, f"tts.{entry.id}.{entry.voice}": n}, {})["tts"] for n in names]
    assert len({stand_in(block).id for block in blocks}) == len(OFFLINE_VOICES)


WITH_SPEED = [entry for entry in TTS if any(s.name == "speed" for s in entry.settings)]


@pytest.mark.parametrize("entry", WITH_SPEED, ids=lambda entry: entry.id)
def test_the_speed_of_every_vendor_is_heard_offline(entry):
    """row 78: whatever the vendor calls it and counts it in"""
    setting = next(s for s in entry.settings if s.name == "speed")

    def heard(value):
        return speaking_speed(rules.payload({"tts.vendor": entry.id, f"tts.{entry.id}.speed": value}, {})["tts"])

    assert heard(setting.low) < heard(setting.default) == 1.0 < heard(setting.high)


def test_the_heaviest_of_a_mix_of_voices_is_heard():
    weights = [{"voice_id": "English_Trustworth_Man", "weight": 70}, {"voice_id": "English_Graceful_Lady", "weight": 30}]
    assert stand_in({"vendor": "minimax", "params": {"timber_weights": weights}}).gender == "male"
    assert stand_in({"vendor": "minimax", "params": {"timber_weights": [None, {"weight": "x"}, {"weight": 2}]}})


def repr_short(value):
    return repr(value)[:8]


@pytest.mark.parametrize("speed", [float("nan"), float("inf"), 10**400, True, "1", None, [], {}], ids=repr_short)
def test_a_speed_that_is_none_is_normal_or_at_a_limit(speed):
    for vendor in ("openai", "murf", "tencent", "google", "nobody"):
        block = {"vendor": vendor, "params": {"speed": speed, "rate": speed, "AudioConfig": {"speaking_rate": speed}}}
        assert 0.5 <= speaking_speed(block) <= 2.0
