"""Streamlit's own page, whose inline scripts the Content-Security-Policy allows by hash."""

from __future__ import annotations

from pathlib import Path

import streamlit


def page_html() -> str:
    """Streamlit's index.html; "" if it isn't where this version keeps it."""
    file = Path(streamlit.__file__).parent / "static" / "index.html"
    return file.read_text(encoding="utf8") if file.exists() else ""
