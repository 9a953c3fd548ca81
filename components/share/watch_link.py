"""Watch links: colleagues hear a running call and read its transcript, without being heard."""

from __future__ import annotations

import segno
import streamlit as st

from components.share.copy_button import draw_copy
from components.share.link_card import QR_STYLE, origin
from components.shell import state
from greenroom.errors import GreenroomError
from greenroom.model.session import SessionId
from greenroom.services import current

HELP = "Colleagues hear both voices, read along and leave notes. They can't be heard."


def draw_watch(session: SessionId) -> None:
    """Draw the menu of a running call, to create a watch link, show it, or end all links."""
    with st.popover("Watch", icon=":material/visibility:", help=HELP, key=f"watch/{session}"):
        if path := current().watch_links.address(session):
            address = f"{origin()}{path}"
            st.code(address, language=None, wrap_lines=True)
            draw_copy(address, key=f"watch_copy/{session}")
            qr = segno.make(address, micro=False).svg_data_uri()
            st.html(f'<img alt="QR code of this link" style="{QR_STYLE}" src="{qr}">')
            st.button("End links", icon=":material/link_off:", key=f"watch_end/{session}", on_click=_end, args=(session,))
        else:
            st.caption(HELP)
            st.button("Create link", icon=":material/add_link:", key=f"watch_new/{session}", on_click=_create, args=(session,))


def _create(session: SessionId) -> None:
    """Handle Create link."""
    try:
        current().watch_links.create(session)
    except GreenroomError as error:
        state.show_error(error)


def _end(session: SessionId) -> None:
    """Handle End links."""
    current().watch_links.end(session)
