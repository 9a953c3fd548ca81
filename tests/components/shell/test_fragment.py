"""A part of a page that is drawn again tells its errors where it stands."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[3]


def page() -> None:
    import streamlit as st

    from components.shell.fragment import refreshed
    from greenroom.errors import NotAllowed

    @refreshed(60.0)
    def part() -> None:
        raise NotAllowed("Your role can't stop agents.", advice="Ask an admin of this studio for another role.")

    part()
    st.caption("The rest of the page")


def test_an_error_of_a_part_is_told_in_its_place_and_the_rest_is_drawn():
    drawn = AppTest.from_function(page, default_timeout=30).run()
    assert [error.value for error in drawn.exception] == []
    assert "can't stop agents" in drawn.error[0].value
    assert [caption.value for caption in drawn.caption] == ["The rest of the page"]


def test_no_page_makes_a_part_that_would_show_a_traceback():
    pages = [*(ROOT / "components").rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"]
    makers = {path.name for path in pages if "st.fragment" in path.read_text()}
    assert makers == {"fragment.py"}


def page_with_a_button() -> None:
    import streamlit as st

    from components.shell import state
    from components.shell.layout import notice
    from greenroom.errors import Conflict

    def refuse() -> None:
        raise Conflict("The run has ended already.", advice="Start it again.")

    notice("")
    st.button("Stop", on_click=refuse)
    st.caption(f"{state.__name__} is loaded")


def test_an_error_of_a_button_is_told_on_the_page():
    drawn = AppTest.from_function(page_with_a_button, default_timeout=30).run()
    drawn.button[0].click().run()
    assert [error.value for error in drawn.exception] == []
    assert "The run has ended already" in drawn.error[0].value
    assert len(drawn.caption) == 1
