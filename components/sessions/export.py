"""Export sessions to a file, generated on download rather than on every rerun."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from greenroom.model.session_query import SessionQuery
from greenroom.services import current_for_later
from greenroom.services.sessions import MEDIA_TYPES, Format, export

_LABELS: dict[Format, tuple[str, str]] = {
    "csv": ("CSV", "One row per session, for spreadsheets"),
    "jsonl": ("JSON Lines", "One session per line, including every turn"),
    "parquet": ("Parquet", "One typed row per session, for notebooks"),
}


def draw(query: SessionQuery, what: str) -> None:
    """Draw the menu of formats. ``what``: a caption that says which sessions are exported."""
    with st.popover("Export", icon=":material/download:", width="content"):
        st.caption(what)
        for form, (label, use) in _LABELS.items():
            st.download_button(
                label,
                data=_maker(query, form),
                file_name=f"sessions.{form}",
                mime=MEDIA_TYPES[form],
                help=use,
                key=f"export_{form}",
                on_click="ignore",
                width="stretch",
            )


def _maker(query: SessionQuery, form: Format) -> Callable[[], bytes]:
    services = current_for_later()

    def make() -> bytes:
        made = export(services.records, query, form)
        services.audit.exported(f"sessions.{form}")
        return made

    return make
