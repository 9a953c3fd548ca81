"""Asks before an agent reaches a host inside this computer's own network."""

from __future__ import annotations

import streamlit as st

from components.shell import error_text, state
from components.shell.formatting import plain
from greenroom.errors import GreenroomError
from greenroom.model.agent import AgentId, Settings
from greenroom.services import current, may


def draw_private_hosts(agent: AgentId, values: Settings, model_alone: bool = False) -> None:
    """Draw a line with a button for each such host. ``model_alone``: those of the agent's model server, without its tools'."""
    try:
        own = current().brains.own_address(agent, values) if current().config.on_twin else ""
        hosts = current().tools.private_hosts(agent, {} if model_alone else values, own)
    except GreenroomError as error:
        error_text.draw(error)
        return
    for host in hosts:
        with st.container(horizontal=True, vertical_alignment="center", key=f"host/{host.place}"):
            if host.allowed:
                st.caption(f":material/lan: This agent may reach **{plain(host.place)}** inside your network.", width="stretch")
                st.button("Withdraw", key=f"withdraw/{host.place}", on_click=_decide, args=(agent, host.place, False))
            else:
                who = "you allow it" if may("admin") else "an admin of this studio allows it"
                notice = f":orange[:material/lan:] **{plain(host.place)}** is inside your own network."
                st.markdown(f"{notice} Offline calls reach it only if {who}.", width="stretch")
                if may("admin"):
                    st.button("Allow", key=f"allow/{host.place}", on_click=_decide, args=(agent, host.place, True))


def _decide(agent: AgentId, place: str, allow: bool) -> None:
    try:
        (current().tools.allow if allow else current().tools.withdraw)(agent, place)
    except GreenroomError as error:
        state.show_error(error)
