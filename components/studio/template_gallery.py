"""The template gallery for a new agent, as cards in a dialog."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from greenroom.catalog.templates import TEMPLATES, Template

CARDS_A_ROW = 3


def open_template_gallery(on_choose: Callable[[Template], None]) -> None:
    """Show the cards. ``on_choose`` gets the chosen template; then the dialog closes and the page reruns."""
    _gallery(on_choose)


@st.dialog("New agent", width="large", icon=":material/add_circle:")
def _gallery(on_choose: Callable[[Template], None]) -> None:
    st.caption("Start from a working template. You can change everything later.")
    for number in range(0, len(TEMPLATES), CARDS_A_ROW):
        for column, template in zip(st.columns(CARDS_A_ROW), TEMPLATES[number : number + CARDS_A_ROW], strict=False):
            with column:
                _card(template, on_choose)


def _card(template: Template, on_choose: Callable[[Template], None]) -> None:
    with st.container(border=True, height="stretch", vertical_alignment="distribute"):
        with st.container():
            st.markdown(f"**:material/{template.icon}: {template.name}**")
            st.caption(template.summary, width="stretch")
        if st.button(
            "Use template",
            key=f"use/{template.id}",
            width="stretch",
            help=f"Created from the template {template.name}",
            on_click=on_choose,
            args=(template,),
        ):
            st.rerun()  # the page, not only the dialog
