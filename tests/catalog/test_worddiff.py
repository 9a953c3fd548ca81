"""Word by word: nothing is lost, nothing invented, and a long prompt does not make a person wait."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.catalog.worddiff import Run, diff

pytestmark = pytest.mark.unit

PHRASES = st.lists(st.sampled_from(["you", "are", "a", "hotel", "\n", "房间"])).map(" ".join)
TEXTS = st.text("ab .\n", max_size=60) | st.text(max_size=40) | PHRASES


def old_of(runs: tuple[Run, ...]) -> str:
    return "".join(text for op, text in runs if op != "new")


def new_of(runs: tuple[Run, ...]) -> str:
    return "".join(text for op, text in runs if op != "gone")


@given(TEXTS, TEXTS)
def test_the_runs_hold_both_texts_and_no_needless_cut(old: str, new: str) -> None:
    runs = diff(old, new)
    assert (old_of(runs), new_of(runs)) == (old, new)
    assert all(text for _, text in runs)
    assert all(one[0] != other[0] for one, other in zip(runs, runs[1:], strict=False))


@given(TEXTS)
def test_a_text_differs_from_itself_in_nothing(text: str) -> None:
    assert diff(text, text) == ((("same", text),) if text else ())


@pytest.mark.parametrize(
    ("old", "new", "runs"),
    [
        ("be kind", "be very kind", (("same", "be "), ("new", "very "), ("same", "kind"))),
        ("Be brief.", "Be warm.", (("same", "Be "), ("gone", "brief"), ("new", "warm"), ("same", "."))),
        ("a red cat.", "a blue dog.", (("same", "a "), ("gone", "red cat"), ("new", "blue dog"), ("same", "."))),
        ("one\ntwo", "one\n\ntwo", (("same", "one\n"), ("new", "\n"), ("same", "two"))),
        ("早餐在七点", "早餐在八点", (("same", "早餐在"), ("gone", "七"), ("new", "八"), ("same", "点"))),
        ("", "hello", (("new", "hello"),)),
    ],
)
def test_it_reads_like_what_a_person_changed(old: str, new: str, runs: tuple[Run, ...]) -> None:
    assert diff(old, new) == runs


def long_texts() -> dict[str, tuple[str, str]]:
    chance = random.Random(7)
    vocabulary = [f"word{n}" for n in range(400)]
    prose = " ".join(chance.choice(vocabulary) for _ in range(16_000))
    other = " ".join(chance.choice(vocabulary) for _ in range(16_000))
    words = prose.split(" ")
    edited = " ".join("EDIT" if n % 97 == 0 else word for n, word in enumerate(words))
    few = " ".join(chance.choice("ab") for _ in range(50_000))
    fewer = " ".join(chance.choice("ab") for _ in range(50_000))
    shuffled = chance.sample(distinct := [f"w{n}" for n in range(16_000)], 16_000)
    return {
        "edited-everywhere": (prose, edited),
        "nothing-in-common": (prose, other),
        "two-words-only": (few, fewer),
        "shuffled": (" ".join(distinct), " ".join(shuffled)),
        "one-sign": ("a" * 100_000, "." * 100_000),
        "one-line-repeated": ("Be kind.\n" * 11_000, "Be kind.\n" * 5_000 + "Be brief.\n" + "Be kind.\n" * 6_000),
    }


@pytest.mark.parametrize(("old", "new"), long_texts().values(), ids=list(long_texts()))
def test_a_prompt_of_100_kilobytes_is_compared_in_the_blink_of_an_eye(old: str, new: str) -> None:
    """The limit is there to catch a hang; what is usual is a tenth of it."""
    began = time.process_time()
    runs = diff(old, new)
    assert time.process_time() - began < 8
    assert (old_of(runs), new_of(runs)) == (old, new)


def test_edits_in_a_long_prompt_stay_small() -> None:
    old, new = long_texts()["edited-everywhere"]
    gone = [text for op, text in diff(old, new) if op == "gone"]
    assert sum(map(len, gone)) < 0.03 * len(old)
