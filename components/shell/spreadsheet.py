"""Escapes cells so that spreadsheets don't run them as formulas: every table can be downloaded."""

from __future__ import annotations

from typing import Any

from greenroom.spreadsheet_text import without_formula


def safe_cell(value: Any) -> Any:
    """Prefix what Excel, Numbers or LibreOffice would read as a formula with an apostrophe, in lists too."""
    if isinstance(value, str):
        return without_formula(value)
    return [safe_cell(element) for element in value] if isinstance(value, list | tuple) else value


def safe_row(row: dict[str, Any]) -> dict[str, Any]:
    """All cells of a row, and the names of its columns."""
    return {safe_cell(name): safe_cell(value) for name, value in row.items()}
