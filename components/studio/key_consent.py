"""Asks in the Studio before a key is sent to a host that isn't its vendor's, as after an import or a link."""

from __future__ import annotations

import streamlit as st

from components.shell import error_text, state
from components.shell.formatting import plain
from greenroom.catalog import rules
from greenroom.catalog.key_hosts import hosts_of
from greenroom.catalog.key_use import SPOKEN, TOOL_AT, KeyUse
from greenroom.errors import GreenroomError
from greenroom.model.agent import Settings
from greenroom.services import current, may


def consent_bar(settings: Settings) -> None:
    """Draw a panel for each key and host that needs a decision."""
    try:
        uses = current().keys.pending(settings)
    except GreenroomError as error:
        error_text.draw(error)
        return
    for use in uses:
        _panel(use)


def warn(settings: Settings) -> None:
    """Draw a line for each key that these settings would send to an undecided host. For settings that aren't saved yet."""
    for use in current().keys.pending(settings):
        st.caption(
            f":orange[:material/key:] {plain(use.name)} would be sent to {plain(use.destination)}. You decide before launch."
        )


def _panel(use: KeyUse) -> None:
    with st.container(border=True, key=f"consent/{use.name}/{use.destination}"):
        st.markdown(f":orange[:material/key:] **Send {plain(use.name)} to {plain(use.destination)}?**")
        st.markdown(f"{_whose(use)} This agent uses it under *{plain(rules.label_of(use.setting))}*. {_risk(use)}")
        if not may("admin"):
            st.caption("An admin of this studio can decide. To launch without it, remove the key from the setting.")
            return
        with st.container(horizontal=True, vertical_alignment="center"):
            allow = f"Allow for {use.destination}"
            st.button(plain(allow), key=f"allow/{use.name}/{use.destination}", on_click=_decide, args=(use, True))
            if use.optional:
                st.button(
                    "Launch without the key",
                    type="primary",
                    key=f"withhold/{use.name}/{use.destination}",
                    on_click=_decide,
                    args=(use, False),
                )
            else:
                st.caption("To launch without it, remove the key from the setting.", width="content")


def _whose(use: KeyUse) -> str:
    hosts = sorted(hosts_of(use.name))
    return f"The key belongs to {plain(', '.join(hosts[:3]))}." if hosts else "Greenroom knows no host that this key belongs to."


def _risk(use: KeyUse) -> str:
    if use.destination.startswith(TOOL_AT):
        return "The agent's model decides what the tool asks for there, with your account and at your cost."
    who = "Whoever talks to the agent" if use.destination == SPOKEN else f"Whoever runs {plain(use.destination)}"
    return f"{who} can read the key and use it at your cost."


def _decide(use: KeyUse, allow: bool) -> None:
    try:
        current().keys.decide(use.name, use.destination, "allowed" if allow else "withheld")
    except GreenroomError as error:
        state.show_error(error)
