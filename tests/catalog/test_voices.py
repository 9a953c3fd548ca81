"""Which offline voice stands in for which cloud voice."""

from __future__ import annotations

import pytest

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
