"""The page that Streamlit answers with: the Content-Security-Policy allows its inline scripts by their hash."""

from __future__ import annotations

from pathlib import Path

import streamlit


def page_html() -> str:
    """The text of Streamlit's own index.html; "" when it is not where this version keeps it."""
    file = Path(streamlit.__file__).parent / "static" / "index.html"
    return file.read_text(encoding="utf8") if file.exists() else ""
