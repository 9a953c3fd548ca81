"""Spoken text against a phrase: the same words match, however their letters fold."""

from __future__ import annotations

import pytest

from greenroom.rehearsal.text_match import find, pattern_fault, words

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("phrase", ["İstanbul", "Straße", "ﬁne", "don’t", "Ünal'ı"])
def test_a_phrase_is_found_in_a_text_that_says_it(phrase):
    assert find(phrase, f"Well, {phrase}, of course.") != ""
    assert len(words(phrase)) == 1


def test_case_is_folded_over_letters_that_become_two():
    assert find("straße", "Die STRASSE ist zu.") == "STRASSE"


@pytest.mark.parametrize(
    ("pattern", "reply"),
    [
        ("泳池", "我们有泳池。"),
        ("プール", "はい、プールがあります"),
        ("수영장", "수영장이 있습니다"),
        ("สระว่ายน้ำ", "เรามีสระว่ายน้ำ"),
        ("पूल", "हमारे पास पूल है"),
        ("po\u00adol", "We have a pool"),
        ("pool", "We have a po\u200bol"),
        ("/don\u2019t run/", "Please don't run"),
        ("/don't run/", "Please don\u2019t run"),
        ("/a pool/", "We have a\u00a0pool"),
        ("/sure.*pool/", "Sure.\nWe have a pool"),
        ("/caf\u00e9/", "cafe\u0301"),
        ("/po+l/\n", "We have a pool"),  # of a YAML block
        (" /po+l/ ", "We have a pool"),
        (r"/sure\.\nwe/", "Sure.\nWe have a pool"),
    ],
)
def test_what_a_listener_hears_is_found_however_it_is_written(pattern, reply):
    """A phrase that is missed turns a ``not_says`` green."""
    assert find(pattern, reply) != ""


def test_scripts_without_spaces_count_by_the_letter_and_korean_by_the_word():
    assert len(words("我们有泳池。")) == 5
    assert words("수영장이 있습니다") == ["수영장이", "있습니다"]
    assert find("3호", "13호실") == ""


@pytest.mark.parametrize("phrase", ["It costs 5$", "9-5", "and/or", "Wi-Fi?", "Really...", "/rooms/", "[laughs] no", "C++"])
def test_a_phrase_with_signs_is_a_phrase(phrase):
    assert pattern_fault(phrase) == ""
