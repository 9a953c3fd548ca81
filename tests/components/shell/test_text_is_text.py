"""What agents, files and people write is text: in Markdown, and in a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from components.shell.formatting import inline, plain, stages
from components.shell.spreadsheet import safe_cell, safe_row
from greenroom.spreadsheet_text import may_have_formula, without_formula

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]

EVIL = "![x](https://evil.example/p.png) [l](javascript:x) `c` **b** $x$ :material/home: :red[r] <img src=x> | ~~s~~"


def test_nothing_in_a_sentence_becomes_markup():
    shown = inline(EVIL)
    for markup in ("![x](", "[l](", "`c`", "**b**", " $x$", " :material/", ":red[", "<img", "~~s~~"):
        assert markup not in re.sub(r"\\.", "", shown), markup


@pytest.mark.parametrize("escape", [inline, plain])
@pytest.mark.parametrize("text", [":material/home:", ":streamlit:", "a -> b", "-> b", "a --", "<->", "a >= 3", "x ~= y", "<= <-"])
def test_what_streamlit_replaces_after_reading_the_markdown_stays_too(escape: Callable[[str], str], text: str):
    """Its icons, its logo and its arrows: a backslash is gone by then."""
    read = re.sub(r"\\(.)", r"\1", escape(text))
    assert not re.search(r":material/|:streamlit:|(^|\s)(<->|->|<-|--|>=|<=|~=)(\s|$)", read)
    assert read.replace("\u2060", "") == text


@pytest.mark.parametrize("escape", [inline, plain])
def test_emoji_names_and_entities_stay_too(escape: Callable[[str], str]):
    shown = escape("at 3:100:4 :+1: :smile: AT&amp;T &#33;")
    assert not re.search(r"(?<!\\):[\w+-]+(?<!\\):|(?<!\\)&#?\w+;", shown)


@pytest.mark.parametrize("text", [":red", "a:red[b]", "(:green-background)", ":small[x]"])
def test_a_color_without_its_text_stays_too(text: str):
    assert "\\:" in inline(text)


def test_ordinary_sentences_stay_as_they_are():
    sentence = "Headers: OPENAI_API_KEY would be sent to http://evil.example:8501/a:b. It costs 3-4 cents (about 12:30)!"
    assert inline(sentence) == sentence


@given(st.text())
def test_a_text_never_ends_its_line(text: str):
    assert "\n" not in inline(text)


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(text: str):
    assert safe_cell(text).startswith(f"'{text[0]}")
    assert safe_row({"Tags": [text], "Turns": 3}) == {"Tags": [safe_cell(text)], "Turns": 3}


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("\n=1", "'\n'=1"),
        (" =1", "' =1"),
        ("\ufeff=1", "'\ufeff=1"),
        ("\uff1dSUM(1)", "'\uff1dSUM(1)"),
        ("Ava;=cmd|' /C calc'!A0", "Ava;'=cmd|' /C calc'!A0"),
        ("one\r\n@SUM(1)", "one\r\n'@SUM(1)"),
        ("one;-2+3", "one;'-2+3"),
        ("one\t=1", "one\t'=1"),
        ('one;"=1+1', "one;'\"=1+1"),
        ("Thanks ;-) - see you; + more", "Thanks ;-) - see you;' + more"),
        ("a=b, 3-4 (+1) x@y.example", "a=b, 3-4 (+1) x@y.example"),
    ],
)
def test_no_cell_becomes_a_formula_where_lists_have_semicolons_or_signs_are_wide(text: str, safe: str):
    assert safe_cell(text) == safe


def test_the_name_of_a_column_is_no_formula():
    """A version's name heads its column."""
    assert safe_row({"v3 · a;=1": "pass"}) == {"v3 · a;'=1": "pass"}


#: Of the administrator's own environment.
_OWN_TEXT = {"pages/settings.py"}


def test_whatever_draws_a_table_or_a_chart_makes_its_texts_safe():
    """A chart's data can be shown as a table, and every table can be downloaded."""
    drawing = re.compile(r"\.(dataframe|data_editor|(bar|line|area|scatter)_chart)\(")
    files = [*(ROOT / "components").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
    texts = {str(file.relative_to(ROOT)): file.read_text() for file in files}
    drawn = {name: text for name, text in texts.items() if drawing.search(text)}
    assert len(drawn) > 8
    assert {name for name, text in drawn.items() if "safe_row(" not in text and "safe_cell(" not in text} == _OWN_TEXT


@given(st.lists(st.text(alphabet='aä9 =+-@;"\r\n\t\ufeff\uff1d')))
def test_a_table_without_a_possible_formula_has_none(texts: list[str]):
    assert may_have_formula(texts) or [without_formula(text) for text in texts] == texts


def test_no_text_turns_the_direction_of_what_follows_around():
    for shown in (inline(f"Kim\u202e\u2067{EVIL}"), plain("Kim\u202dx\u2069")):
        assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def test_the_part_of_a_latency_that_a_file_names_is_text():
    assert "![x](" not in stages({"![x](https://evil.example/p.png)": 5})


def page_with_a_notice() -> None:
    from components.shell import state
    from components.shell.layout import notice

    state.show(state.Banner("![x](https://evil.example/p.png)", "**bold**"))
    notice("")


def test_the_notice_of_a_page_is_text():
    (error,) = AppTest.from_function(page_with_a_notice, default_timeout=30).run().error
    assert "![x](" not in error.value
    assert "\\*\\*bold" in error.value
