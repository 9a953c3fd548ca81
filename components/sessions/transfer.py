"""One session taken out, as a page for a mail or as a zip for another machine; and a zip taken in."""

from __future__ import annotations

import streamlit as st

from components.call import BUILD_DIR
from components.shell import state
from components.shell.state import Banner
from greenroom.errors import GreenroomError
from greenroom.model.session import Session
from greenroom.services import current


def take_out(session: Session) -> None:
    """Each is made when it is asked for."""
    name = f"session-{session.created_at:%Y-%m-%d-%H%M}-{session.id[:6]}"
    with st.popover("Take it out", icon=":material/download:", width="content"):
        st.download_button(
            "Page to send (HTML)",
            data=lambda: current().transfers.as_html(session.id, _script()),
            file_name=f"{name}.html",
            mime="text/html",
            key="take_out_html",
            on_click="ignore",
            width="stretch",
            help="Timeline, sound, transcript, notes and settings in one file that opens without Greenroom",
        )
        st.download_button(
            "For another Greenroom (zip)",
            data=lambda: current().transfers.as_zip(session.id),
            file_name=f"{name}.zip",
            mime="application/zip",
            key="take_out_zip",
            on_click="ignore",
            width="stretch",
            help="Import it there on the Sessions page",
        )


def take_in() -> None:
    """A zip of another machine becomes a session of this one."""
    with (
        st.popover("Import", icon=":material/upload:", width="content"),
        st.form("take_in", border=False, clear_on_submit=True),
    ):
        st.file_uploader("A session that was taken out as a zip", type="zip", key="session_zip", max_upload_size=512)
        st.form_submit_button("Import the session", on_click=_take_in)


def _take_in() -> None:
    chosen = st.session_state["session_zip"]
    if chosen is None:
        state.show(Banner("No file was chosen.", "Choose a zip, then press Import the session."))
        return
    try:
        session = current().transfers.take_in(chosen.getvalue())
    except GreenroomError as error:
        state.show_error(error)
        return
    state.show(Banner(f"The session with {session.agent_name} was imported.", good=True))


def _script() -> str:
    return (BUILD_DIR / "timeline.js").read_text(encoding="utf8")
