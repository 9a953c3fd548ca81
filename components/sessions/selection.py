"""Actions on selected sessions: open, compare, tag, export and delete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from components.sessions import compare, export
from components.shell import fields, state
from components.shell.state import Banner
from greenroom.errors import GreenroomError
from greenroom.model.session import Session, SessionId
from greenroom.model.session_query import SessionQuery
from greenroom.services import current
from greenroom.services.sessions import MOST


def draw(chosen: Sequence[Session], wanted: SessionQuery, found: int) -> None:
    """One row of buttons; those that need a selection are disabled without one."""
    ids = tuple(session.id for session in chosen)
    if st.button("Open session", icon=":material/article:", type="primary", disabled=len(ids) != 1, key="open"):
        st.switch_page("pages/session.py", query_params={"id": ids[0]})
    few = 2 <= len(ids) <= MOST
    if st.button(
        "Compare",
        icon=":material/compare_arrows:",
        disabled=not few,
        key="compare",
        help=f"Select 2 to {MOST} sessions to compare them side by side",
    ):
        compare.draw(ids)
    with st.popover("Tag", icon=":material/sell:", disabled=not ids, width="content"):
        _tag(ids)
    exported = replace(wanted, only=frozenset(ids)) if ids else wanted
    export.draw(exported, f"{len(ids)} selected" if ids else f"All {found:,} sessions in the table")
    running = any(session.state != "ended" for session in chosen)
    st.button(
        "Delete",
        icon=":material/delete:",
        disabled=not ids or running,
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
    with st.form("tag_form", border=False, clear_on_submit=True):
        st.multiselect(
            "Tags to add",
            current().reviews.known_tags(),
            key="tags_to_add",
            accept_new_options=True,
            placeholder="Choose or type a new tag",
        )
        st.form_submit_button(
            f"Tag {len(ids)} session{'' if len(ids) == 1 else 's'}", key="tag_selected", on_click=_tag_all, args=(ids,)
        )


def _tag_all(ids: tuple[SessionId, ...]) -> None:
    judging, tags = current().reviews, list(fields.value("tags_to_add"))
    if not tags:
        return
    try:
        new = judging.tag_all(ids, tags)
    except GreenroomError as error:
        state.show_error(error)
        return
    told = f"{len(ids)} session{'' if len(ids) == 1 else 's'} tagged: {', '.join(sorted(tags, key=str.casefold))}."
    state.show(Banner(told, good=True, undo=lambda: judging.untag(new)))


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
