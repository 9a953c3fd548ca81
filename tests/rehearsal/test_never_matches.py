"""What is refused because it can never match matches nothing, and what can match isn't refused."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from greenroom.rehearsal.never_matches import never_matches

pytestmark = pytest.mark.unit

IMPOSSIBLE = [
    *["a^", "$x", r"\b\B", r"\B\b", r"\Zx", r"a\Ab", "x(?:^a|^b)", "(a^|$b)", "(?:a^)+", "$.b", "(?!)", r"[^\s\S]", r"[^\d\D]+"],
    *["a(^)", r"yes$ no", "(?:free|gratis)^", r"\b(?:\B)", "(?i:room)^"],
]
POSSIBLE = [
    *["^a", "x$", r"x$\n", r"\bx\b", r"\b.\B", "a*^", "(?:a|)^b", "(?m)a$\n^b", r"\Z", "$", "^$", "(?:a^)?b", "a^|b", r"[\s\S]"],
    *["(?=a)a", "(?<!a)b", r"\p{L}^", "(?:a$x){d<=1}", "(?x)a ^?", "$\\s", "(?m:a\n^b)", r"(a)?\1^", "("],
]


@pytest.mark.parametrize("expression", IMPOSSIBLE)
def test_what_can_never_match_is_proven(expression):
    assert never_matches(expression)


@pytest.mark.parametrize("expression", POSSIBLE)
def test_what_can_match_or_is_not_understood_is_left_alone(expression):
    assert not never_matches(expression)


pieces = st.sampled_from(["a", "b?", r"\n", ".", "^", "$", r"\b", r"\B", r"\A", r"\Z", "(?=a)", "(?!a)", r"[^\w]", r"\s*"])
expressions = st.recursive(
    st.lists(pieces, min_size=1, max_size=4).map("".join),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: f"(?:{pair[0]}|{pair[1]})"),
        st.tuples(inner, st.sampled_from(["?", "*", "+", "{2}"])).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
        st.tuples(inner, inner).map("".join),
    ),
    max_leaves=5,
)


@given(expressions, st.lists(st.text("ab \n", max_size=6), min_size=8, max_size=8))
def test_nothing_is_refused_that_matches_a_text(expression, texts):
    if never_matches(expression):
        assert not [text for text in texts if regex.search(expression, text, regex.IGNORECASE)]
