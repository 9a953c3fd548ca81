"""Actions on selected sessions: open, compare, tag, export and delete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from components.sessions import compare, export, filter
from components.shell import field_errors, fields, state
from components.shell.state import Banner
from greenroom.errors import GreenroomError, InvalidInput
from greenroom.model.session import Session, SessionId
from greenroom.model.session_query import SessionQuery
from greenroom.plurals import counted
from greenroom.services import current, may
from greenroom.services.sessions import MOST

TAG_FORM = "tag_form"


def draw(chosen: Sequence[Session], query: SessionQuery, count: int, total: int) -> None:
    """Draw one row above the table: how many sessions there are, and the actions on the selected ones, or on all."""
    ids = tuple(session.id for session in chosen)
    st.caption(f"{len(ids)} selected" if ids else _how_many(query, count, total), width="stretch")
    if query.narrows and not ids:
        st.button("Clear", icon=":material/filter_list_off:", on_click=filter.clear, key="show_all", help="Clear filters")
    if ids:
        _only_with_selection(chosen, ids)
    exported = replace(query, only=frozenset(ids)) if ids else query
    export.draw(exported, f"{len(ids)} selected" if ids else f"All {count:,} sessions in the table")


def _how_many(query: SessionQuery, count: int, total: int) -> str:
    if query.narrows:
        return f"{count:,} of {total:,} sessions"  # short, because the button that clears the filters is beside it
    return f"{counted(total, 'session')}. Click a row to open it; check rows to compare them."


def _only_with_selection(chosen: Sequence[Session], ids: tuple[SessionId, ...]) -> None:
    if len(ids) == 1 and st.button("Open", icon=":material/article:", key="open", help="Open this session"):
        st.switch_page("pages/session.py", query_params={"id": ids[0]})
    few = len(ids) <= MOST
    if len(ids) > 1 and st.button(
        "Compare",
        icon=":material/compare_arrows:",
        type="primary",
        disabled=not few,
        key="compare",
        help="Side by side: words, sound, figures and settings" if few else f"Select at most {MOST} sessions",
    ):
        compare.draw(ids)
    with st.popover("Tag", icon=":material/sell:", width="content"):
        _tag(ids)
    if not may("editor"):
        return
    running = any(session.state != "ended" for session in chosen)
    st.button(
        "Delete",
        icon=":material/delete:",
        disabled=running,
        key="delete",
        on_click=_delete,
        args=ids,
        help="Running sessions can't be deleted" if running else "You can undo it",
    )


def undo_bar() -> None:
    """Show how many sessions were deleted, with an undo button."""
    count = len(state.deleted_sessions())
    if not count:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Session deleted." if count == 1 else f"{count} sessions deleted.")
        st.button("Undo", icon=":material/undo:", key="undo_delete", on_click=_undo)


def _tag(ids: tuple[SessionId, ...]) -> None:
    with st.form(TAG_FORM, border=False, clear_on_submit=True):
        st.multiselect(
            "Tags to add",
            current().reviews.known_tags(),
            key="tags_to_add",
            accept_new_options=True,
            placeholder="Choose or type a new tag",
        )
        field_errors.draw(TAG_FORM, "tags")
        st.form_submit_button(f"Tag {counted(len(ids), 'session')}", key="tag_selected", on_click=_tag_all, args=(ids,))


def _tag_all(ids: tuple[SessionId, ...]) -> None:
    reviews, tags = current().reviews, list(fields.value("tags_to_add"))
    field_errors.clear(TAG_FORM)
    try:
        if not tags:
            raise InvalidInput("No tag chosen.", field="tags", advice="Choose one, or type a new one.")
        new = reviews.tag_all(ids, tags)
    except GreenroomError as error:
        field_errors.tell(TAG_FORM, error)
        return
    message = f"{counted(len(ids), 'session')} tagged: {', '.join(sorted(tags, key=str.casefold))}."
    state.show(Banner(message, good=True, undo=lambda: reviews.untag(new)))


def _delete(*ids: SessionId) -> None:
    try:
        current().records.delete(*ids)
    except GreenroomError as error:
        state.show_error(error)
    else:
        state.remember_deleted(*ids)


def _undo() -> None:
    current().records.restore(*state.deleted_sessions())
    state.remember_deleted()
