"""Estimates of length: plausible, additive, and counting what a voice says rather than what is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.catalog.templates import AVA
from greenroom.prompting.estimate import length, seconds, syllables_of, tokens

pytestmark = pytest.mark.unit

#: What the offline voice really takes for these, in seconds at normal speed.
MEASURED = {
    "Good day, this is Ava at the Linden House. How can I help you?": 4.07,
    "Check in starts at three in the afternoon, check out is at eleven.": 3.56,
    "We have 120 rooms. Breakfast costs 15 euros and starts at 7.": 5.13,
    "Once upon a time, in a small house at the edge of the forest, there lived a bear who could not sleep.": 5.50,
}


@pytest.mark.parametrize("text", MEASURED)
def test_speech_lasts_about_as_long_as_the_offline_voice_takes(text):
    assert seconds(text, 1.0, "en-US") == pytest.approx(MEASURED[text], rel=0.2)


def test_a_prompt_has_about_as_many_tokens_as_a_real_vocabulary_makes_of_it():
    """191 in SmolLM2's vocabulary"""
    assert tokens(AVA.values["prompt.system"]) == pytest.approx(191, rel=0.15)


def test_the_counter_counts_characters_exactly():
    """row 75"""
    assert length("Grüß Gott 🙂").characters == 11


@pytest.mark.parametrize(
    ("longer", "shorter"),
    [("Room 120", "Room a"), ("20 %", "20"), ("the FAQ", "the fad"), ("call 0301234567", "call 0301"), ("Dr Who", "D Who")],
)
def test_numbers_symbols_and_abbreviations_count_as_they_are_spoken(longer, shorter):
    assert seconds(longer) > seconds(shorter)


OTHER_SCRIPTS = {
    "ja-JP": "こんにちは、ご用件は何でしょうか。",
    "zh-CN": "您好，请问有什么可以帮您？",
    "hi-IN": "नमस्ते, मैं आपकी क्या मदद कर सकता हूँ?",
    "ko-KR": "안녕하세요, 무엇을 도와드릴까요?",
}


@pytest.mark.parametrize("language", OTHER_SCRIPTS)
def test_a_greeting_in_another_script_lasts_a_few_seconds(language):
    assert 1.2 < seconds(OTHER_SCRIPTS[language], 1.0, language) < 6


def test_twice_the_speed_takes_half_the_time():
    text = next(iter(MEASURED))
    assert seconds(text, 2.0) == pytest.approx(seconds(text) / 2)


def test_nothing_takes_no_time():
    assert (seconds(""), seconds(" \n"), tokens("")) == (0.0, 0.0, 0)


@given(st.text(max_size=200), st.text(max_size=200))
def test_more_text_is_never_shorter(text, more):
    joined = f"{text}\n{more}"
    assert seconds(joined) >= seconds(text) - 1e-9
    assert tokens(joined) >= tokens(text)


@given(st.text(min_size=1, max_size=30).filter(str.strip))
def test_every_piece_has_a_length(piece):
    assert syllables_of(piece.strip()) >= 0
