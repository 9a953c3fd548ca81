"""The notes that mention the signed-in account, above the table of sessions."""

from __future__ import annotations

import streamlit as st

from components.shell import formatting, state
from greenroom.model.session import SessionId
from greenroom.services import current, member

_SHOWN = 20


def draw() -> None:
    """Draw the list; nothing without sign-in, or if the account isn't mentioned."""
    who = member()
    if who is None:
        return
    in_notes, on_versions = current().reviews.mentions_of(who), current().comments.mentions_of(who)
    if not in_notes and not on_versions:
        return
    with st.expander(f"Mentions ({len(in_notes) + len(on_versions)})", icon=":material/alternate_email:", key="mentions"):
        for mention in on_versions[:_SHOWN]:
            about = f"**{formatting.plain(mention.agent_name)}, version {mention.number}**"
            text = formatting.plain(mention.comment.text).replace("\n", " ")
            by = f"{formatting.plain(mention.comment.author)} · {formatting.day_and_time(mention.comment.at)}"
            st.markdown(f"{about} {text}  \n:gray[{by}]")
        for one in in_notes[:_SHOWN]:
            with st.container(horizontal=True, vertical_alignment="center", key=f"mention_{one.note.id}"):
                by = f"{formatting.plain(one.note.author)} · " if one.note.author else ""
                when = formatting.day_and_time(one.note.written_at)
                text = formatting.plain(one.note.text).replace("\n", " ")
                st.markdown(f"**{formatting.plain(one.agent_name)}** {text}  \n:gray[{by}{when}]", width="stretch")
                st.button("Open session", key=f"open_mention_{one.note.id}", on_click=_open, args=(one.session_id,))


def _open(session_id: SessionId) -> None:
    state.ask_for_session(session_id, play=False)
