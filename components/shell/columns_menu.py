"""The menu of a table's columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st


def draw_columns_menu(names: Sequence[str], usual: Sequence[str], key: str, label: Callable[[str], str] = str) -> list[str]:
    """Draw the menu; returns the chosen ones in the order of ``names``. ``usual``: chosen at first; they fit 1280 px."""
    with st.popover("Columns", icon=":material/view_column:", width="content"):
        chosen = st.pills(
            "Columns",
            names,
            selection_mode="multi",
            default=list(usual),
            format_func=label,
            key=key,
            label_visibility="collapsed",
            persist_state="session",
        )
    return [name for name in names if name in chosen]
