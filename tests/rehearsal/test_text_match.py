"""Spoken text against a phrase: the same words match, however their letters fold."""

from __future__ import annotations

import pytest

from greenroom.rehearsal.text_match import find, words

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("phrase", ["İstanbul", "Straße", "ﬁne", "don’t", "Ünal'ı"])
def test_a_phrase_is_found_in_a_text_that_says_it(phrase):
    assert find(phrase, f"Well, {phrase}, of course.") != ""
    assert len(words(phrase)) == 1


def test_case_is_folded_over_letters_that_become_two():
    assert find("straße", "Die STRASSE ist zu.") == "STRASSE"
