"""The list of credentials: status and source, with add, test and delete. Values are write-only."""

from __future__ import annotations

import streamlit as st

from components.shell import error_text, field_errors, fields, state
from components.shell.formatting import date_and_time, plain
from greenroom.errors import GreenroomError
from greenroom.services import current
from greenroom.services.operations import NO_TEST, CredentialStatus, CredentialTest

_SOURCES = {"environment": "environment", "secrets.toml": "secrets.toml", "stored": "stored here, encrypted", "": "not set"}
_MARKS = {"good": ":green[:material/check_circle:", "refused": ":red[:material/error:", "unclear": ":orange[:material/help:"}
FORM, VALUE, NAME = "credential", "credential/value", "credential/name"
SEARCH = f"{fields.TAB}credential_search"


def draw_credentials() -> None:
    """All credentials, those that are set first, with search and a form to add a custom one."""
    fault = current().credentials.fault()
    if fault is not None:
        error_text.draw(fault, icon=":material/lock:")
        st.button(
            "Move the old keys aside",
            icon=":material/inventory_2:",
            key="credential/aside",
            on_click=_set_aside,
            help="Renames the unreadable file and starts with an empty one.",
        )
    _undo_bar()
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    shown, key = fields.shown(SEARCH, ""), fields.key(SEARCH)
    search = left.text_input("Find a credential", shown, key=key, placeholder="Vendor or name", icon=":material/search:")
    fields.keep(SEARCH, search)
    right.button("Add credential", icon=":material/add:", width="stretch", on_click=_open, args=("",), key="credential/add")
    rows = [row for row in current().credentials.listed() if _has(row, search)]
    set_rows = [row for row in rows if row.is_set]
    if not search and not set_rows:
        st.caption("No credentials yet. You don't need any offline, or for vendors that use Agora's account.")
    if not rows:
        st.caption(f"No credentials match “{plain(search)}”.")
    for row in set_rows:
        _row(row)
    rest = [row for row in rows if not row.is_set]
    if rest and search:
        for row in rest:
            _row(row)
    elif rest:
        box = st.expander(f"{len(rest)} not set", key="credential/rest", on_change="rerun")
        for row in rest if box.open else ():  # a closed box isn't drawn: every row costs several messages
            with box:
                _row(row)


def _row(row: CredentialStatus) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        mark = ":material/check_circle:" if row.is_set else ":material/cancel:"
        page = f" [Get a key]({row.page})" if row.page else ""
        use = f"{row.use} · " if row.use else ""
        st.markdown(f"{mark} **{row.label}** · `{row.name}`  \n:gray[{use}{_source(row)}.{_untried(row)}]{page}", width="stretch")
        about = f"Test this key with {row.label}. {row.test_costs}".strip()
        if row.is_set and row.testable and st.button("Test", key=f"credential/test/{row.name}", help=about):
            with st.spinner(f"Testing with {row.label}…"):
                _show_result(current().credentials.test(row.name))
        if row.source in ("", "stored"):
            st.button("Replace" if row.is_set else "Add", key=f"credential/edit/{row.name}", on_click=_open, args=(row.name,))
        if row.stored_at is not None:
            st.button("Delete", key=f"credential/forget/{row.name}", on_click=_delete, args=(row.name,))


def _source(row: CredentialStatus) -> str:
    if row.stored_at is None:
        return _SOURCES[row.source]
    when = date_and_time(row.stored_at)
    if row.source == "stored":
        return f"{_SOURCES[row.source]}, {when}"
    return f"{_SOURCES[row.source]}; the key stored here on {when} isn't used"


def _untried(row: CredentialStatus) -> str:
    return f" {NO_TEST}" if row.is_set and not row.testable else ""


def _show_result(result: CredentialTest) -> None:
    st.markdown(f"{_MARKS[result.outcome]} {error_text.inline_sentence(result)}]")


def _open(name: str) -> None:
    field_errors.clear(FORM)
    _edit(name)


@st.dialog("Credential")
def _edit(name: str) -> None:
    """Draw the form. The value is a password field that is cleared after saving."""
    with st.form(FORM, clear_on_submit=True, border=False):
        st.text_input("Name", value=name, disabled=bool(name), key=f"{NAME}/{name}", placeholder="MY_SERVICE_API_KEY")
        field_errors.draw(FORM, "name")
        st.text_input(
            "Value",
            type="password",
            key=VALUE,
            autocomplete="off",
            help="Encrypted on the server and never shown again.",
        )
        for field in ("value", field_errors.WHOLE):
            field_errors.draw(FORM, field)
        saved = st.form_submit_button("Save", type="primary", icon=":material/lock:", on_click=_save, args=(name,))
    if saved and not field_errors.any_in(FORM):
        st.rerun()


def _save(name: str) -> None:
    value = fields.take_secret(VALUE)
    chosen = name or str(fields.value(f"{NAME}/{name}") or "").strip()
    field_errors.clear(FORM)
    try:
        replaced = current().credentials.store(chosen, value)
    except GreenroomError as error:
        field_errors.tell(FORM, error, field_errors.WHOLE)
        return
    state.show(state.Banner(f"{chosen} {'replaced' if replaced else 'saved'}.", good=True))


def _delete(name: str) -> None:
    try:
        if current().credentials.delete(name):
            state.remember_deleted_credential(name)
    except GreenroomError as error:
        state.show_error(error)


def _set_aside() -> None:
    try:
        kept = current().credentials.set_aside()
    except GreenroomError as error:
        state.show_error(error)
        return
    state.show(
        state.Banner(
            f"The old keys were moved to {kept}. Enter your keys again."
            if kept
            else "The keys are readable; nothing was changed.",
            good=True,
        )
    )


def _undo_bar() -> None:
    name = state.deleted_credential()
    if name is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{name} deleted.", width="content")
        st.button("Undo", icon=":material/undo:", key="credential/undo", on_click=_restore, args=(name,))


def _restore(name: str) -> None:
    try:
        current().credentials.restore(name)
    except GreenroomError as error:
        state.show_error(error)
    state.remember_deleted_credential(None)


def _has(row: CredentialStatus, search: str) -> bool:
    return search.strip().lower() in f"{row.name} {row.label} {row.use}".lower()
