"""The agent form, generated from the catalog: groups, vendors, settings and their problems with fixes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from components.prose import ProseField, draw_prose, typed_text
from components.shell import error_text, state
from components.shell.formatting import inline
from components.studio import draft_fields
from components.studio.key_entry import draw_key_entry
from components.studio.not_set import draw_left_out, draw_not_set, is_not_set
from components.studio.widgets import FEW_LINES, HEIGHTS, Unreadable, hint, widget_for
from greenroom.catalog import rules
from greenroom.catalog.list_prices import price_note
from greenroom.catalog.payload import credential_of, is_empty
from greenroom.catalog.spec import Effect, Group, Role, Setting, Vendor
from greenroom.catalog.vendors import ROLE_LABELS
from greenroom.errors import Problem
from greenroom.model.agent import AgentId
from greenroom.plurals import counted
from greenroom.services.agents import draft_texts

#: The words in a setting's label for how a change of it reaches a running call.
EFFECTS: dict[Effect, str] = {"live": "live", "restart": "needs restart", "locked": "locked"}

MARKETS: Mapping[str, str] = {
    "cn": ":orange-badge[:material/public: Agora China only]",
    "preview": ":orange-badge[:material/science: Agora's preview]",
}


@dataclass(frozen=True, slots=True)
class TextFields:
    """What the fields of long texts need. ``revision``: of the draft that the form shows. ``now`` saves and returns the settings;
    ``apply`` is what Ctrl+Enter does during a call."""

    revision: int
    capability: str
    now: Callable[[], Mapping[str, Any]]
    apply: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Form:
    """The form's shared context. ``credentials`` are the names of set credentials, without values.

    ``change`` saves settings that a button changes and shows them in the widgets. ``texts`` is what the fields of long texts need
    to save by themselves.
    """

    agent: AgentId
    values: Mapping[str, Any]
    problems: tuple[Problem, ...]
    credentials: frozenset[str]
    change: Callable[[Mapping[str, Any]], None]
    texts: TextFields
    in_call: bool = False
    hints: tuple[Problem, ...] = ()

    def label(self, setting: Setting) -> str:
        """The setting's name with its unit; during a call also how a change reaches it, such as "live"."""
        # Plain words: screen readers get a label's Markdown as it is written.
        unit_is_said = not setting.unit.isalpha() or setting.label.lower().endswith(setting.unit)
        name = setting.label if unit_is_said else f"{setting.label} ({setting.unit})"
        return f"{name} · {EFFECTS[setting.effect]}" if self.in_call else name


def draw_group(form: Form, group: Group) -> None:
    """Draw the active settings of a group: vendors, basic settings, and the rest behind "More"."""
    active = [f for f in rules.fields(form.values) if f.group.id == group.id]
    for role in group.roles:
        if role in rules.roles(form.values):
            _vendor_choice(form, role)
    for field in (f for f in active if not f.setting.more):
        draw_field(form, field)
    rest = [f for f in active if f.setting.more]
    if active:
        with st.expander("More", expanded=any(p.setting == f.key for p in form.problems for f in rest)):
            for field in rest:
                draw_field(form, field)
            draw_left_out(group.id, active, form.values, form.change)


def draw_found(form: Form, search: str) -> None:
    """Draw the active settings whose name, help or group contains all search words."""
    words = search.lower().split()
    matches = [f for f in rules.fields(form.values) if all(word in _searched_text(f) for word in words)]
    st.caption(f"{counted(len(matches), 'setting')} found" if matches else "No settings match.")
    for field in matches:
        st.caption(f"{field.group.label}{f' › {field.vendor.label}' if field.vendor else ''}")
        draw_field(form, field)


def draw_field(form: Form, field: rules.ActiveSetting) -> None:
    """Draw one setting with its help and problems."""
    setting = replace(field.setting, help=hint(field.setting, _page(field)))
    if draft_texts.is_draft_text(field.key):
        _text(form, field)
    elif is_not_set(field.key, field.setting, form.values):
        draw_not_set(field.key, setting, form.change)
    elif setting.kind == "secret":
        name = credential_of(field, form.values)
        if name:
            draw_key_entry(replace(setting, env=name), name in form.credentials)
        else:
            st.markdown(f"**{setting.label}** · :gray[not set: no key is sent]", help=setting.help)
    elif setting.kind == "rows":
        _rows(form, field, setting)
    else:
        _widget(form, field.key, setting, rules.value_of(field, form.values))
    draw_problems(form, field.key)


def draw_problems(form: Form, key: str) -> None:
    """Draw a setting's hints and problems, each with a fix button if a fix is known."""
    for note in (h for h in form.hints if h.setting == key):
        st.caption(f":material/info: {error_text.inline_sentence(note)}")
    for number, problem in enumerate(p for p in form.problems if p.setting == key):
        text = f":red[:material/error: {error_text.inline_sentence(problem)}]"
        if not problem.fix:
            st.caption(text)
            continue
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(text, width="content")
            st.button(inline(problem.fix_label), key=f"fix/{key}/{number}", on_click=form.change, args=(dict(problem.fix),))


def typed_values(agent: AgentId, values: Mapping[str, Any]) -> dict[str, Any]:
    """The draft with the current widget values. Settings that are not drawn or invalid keep their values."""
    merged = dict(values)
    for role in rules.VENDORS:
        key, chosen = rules.vendor_key(role), draft_fields.field(agent, rules.vendor_key(role))
        if chosen is not None and chosen != merged.get(key, rules.vendor_of(role, merged).id):
            merged[key] = chosen
    for field in list(rules.fields(merged)):
        before = rules.value_of(field, merged)
        try:
            typed = _typed(agent, field.key, field.setting, before)
        except Unreadable:
            continue  # the field shows the error
        if typed == before and isinstance(typed, bool) == isinstance(before, bool) or is_empty(typed) and is_empty(before):
            continue
        if typed is None and field.setting.default is not None:
            merged[field.key] = None  # emptied: not set
        elif typed is None:
            merged.pop(field.key, None)
        else:
            merged[field.key] = typed
    return merged


