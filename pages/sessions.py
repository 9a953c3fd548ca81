"""Sessions: what was tried, newest first."""

from typing import Any

import pandas as pd
import streamlit as st

from components import state, wording
from greenroom.model.session import Session, SessionId
from greenroom.services import current

PAGE_SIZE = 50


def row(session: Session) -> dict[str, Any]:
    return {
        "When": wording.local(session.created_at),
        "Agent": session.agent_name,
        "Version": session.version_number,
        "How it ended": wording.how_it_ended(session),
        "Length": wording.length(session.length_s),
        "Turns": session.turn_count,
        "Latency": session.median_latency_ms,
        "Where": wording.PLACES[session.place],
    }


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


def cursors() -> list[str | None]:
    return st.session_state.setdefault("session_cursors", [None])


def go_back(stack: list[str | None]) -> None:
    stack.pop()


def pager(following: str | None) -> None:
    stack = cursors()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Newer", icon=":material/arrow_back:", disabled=len(stack) == 1, on_click=go_back, args=(stack,),
                  key="newer")  # fmt: skip
        st.button("Older", icon=":material/arrow_forward:", disabled=following is None,
                  on_click=stack.append, args=(following,), key="older")  # fmt: skip


st.title("Sessions")
undo_bar()
total = current().records.count()
sessions, following = current().records.page(limit=PAGE_SIZE, before=cursors()[-1])
if not sessions:
    st.info("No session yet. Launch an agent, talk with it, end the call: it is listed here.", icon=":material/view_list:")
    st.page_link("pages/studio.py", label="Open the Studio", icon=":material/tune:")
else:
    st.caption(f"{total:,} session{'' if total == 1 else 's'}. Select one to open or delete it.")
    picked = st.dataframe(
        pd.DataFrame([row(s) for s in sessions]),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key="session_table",
        column_config={
            "When": st.column_config.DatetimeColumn(format="D MMM, HH:mm", width=95, pinned=True),
            "Agent": st.column_config.TextColumn(width=110),
            "Version": st.column_config.NumberColumn("Ver.", format="v%d", width=45),
            "How it ended": st.column_config.TextColumn(width=120),
            "Length": st.column_config.TextColumn(width=55),
            "Turns": st.column_config.NumberColumn(width=50),
            "Latency": st.column_config.NumberColumn(
                format="%d ms", width=70, help="Median of the session: end of the person's speech to the agent's first sound."
            ),
            "Where": st.column_config.TextColumn(width=90),
        },
    )
    rows = picked["selection"]["rows"] if picked else []
    chosen = sessions[rows[0]] if rows and rows[0] < len(sessions) else None
    with st.container(horizontal=True):
        if st.button("Open", icon=":material/article:", type="primary", disabled=chosen is None, key="open") and chosen:
            st.switch_page("pages/session.py", query_params={"id": chosen.id})
        st.button("Delete", icon=":material/delete:", disabled=chosen is None or chosen.state != "ended",
                  on_click=delete, args=(chosen.id if chosen else "",), key="delete")  # fmt: skip
    if total > PAGE_SIZE:
        pager(following)
