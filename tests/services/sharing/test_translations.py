"""The words of the guest page: every language has every word, with the same places for values."""

from __future__ import annotations

import re

import pytest

from components.call import BUILD_DIR
from greenroom.model.guest_link import GUEST_LANGUAGES
from greenroom.services.calls import guest_limits
from greenroom.services.sharing import PasswordNeeded
from greenroom.services.sharing.guest_visits import ConsentNeeded
from greenroom.services.sharing.translations import translations_for
from greenroom.web.guest_throttle import TooManyRequests

pytestmark = pytest.mark.unit

SRC = BUILD_DIR.parent / "src"
PHRASES = re.findall(r'^  "(.*)",$', (SRC / "phrases.ts").read_text(encoding="utf8"), re.MULTILINE)
ENGLISH = {
    **dict(re.findall(r'^  (\w+):\s+"(.*)",$', (SRC / "visit/words/en.ts").read_text(encoding="utf8"), re.MULTILINE)),
    **{phrase: phrase for phrase in PHRASES},
}


@pytest.mark.parametrize("language", [code for code in GUEST_LANGUAGES if code != "en"])
def test_a_language_has_every_word_with_the_same_places(language):
    words = translations_for(language)
    assert words.keys() == ENGLISH.keys()
    for name, text in words.items():
        assert text.strip()
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", ENGLISH[name])), name


@pytest.mark.parametrize(
    ("language", "wrong"),
    [("zh", r"[\u3000-\u9fff}][,?:;!(]|[,?:;!)][\u3000-\u9fff]"), ("ja", r"[\u3000-\u9fff}][,?:;!(]"), ("fr", r" [?:;!]")],
)
def test_punctuation_is_that_of_the_language(language, wrong):
    """Full width in Chinese and Japanese; in French a space that doesn't break."""
    assert [text for text in translations_for(language).values() if re.search(wrong, text)] == []


def test_every_language_has_what_the_server_refuses_a_guest_with():
    advice = {error.advice for error in (ConsentNeeded, PasswordNeeded, TooManyRequests)}
    assert {guest_limits.ENDED, *advice} <= translations_for("de").keys()


def test_english_and_unknown_languages_have_none():
    assert translations_for("en") == translations_for("tlh") == translations_for("../en") == {}
