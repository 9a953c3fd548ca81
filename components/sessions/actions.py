"""Actions on a finished session: relaunch its version, restore it as the draft, show what changed since."""

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
    """Draw both buttons. They stay on this page and report the result in a banner."""
    with st.container(horizontal=True):
        st.button(
            "Relaunch this version",
            icon=":material/play_arrow:",
            key="launch_again",
            help="Uses this session's settings and ignores the current draft",
            on_click=launching.launch_again,
            args=(version,),
        )
        st.button(
            "Restore as draft",
            icon=":material/restore:",
            key="make_draft",
            help="Replaces the draft with these settings. You can undo it.",
            on_click=_make_draft,
            args=(version,),
        )
        if session.state == "ended":
            transfer.draw_export(session)


def changed_since(version: Version) -> None:
    """Compare the session's settings with the agent's current draft."""
    changes = compare(version.settings, current().agents.draft(version.agent_id).settings)
    if not changes:
        st.info("No changes since this session.", icon=":material/check:")
        return
    st.caption("Struck through: this session. Underlined: current draft.")
    diff_view.draw(changes)


def _make_draft(version: Version) -> None:
    state.choose_agent(version.agent_id)
    versions.restore(version.agent_id, version.id, version.number)
