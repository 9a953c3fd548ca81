"""What can be done with the sessions that are selected: open one, compare some, tag, export and delete them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from components.sessions import compare, export
from components.shell import state
from components.shell.state import Banner
from greenroom.errors import GreenroomError
from greenroom.model.session import Session, SessionId
from greenroom.model.session_query import SessionQuery
from greenroom.services import current
from greenroom.services.sessions import MOST


def draw(chosen: Sequence[Session], wanted: SessionQuery, found: int) -> None:
    """One row of buttons; what needs a selection waits for one."""
    ids = tuple(session.id for session in chosen)
    if st.button("Open session", icon=":material/article:", type="primary", disabled=len(ids) != 1, key="open"):
        st.switch_page("pages/session.py", query_params={"id": ids[0]})
    few = 2 <= len(ids) <= MOST
    if st.button(
        "Compare",
        icon=":material/compare_arrows:",
        disabled=not few,
        key="compare",
        help=f"Side by side; select 2 to {MOST} sessions",
    ):
        compare.draw(ids)
    with st.popover("Tag", icon=":material/sell:", disabled=not ids, width="content"):
        _tag(ids)
    exported = replace(wanted, only=frozenset(ids)) if ids else wanted
    export.draw(exported, f"{len(ids)} selected" if ids else f"All {found:,} in the table")
    running = any(session.state != "ended" for session in chosen)
    st.button(
        "Delete",
        icon=":material/delete:",
        disabled=not ids or running,
        key="delete",
        on_click=_delete,
        args=ids,
        help="A running call cannot be deleted" if running else "It can be undone",
    )


def undo_bar() -> None:
    """How many were deleted, and the way back."""
    count = len(state.deleted_sessions())
    if not count:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("The session was deleted." if count == 1 else f"{count} sessions were deleted.")
        st.button("Undo", icon=":material/undo:", key="undo_delete", on_click=_undo)


def _tag(ids: tuple[SessionId, ...]) -> None:
    with st.form("tag_form", border=False, clear_on_submit=True):
        st.multiselect(
            "Tags to add",
            current().reviews.known_tags(),
            key="tags_to_add",
            accept_new_options=True,
            placeholder="Choose, or type a new one",
        )
        st.form_submit_button(
            f"Tag {len(ids)} session{'' if len(ids) == 1 else 's'}", key="tag_selected", on_click=_tag_all, args=(ids,)
        )


def _tag_all(ids: tuple[SessionId, ...]) -> None:
    judging, tags = current().reviews, list(st.session_state["tags_to_add"])
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
