"""Sessions: what was tried, newest first, or as one looks for it."""

import streamlit as st

from components import session_export, session_filter, session_table, state
from greenroom.model.session import Session, SessionId
from greenroom.services import current

PAGE_SIZE = 50


def undo() -> None:
    deleted = state.deleted_session()
    if deleted is not None:
        current().records.restore(deleted)
        state.remember_deleted(None)


def delete(session_id: SessionId) -> None:
    current().records.delete(session_id)
    state.remember_deleted(session_id)


def undo_bar() -> None:
    if state.deleted_session() is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("The session was deleted.")
        st.button("Undo", icon=":material/undo:", key="undo_delete", on_click=undo)


def empty() -> None:
    st.info("No session yet. Launch an agent, talk with it, end the call: it is listed here.", icon=":material/view_list:")
    st.page_link("pages/studio.py", label="Open the Studio", icon=":material/tune:")


def nothing_found() -> None:
    st.info("No session is like that.", icon=":material/search_off:")
    st.button("Show all sessions", icon=":material/clear_all:", on_click=session_filter.clear, key="show_all")


def actions(chosen: Session | None) -> None:
    if st.button("Open session", icon=":material/article:", type="primary", disabled=chosen is None, key="open") and chosen:
        st.switch_page("pages/session.py", query_params={"id": chosen.id})
    st.button("Delete", icon=":material/delete:", disabled=chosen is None or chosen.state != "ended",
              on_click=delete, args=(chosen.id if chosen else "",), key="delete")  # fmt: skip


st.title("Sessions")
undo_bar()
total = current().records.count()
if not total:
    empty()
else:
    wanted = session_filter.draw()
    found, following = current().records.page(wanted, PAGE_SIZE, session_table.after(wanted))
    if not found:
        nothing_found()
    else:
        shown = current().records.count(wanted)
        some = f"{shown:,} of {total:,} sessions" if wanted.narrows else f"{total:,} session{'' if total == 1 else 's'}"
        bar = st.container(horizontal=True, vertical_alignment="center")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{some}. Select one to open or delete it.", width="stretch")
            columns = session_table.columns(wanted)
            session_export.draw(wanted)
            if wanted.narrows:
                st.button("Clear", icon=":material/clear_all:", on_click=session_filter.clear, key="show_all", type="tertiary")
        chosen = session_table.draw(found, columns)
        with bar:
            actions(chosen)
        session_table.pager(following)
