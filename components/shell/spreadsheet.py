"""Cells that stay text in a spreadsheet: each table has a download button, and whoever opens the file runs its formulas."""

from __future__ import annotations

from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: Any) -> Any:
    """The value with an apostrophe before what Excel, Numbers or LibreOffice would take for a formula; also in lists."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return [safe_cell(one) for one in value] if isinstance(value, list | tuple) else value


def safe_row(row: dict[str, Any]) -> dict[str, Any]:
    """All cells of a row."""
    return {name: safe_cell(value) for name, value in row.items()}
