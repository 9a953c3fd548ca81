"""Export a session as an HTML page or a zip bundle, and import a zip bundle."""

from __future__ import annotations

import streamlit as st

from components.call import BUILD_DIR
from components.shell import field_errors, fields, state
from components.shell.state import Banner
from greenroom.errors import GreenroomError, InvalidInput
from greenroom.model.session import Session
from greenroom.services import current, current_for_later

IMPORT = "import_session"


def draw_export(session: Session) -> None:
    """Export buttons; each file is generated on download."""
    services = current_for_later()
    name = f"session-{session.created_at:%Y-%m-%d-%H%M}-{session.id[:6]}"
    with st.popover("Export", icon=":material/download:", width="content"):
        st.download_button(
            "Web page (HTML)",
            data=lambda: services.transfers.as_html(session.id, _script()),
            file_name=f"{name}.html",
            mime="text/html",
            key="take_out_html",
            on_click="ignore",
            width="stretch",
            help="Timeline, audio, transcript, notes and settings in one file that opens in any browser",
        )
        st.download_button(
            "Greenroom bundle (zip)",
            data=lambda: services.transfers.as_zip(session.id),
            file_name=f"{name}.zip",
            mime="application/zip",
            key="take_out_zip",
            on_click="ignore",
            width="stretch",
            help="Import it into another Greenroom on its Sessions page",
        )


def draw_import() -> None:
    """Import a zip bundle from another Greenroom as a session."""
    with (
        st.popover("Import", icon=":material/upload:", width="content"),
        st.form(IMPORT, border=False, clear_on_submit=True),
    ):
        st.file_uploader("Session bundle (zip)", type="zip", key="session_zip", max_upload_size=512)
        field_errors.draw(IMPORT, "file")
        st.form_submit_button("Import session", on_click=_import)


def _import() -> None:
    chosen = fields.value("session_zip")
    field_errors.clear(IMPORT)
    try:
        if chosen is None:
            raise InvalidInput("No file selected.", field="file", advice="Choose a zip file, then click Import session.")
        session = current().transfers.import_bundle(chosen.getvalue())
    except GreenroomError as error:
        field_errors.tell(IMPORT, error, "file")
        return
    state.show(Banner(f"Session with {session.agent_name} imported.", good=True))


def _script() -> str:
    return (BUILD_DIR / "timeline.js").read_text(encoding="utf8")
