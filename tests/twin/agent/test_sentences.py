"""Written text for the ear: where it is cut, what is left out, and that no word is lost, doubled or moved."""

from __future__ import annotations

import re
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.twin.agent.engines import Engines
from greenroom.twin.agent.phrases import Phrases
from greenroom.twin.agent.sentences import Sentences, speakable
from greenroom.twin.agent.unspoken import UnspokenText

pytestmark = pytest.mark.unit


def streamed(text: str, size: int = 3) -> list[str]:
    """The pieces when the text comes ``size`` characters at a time."""
    sentences = Sentences()
    found = [piece for i in range(0, len(text), size) for piece in sentences.feed(text[i : i + size])]
    return [*found, *filter(None, [sentences.rest()])]


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Hello there. How are you?", ["Hello there.", "How are you?"]),
        ("Dr. Smith is in. Mrs. Jones is not.", ["Dr. Smith is in.", "Mrs. Jones is not."]),
        ("We take cats, dogs, etc. at no cost. Fine?", ["We take cats,", "dogs, etc. at no cost.", "Fine?"]),
        ("It costs 3.50 euros. Or 1,200 yen.", ["It costs 3.50 euros.", "Or 1,200 yen."]),
        ("Take bus No. 5 at 10:30. It is quick.", ["Take bus No. 5 at 10:30.", "It is quick."]),
        ("No. We have no pool.", ["No.", "We have no pool."]),
        ("At 10 a.m. we open. J. R. Miller waits.", ["At 10 a.m. we open.", "J. R. Miller waits."]),
        ('She said "Come in." Then she left.', ['She said "Come in."', "Then she left."]),
        ("Wait… what? Yes!", ["Wait…", "what?", "Yes!"]),
        ("Rooms:\n- Single\n- Double, big\n\nAnything else?", ["Rooms:", "Single", "Double, big", "Anything else?"]),
        ("1. Go left.\n2. Go right.", ["Go left.", "Go right."]),
        ("# Title\n**Bold** and *soft* and `code`", ["Title", "Bold and soft and code"]),
        ("See [our page](https://x.org/a?b=c) today.", ["See our page today."]),
        ("Look at https://www.example.org/path?q=1 please.", ["Look at example.org please."]),
        ("Great 🎉👍🏽! 🇩🇪 Bye ✅", ["Great !", "Bye"]),
        ("a | b\n---|---\n1 | 2", ["a b", "1 2"]),
        ("Line one<br>line two", ["Line one line two"]),
        ("5*3 and snake_case", ["5 3 and snake case"]),
        ("", []),
        ("🎉 ** \n --- \n", []),
    ],
)
@pytest.mark.parametrize("size", [1, 4, 1000])
def test_what_is_spoken(text, spoken, size):
    """row 54"""
    assert streamed(text, size) == spoken


def test_the_first_piece_is_short_so_that_it_is_heard_soon():
    assert streamed("Of course, breakfast is served from seven to ten, in the garden room.")[0] == "Of course,"
    assert streamed("The garden room is behind the house by the river and it has a view of the hills.")[0].endswith("river")
    assert streamed("Yes, we do, gladly.") == ["Yes, we do,", "gladly."]


def test_only_the_first_piece_ends_at_a_comma():
    said = streamed("Good evening, Maria. The rooms, all of them, are free.")
    assert said == ["Good evening,", "Maria.", "The rooms, all of them, are free."]


def test_a_piece_never_grows_without_end():
    assert max(map(len, streamed("river and hill " * 200))) <= 260
    assert max(map(len, streamed("word " * 500))) <= 260


def test_a_text_that_is_there_as_a_whole_is_cut_in_the_same_way():
    text = "Good day, this is Ava. How can I help you?"
    assert Phrases(cast(Engines, None), {}).pieces(text) == streamed(text)


def test_a_bracket_that_is_not_spoken_stays_in_one_piece_and_its_words_are_left_out():
    """Agora's skip_patterns: the transcript has them, the voice doesn't."""
    unspoken = UnspokenText([3, 4, 9, "3"])
    text = "Gladly. (He laughs (a lot). He sits.) It is free [see below]. Call (now"
    sentences = Sentences(unspoken.open_at_end)
    pieces = [*sentences.feed(text), sentences.rest()]
    assert pieces == ["Gladly.", "(He laughs (a lot). He sits.) It is free [see below].", "Call (now"]
    assert [unspoken.without(piece) for piece in pieces] == ["Gladly.", "It is free .", "Call (now"]
    assert unspoken.without("【a】 {b} (c)") == "【a】 {b}"
    assert UnspokenText("3").without("(a) b") == UnspokenText().without("(a) b") == "(a) b"


_WORDS = "hello room Mr. no. 5 3.5 10:30 a.m. yes e.g. I river, end. what? so;"
WORDS = st.sampled_from(_WORDS.split())
GAPS = st.sampled_from([" ", " ", " ", "  ", "\n", "\n\n", "\n- ", "\n1. ", " **", "** ", " – "])


@given(st.lists(st.tuples(WORDS, GAPS), max_size=60), st.integers(1, 9))
def test_no_word_is_lost_doubled_or_moved_however_the_text_arrives(parts, size):
    text = "".join(word + gap for word, gap in parts)
    whole = re.findall(r"\w+", speakable("\n" + text))
    assert re.findall(r"\w+", " ".join(streamed(text, size))) == whole
    if "1. " not in text:
        assert whole == re.findall(r"\w+", text)


@given(st.text(max_size=300), st.integers(1, 20))
def test_any_text_can_be_spoken(text, size):
    assert all(piece.strip() for piece in streamed(text, size))
