"""The hosts beside a key's own vendor that it may or may not be sent to, each with a button to revoke the decision."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from components.shell import error_text, state
from components.shell.formatting import date_and_time, plain
from greenroom.errors import GreenroomError
from greenroom.services import current

_WORDS = {"allowed": "may be sent to", "withheld": "is not sent to"}


def draw_key_consents() -> None:
    """Draw the list; nothing if no decision was made."""
    try:
        decisions = current().keys.decisions()
    except GreenroomError as error:
        error_text.draw(error)
        return
    if not decisions:
        return
    with st.expander(f"Hosts outside a key's vendor ({len(decisions)})", expanded=True):
        for consent in decisions:
            with st.container(horizontal=True, vertical_alignment="center"):
                words = f"`{consent.name}` {_WORDS[consent.decision]} **{plain(consent.destination)}**"
                decided = date_and_time(datetime.fromisoformat(consent.decided_at))
                st.markdown(f"{words} :gray[· decided {decided}]", width="stretch")
                key = f"revoke/{consent.name}/{consent.destination}"
                st.button("Revoke", key=key, on_click=_revoke, args=(consent.name, consent.destination))


def _revoke(name: str, destination: str) -> None:
    try:
        current().keys.revoke(name, destination)
    except GreenroomError as error:
        state.show_error(error)
        return
    state.show(state.Banner(f"Greenroom will ask again before it sends {name} to {destination}.", good=True))
