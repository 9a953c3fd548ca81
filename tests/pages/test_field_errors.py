"""A missing or wrong value is told right under its field, not in the banner."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Element

pytestmark = [pytest.mark.unit, pytest.mark.any_database]


def leaves(block: Block) -> Iterator[Element]:
    for child in block.children.values():
        if isinstance(child, Block):
            yield from leaves(child)
        else:
            yield child


def under(test: AppTest, label: str) -> list[str]:
    """The errors under each field of this label."""
    drawn: list[Any] = list(leaves(test.main))
    found = []
    for at, one in enumerate(drawn):
        if getattr(one, "label", None) == label and (after := drawn[at + 1 : at + 2]) and after[0].type == "caption":
            found.append(after[0].value)
    return [text for text in found if text.startswith(":red[")]


def press(test: AppTest, label: str) -> None:
    next(button for button in test.button if button.label == label).click().run()
    assert [error.value for error in test.exception] == []
    assert "notice" not in test.session_state or test.session_state["notice"] is None


def type_into(test: AppTest, label: str, text: str) -> None:
    next(one for one in [*test.text_input, *test.text_area] if one.label == label).set_value(text)


def test_a_suite_and_a_test_say_what_is_missing_where_it_is_missing(open_page, harness):
    test = open_page("pages/rehearse.py")
    press(test, "Create suite")
    assert "no name" in under(test, "Name")[0]
    type_into(test, "Name", "Front desk")
    press(test, "Create suite")
    assert under(test, "Name") == []
    press(test, "Save test")
    assert "no title" in under(test, "Title")[0]
    assert any("says nothing" in text for text in under(test, "Agent must say"))
    type_into(test, "Title", "Pool")
    type_into(test, "Caller says", "Is there a pool?")
    press(test, "Save test")
    assert under(test, "Title") == []
    assert any("has no checks" in text for text in under(test, "Agent must say"))


def test_the_forms_of_settings_say_what_is_missing_where_it_is_missing(open_page):
    test = open_page("pages/settings.py")
    press(test, "Create key")
    assert "needs a name" in under(test, "Name")[0]
    press(test, "Add alert")
    assert "https address" in under(test, "URL")[0]


def test_a_name_that_is_too_long_stays_in_its_field_with_the_error_under_it(open_page):
    """In the Studio, in Settings and in Rehearse; what is chosen has its new name at once."""
    long = "x" * 95
    test = open_page("pages/studio.py")
    type_into(test, "Name", long)
    test.run()
    assert "Shorten it by 15" in under(test, "Name")[0]
    assert next(one.value for one in test.text_input if one.label == "Name") == long
    before = next((one.key, one.value) for one in test.selectbox if str(one.key).startswith("pick_agent"))
    type_into(test, "Name", "Zoe")
    test.run()
    assert under(test, "Name") == []
    renamed = next(one for one in test.selectbox if str(one.key).startswith("pick_agent"))
    assert (renamed.options, renamed.value, renamed.key != before[0]) == (["Zoe"], before[1], True)

    test = open_page("pages/settings.py")
    type_into(test, "Your name", long)
    test.run()
    assert "Shorten it by 15" in under(test, "Your name")[0]

    test = open_page("pages/rehearse.py")
    type_into(test, "Name", long)
    press(test, "Create suite")
    assert "Shorten it by 15" in under(test, "Name")[0]


def test_no_form_runs_the_page_when_its_popover_opens_or_closes():
    """The run of a popover that closes takes away the click on another page that closed it."""
    files = [path for room in ("pages", "components") for path in Path(room).rglob("*.py") if "node_modules" not in path.parts]
    assert [str(path) for path in files if re.search(r"st\.popover\([^)]*on_change", path.read_text())] == []


def test_no_field_drops_what_is_pasted_over_its_limit():
    """Streamlit ignores an input over ``max_chars`` without a word. Services name the limit, pages show it at the field."""
    files = [path for room in ("pages", "components") for path in Path(room).rglob("*.py") if "node_modules" not in path.parts]
    assert [str(path) for path in files if "max_chars" in path.read_text()] == []
