"""A vendor's key in the form: whether it is set, and a field to add it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components.shell import field_errors, fields, state
from greenroom.catalog.spec import Setting
from greenroom.errors import GreenroomError
from greenroom.services import current, may


def draw_key_entry(setting: Setting, is_set: bool) -> None:
    """Draw the key's name and state, and a popover to add it while it is missing. A value is never shown."""
    with st.container(horizontal=True, vertical_alignment="center"):
        mark = ":material/check_circle: set" if is_set else ":material/cancel: missing"
        st.markdown(f"**{setting.label}** · `{setting.env}` · {mark}", help=setting.help, width="content")
        if is_set:
            return
        if not may("admin"):
            st.caption("An admin of this studio can add it.", width="content")
            return
        with st.popover("Add key", icon=":material/key:", key=f"add_key/{setting.env}"):
            field = f"key_value/{setting.env}"
            st.text_input(f"{setting.env}", type="password", key=field, autocomplete="off", placeholder="Paste the key")
            field_errors.draw(field, "value")
            st.button(
                "Save key",
                type="primary",
                icon=":material/lock:",
                key=f"save_key/{setting.env}",
                on_click=partial(_save, setting.env, field),
            )
            st.caption("Encrypted on the server and never shown again. Test or delete it in Settings.")


def _save(name: str, field: str) -> None:
    value = fields.take_secret(field)
    field_errors.clear(field)
    try:
        current().credentials.store(name, value)
    except GreenroomError as error:
        field_errors.tell(field, error)
        return
    state.show(state.Banner(f"{name} saved, encrypted.", good=True))