def _typed(agent: AgentId, key: str, setting: Setting, before: Any) -> Any:
    if setting.kind == "rows":
        return list(_typed_rows(agent, key, setting, before))
    if draft_texts.is_draft_text(key):
        typed = typed_text(draft_fields.field_key(agent, key))
        return typed.text if typed is not None and typed.was == (before or "") else before
    if not draft_fields.is_drawn(agent, key):
        return before
    return widget_for(setting, before).read(draft_fields.field(agent, key))


def _typed_rows(agent: AgentId, key: str, setting: Setting, before: Any) -> Iterator[dict[str, Any]]:
    for number, row in enumerate(before if isinstance(before, list | tuple) else ()):
        cells = dict(row) if isinstance(row, Mapping) else {}
        for column in setting.columns:
            typed = _typed(agent, _cell(key, number, column), column, cells.get(column.name))
            if not is_empty(typed):
                cells[column.name] = typed
            else:
                cells.pop(column.name, None)
        yield cells


def _widget(form: Form, key: str, setting: Setting, value: Any) -> None:
    """Draw a widget with its initial value; invalid input stays in it with an error."""
    widget = widget_for(setting, value)
    shown = draft_fields.shown_field(form.agent, key, widget.show(value))
    widget_key = draft_fields.field_key(form.agent, key)
    widget.draw(form.label(setting), setting, widget_key, shown)
    try:
        widget.read(shown)
        draft_fields.let_go(form.agent, key)
    except Unreadable as error:
        draft_fields.keep_field(form.agent, key, shown)
        with st.container(key=f"{widget_key}/unsaved"):  # the browser keeps it then (frontend/src/unsent)
            st.caption(
                f":red[:material/error: {setting.label}: {error_text.inline_sentence(error)} This change isn't saved yet.]"
            )
    if setting.open and setting.choices and value not in (None, "", *(choice.value for choice in setting.choices)):
        st.caption("A custom ID, sent unchanged: it isn't one of the listed options.")


def _text(form: Form, field: rules.ActiveSetting) -> None:
    """Draw a long text field, which saves while typing."""
    setting, key = field.setting, field.key
    value = rules.value_of(field, form.values)
    drawn = ProseField(
        name=f"{form.agent}/{key}",
        address=f"/api/drafts/{form.agent}/text",
        key=key,
        capability=form.texts.capability,
        text=value if isinstance(value, str) else "",
        revision=form.texts.revision,
        tab=state.tab_id(),
        turn=draft_fields.field_turn(form.agent, key),
        label=form.label(setting),
        help=setting.help,
        docs=_page(field),
        height=HEIGHTS.get(setting.name, FEW_LINES),
    )
    draw_prose(drawn, draft_fields.field_key(form.agent, key), form.texts.apply)


def _rows(form: Form, field: rules.ActiveSetting, setting: Setting) -> None:
    value = rules.value_of(field, form.values)
    rows = list(value) if isinstance(value, list | tuple) else []
    effect = f" · {EFFECTS[setting.effect]}" if form.in_call else ""
    st.markdown(f"**{setting.label}**{effect}", help=setting.help)
    for number, row in enumerate(rows):
        with st.container(border=True):
            for column in setting.columns:
                cell = row.get(column.name) if isinstance(row, Mapping) else None
                shown = column.default if cell is None else cell
                _widget(form, _cell(field.key, number, column), replace(column, effect=setting.effect), shown)
            others = [*rows[:number], *rows[number + 1 :]]
            st.button(
                "Remove",
                icon=":material/delete:",
                key=f"remove/{field.key}/{number}",
                on_click=form.change,
                args=({field.key: others},),
            )
    st.button("Add", icon=":material/add:", key=f"add/{field.key}", on_click=form.change, args=({field.key: [*rows, {}]},))


def _cell(key: str, number: int, column: Setting) -> str:
    return f"{key}#{number}.{column.name}"


def _vendor_choice(form: Form, role: Role) -> None:
    key, vendors = rules.vendor_key(role), rules.VENDORS[role]
    vendor = rules.vendor_of(role, form.values)
    labels = {v.id: v.label for v in vendors}
    shown = draft_fields.shown_field(form.agent, key, vendor.id)
    label = ROLE_LABELS[role] if role in ("mllm", "avatar") else "Vendor"
    st.selectbox(
        label,
        list(labels),
        list(labels).index(shown),
        format_func=labels.__getitem__,
        key=draft_fields.field_key(form.agent, key),
    )
    st.caption(_about(vendor, form.values))
    draw_problems(form, key)


def _about(vendor: Vendor, values: Mapping[str, Any]) -> str:
    parts = (MARKETS.get(vendor.market), vendor.help, price_note(vendor, values), f"[Documentation]({vendor.docs})")
    return " ".join(part for part in parts if part)


def _page(field: rules.ActiveSetting) -> str:
    return field.setting.docs or (field.vendor.docs if field.vendor else field.group.docs)


def _searched_text(field: rules.ActiveSetting) -> str:
    vendor = field.vendor.label if field.vendor else ""
    return " ".join((field.setting.label, field.setting.help, field.group.label, vendor, field.setting.path)).lower()
