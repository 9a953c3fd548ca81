"""A labeled button that copies a link. Streamlit's own copy icon shows on hover, which touch screens don't have."""

from __future__ import annotations

from pathlib import Path

from streamlit.components.v2 import component

_mount = component("greenroom_copy_button", js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8"))


def draw_copy(address: str, key: str, label: str = "Copy link") -> None:
    """Draw the button. A click copies in the browser and causes no rerun."""
    _mount(key=key, data={"address": address, "label": label}, width="content", height="content")
