"""Setting → widget: the only file that knows both Streamlit's widgets and the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from components import state
from greenroom.catalog import rules
from greenroom.catalog.spec import Group, Setting
from greenroom.errors import Problem
from greenroom.model.agent import AgentId

PROSE_HEIGHT = {"system": 320}


def draw_group(
    agent: AgentId, group: Group, values: Mapping[str, Any], problems: tuple[Problem, ...], keys_set: frozenset[str]
) -> None:
    """All active settings of one group, simple ones first, the rest behind "More".

    ``keys_set`` names the credentials that the server has; the form shows names, never values.
    """
    if group.roles:
        _vendor_choice(agent, group, values)
    active = [f for f in rules.fields(values) if f.group.id == group.id]
    for field in (f for f in active if not f.setting.more):
        if field.setting.kind == "secret":
            _secret(field.setting, keys_set)
        else:
            draw_field(agent, field, values, problems)
    rest = [f for f in active if f.setting.more]
    if rest:
        with st.expander("More", expanded=any(p.setting == f.key for p in problems for f in rest)):
            for field in rest:
                draw_field(agent, field, values, problems)


def draw_field(agent: AgentId, field: rules.Field, values: Mapping[str, Any], problems: tuple[Problem, ...]) -> None:
    """One setting with its help and what is wrong with it."""
    setting = field.setting
    state.fill_field(agent, field.key, _widget_value(setting, rules.value_of(field, values)))
    # Plain words: Streamlit reads a label's Markdown aloud to screen readers as it is written.
    label = setting.label + (f" in {setting.unit}" if setting.unit.isalpha() else "")
    _WIDGETS[setting.kind](f"{label} · {setting.effect}", setting, state.field_key(agent, field.key))
    for problem in (p for p in problems if p.setting == field.key):
        st.caption(f":red[:material/error: {problem.message} {problem.advice}]")


def typed_values(agent: AgentId, values: Mapping[str, Any]) -> dict[str, Any]:
    """The draft with what stands in the widgets now. Settings that are not drawn keep their values."""
    merged = dict(values)
    for role, vendors in rules.VENDORS.items():
        if len(vendors) > 1 and (chosen := state.field(agent, rules.vendor_key(role))) is not None:
            merged[rules.vendor_key(role)] = chosen
    for field in rules.fields(merged):
        typed = state.field(agent, field.key)
        if typed is not None and typed != rules.value_of(field, merged):
            merged[field.key] = typed
    return merged


def _vendor_choice(agent: AgentId, group: Group, values: Mapping[str, Any]) -> None:
    assert group.roles
    vendors = rules.VENDORS[group.roles[-1]]
    vendor = rules.vendor_of(group.roles[-1], values)
    if len(vendors) > 1:
        key = rules.vendor_key(group.roles[-1])
        labels = {v.id: v.label for v in vendors}
        state.fill_field(agent, key, vendor.id)
        st.selectbox("Vendor", list(labels), format_func=labels.__getitem__, key=state.field_key(agent, key))
    st.caption(f"{'' if len(vendors) > 1 else vendor.label + ': '}{vendor.help} [Documentation]({vendor.docs})")


def _secret(setting: Setting, keys_set: frozenset[str]) -> None:
    mark = ":material/check_circle: set" if setting.env in keys_set else ":material/cancel: not set"
    st.markdown(f"**{setting.label}** · `{setting.env}` · {mark}", help=setting.help)


def _widget_value(setting: Setting, value: Any) -> Any:
    """A value as the widget wants it: st.number_input refuses limits and values of mixed kinds."""
    if setting.kind == "whole":
        return int(value if value is not None else setting.low or 0)
    if setting.kind == "number":
        return float(value if value is not None else setting.low or 0.0)
    return value if value is not None else ""


def _line(label: str, setting: Setting, key: str) -> None:
    st.text_input(label, key=key, help=setting.help)


def _prose(label: str, setting: Setting, key: str) -> None:
    st.text_area(label, key=key, help=setting.help, height=PROSE_HEIGHT.get(setting.name, 90))


def _number(label: str, setting: Setting, key: str) -> None:
    cast = int if setting.kind == "whole" else float
    if setting.high is not None and setting.low is not None and (setting.high - setting.low) <= 3000:
        st.slider(label, cast(setting.low), cast(setting.high), step=cast(setting.step or 1), key=key, help=setting.help)
    else:
        low, high = (None if v is None else cast(v) for v in (setting.low, setting.high))
        st.number_input(label, low, high, step=cast(setting.step or 1), key=key, help=setting.help)


def _switch(label: str, setting: Setting, key: str) -> None:
    st.toggle(label, key=key, help=setting.help)


def _choice(label: str, setting: Setting, key: str) -> None:
    names = {c.value: f"{c.label} · {c.note}" if c.note else c.label for c in setting.choices}
    if len(names) <= 3:
        st.segmented_control(label, list(names), format_func=names.__getitem__, key=key, help=setting.help, required=True)
    else:
        st.selectbox(label, list(names), format_func=names.__getitem__, key=key, help=setting.help)


_WIDGETS: Mapping[str, Callable[[str, Setting, str], None]] = {
    "line": _line,
    "prose": _prose,
    "number": _number,
    "whole": _number,
    "switch": _switch,
    "choice": _choice,
}
