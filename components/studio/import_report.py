"""The report of an import: one line per field of the imported text."""

from __future__ import annotations

from typing import Any

import streamlit as st

from components.shell.spreadsheet import safe_row
from greenroom.catalog import rules
from greenroom.services.agents import agent_files

FATES = {
    "understood": "Understood",
    "migrated": "Migrated",
    "replaced": "Replaced",
    "left_out": "Left out",
}
SHORT = 80


def uploaded_text(file: Any) -> tuple[str, str]:
    """Text and name of an uploaded file. The reader refuses a binary file."""
    return agent_files.file_text(file.getvalue()), str(file.name)


def draw_report(imported: agent_files.Import) -> None:
    """Draw the report: fields with a note first, then the others."""
    noted = [entry for entry in imported.entries if entry.fate != "understood"]
    label = f"Report: {len(imported.entries)} fields, {len(noted)} with a note"
    with st.expander(label, icon=":material/fact_check:", expanded=bool(noted)):
        rest = [entry for entry in imported.entries if entry.fate == "understood"]
        st.dataframe([safe_row(_row(entry)) for entry in (*noted, *rest)], hide_index=True)
    if imported.credentials:
        st.caption(f":material/key: Uses the credentials {', '.join(f'`{name}`' for name in imported.credentials)}.")


def _row(entry: Any) -> dict[str, str]:
    value = "" if entry.value is None else str(entry.value)
    return {
        "Field": entry.path,
        "Result": FATES[entry.fate],
        "Note": entry.note,
        "Setting": rules.label_of(entry.key) if entry.key else "",
        "Value": value if len(value) <= SHORT else f"{value[:SHORT]}…",
    }
