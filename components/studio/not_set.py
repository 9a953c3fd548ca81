"""Settings that aren't sent, so that Agora's or the vendor's own default applies: draws them, sets them, leaves them out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from components.shell import fields as fields_of_tab
from greenroom.catalog import rules
from greenroom.catalog.spec import Setting

Change = Callable[[Mapping[str, Any]], None]


def is_not_set(key: str, setting: Setting, values: Mapping[str, Any]) -> bool:
    """Whether a setting that has a default is explicitly not sent."""
    return setting.default is not None and setting.kind != "secret" and key in values and values[key] is None


def draw_not_set(key: str, setting: Setting, change: Change) -> None:
    """Draw a line in place of the widget, with a button that sets Greenroom's default."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{setting.label}** · :gray[not set: Agora's default applies]", help=setting.help, width="content")
        st.button(
            "Set", key=f"set/{key}", type="tertiary", icon=":material/add:", on_click=change, args=({key: setting.default},)
        )


def draw_left_out(group: str, fields: Sequence[rules.ActiveSetting], values: Mapping[str, Any], change: Change) -> None:
    """Draw the choice of a group's settings that aren't sent."""
    able = {f.key: f.setting for f in fields if f.setting.default is not None and f.setting.kind != "secret" and f.setting.path}
    if not able:
        return
    name = f"not_set/{group}"
    left_out = fields_of_tab.follow(name, [key for key, setting in able.items() if is_not_set(key, setting, values)])

    def changed() -> None:
        chosen, before = set(fields_of_tab.value(fields_of_tab.key(name)) or ()), set(left_out)
        change({key: None if key in chosen else able[key].default for key in chosen ^ before})

    st.multiselect(
        "Not set",
        list(able),
        left_out,
        format_func=lambda key: able[key].label,
        key=fields_of_tab.key(name),
        on_change=changed,
        placeholder="Every setting is sent",
        help="These settings are left out of the request, so that Agora's or the vendor's own default applies.",
    )
