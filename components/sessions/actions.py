"""What one does with a session that is over: launch its version again, take it for the draft, see what has changed since."""

from __future__ import annotations

import streamlit as st

from components.sessions import transfer
from components.shell import state
from components.studio import diff_view, launching, versions
from greenroom.catalog.compare import compare
from greenroom.model.agent import Version
from greenroom.model.session import Session
from greenroom.services import current


def draw(version: Version, session: Session) -> None:
    """Both buttons leave this page as it is; a notice says what they did."""
    with st.container(horizontal=True):
        st.button(
            "Launch this version again",
            icon=":material/play_arrow:",
            key="launch_again",
            help="As it was, whatever the draft says now",
            on_click=launching.launch_again,
            args=(version,),
        )
        st.button(
            "Make this the draft",
            icon=":material/restore:",
            key="make_draft",
            help="The Studio edits these settings; undo takes it back",
            on_click=_make_draft,
            args=(version,),
        )
        if session.state == "ended":
            transfer.take_out(session)


def changed_since(version: Version) -> None:
    """The settings used here against the agent as it is now."""
    found = compare(version.settings, current().agents.draft(version.agent_id).settings)
    if not found:
        st.info("The agent is as it was in this session.", icon=":material/check:")
        return
    st.caption("Struck through: as it was in this session. Underlined: as it is now.")
    diff_view.draw(found)


def _make_draft(version: Version) -> None:
    state.choose_agent(version.agent_id)
    versions.restore(version.agent_id, version.id, version.number)
