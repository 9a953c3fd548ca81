"""Widgets show what was typed or put there, on a page that AppTest draws."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

pytestmark = pytest.mark.unit


def page() -> None:
    import streamlit as st

    from components.shell import fields

    st.button("put", on_click=fields.put, args=("name", "from elsewhere"))
    st.button("clear", on_click=fields.clear, args=("name",))
    st.text_input("Name", fields.shown("name", "at first"), key=fields.key("name"))
    stored = st.session_state.setdefault("stored", "stored")
    st.text_input("Stored", fields.follow("stored_name", stored), key=fields.key("stored_name"))


def drawn() -> AppTest:
    return AppTest.from_function(page).run()


def test_a_widgets_own_default_is_always_what_it_shows():
    test = drawn()
    assert test.text_input[0].value == test.text_input[0].proto.default == "at first"
    test.text_input[0].set_value("typed").run()
    test.run()
    assert test.text_input[0].value == test.text_input[0].proto.default == "typed"


def test_a_value_from_elsewhere_comes_with_a_new_key_so_that_the_old_one_cannot_return():
    test = drawn()
    test.text_input[0].set_value("typed").run()
    before = test.text_input[0].key
    test.button[0].click().run()
    assert (test.text_input[0].value, test.text_input[0].proto.default) == ("from elsewhere", "from elsewhere")
    assert test.text_input[0].key != before
    test.button[1].click().run()
    assert test.text_input[0].value == "at first"


def test_a_field_follows_what_is_stored_also_when_it_changed_in_another_place():
    test = drawn()
    test.session_state["stored"] = "changed elsewhere"
    test.run()
    assert test.text_input[1].value == "changed elsewhere"
