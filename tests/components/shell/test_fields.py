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
    if st.toggle("Draw it", True):
        typed = st.text_input("Kept", fields.shown("kept", "", groups=("all",)), key=fields.key("kept", "all"))
        fields.keep("kept", typed, ("all",))
    st.button("renew", on_click=fields.renew, args=("all",))
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
    assert test.text_input[2].value == "changed elsewhere"


def test_what_is_kept_is_there_when_the_widget_is_drawn_again_until_it_comes_from_elsewhere():
    test = drawn()
    test.text_input[1].set_value("half a thought").run()
    test.toggle[0].set_value(False).run()
    test.toggle[0].set_value(True).run()
    assert test.text_input[1].value == test.text_input[1].proto.default == "half a thought"
    next(b for b in test.button if b.label == "renew").click().run()
    assert test.text_input[1].value == ""
