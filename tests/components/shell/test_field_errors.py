"""How long an error under a field lives; the pages' own are in tests/pages/test_field_errors.py."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

pytestmark = pytest.mark.unit


def _page() -> None:
    import streamlit as st

    from components.shell import field_errors

    field_errors.enter(st.session_state["page"])
    if st.session_state.pop("refused", False):
        field_errors.add("form", "name", "No name.")
    field_errors.draw("form", "name")


def test_an_error_stays_on_its_page_and_is_over_with_another_one():
    test = AppTest.from_function(_page)
    test.session_state["page"], test.session_state["refused"] = "settings", True
    shown = []
    for page in ("settings", "settings", "sessions", "settings"):
        test.session_state["page"] = page
        shown.append(len(test.run().caption))
    assert shown == [1, 1, 0, 0]
