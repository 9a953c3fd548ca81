"""Launch, Apply and the end of a call as clicks: callbacks of the stage and of the Studio, over one service call each."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import streamlit as st

from components.shell import state
from components.studio.vendor_form import typed_values
from greenroom.catalog import rules
from greenroom.errors import Conflict, GreenroomError, NotFound
from greenroom.model.agent import AgentId, Draft, Version
from greenroom.model.session import Session, SessionId
from greenroom.services import current
from greenroom.services.agents import links


def selected_agent() -> AgentId:
    """The agent this tab works on; at first the one that the address names, else the first of the list."""
    chosen = state.agent_id()
    if chosen is None:
        chosen = _asked_agent() or current().agents.default().id
        state.choose_agent(chosen)
    return chosen


def _asked_agent() -> AgentId | None:
    asked = st.query_params.get("agent")
    if not asked:
        return None
    try:
        return current().agents.get(AgentId(asked)).id
    except NotFound as error:
        state.show(state.Banner("The agent of this link does not exist.", error.advice))
        return None


def invited() -> bool:
    """Whether the link that opened this tab starts the call by itself. In the cloud, where it costs money, one click is left."""
    if st.query_params.get(links.AUTOCONNECT) == "true":
        del st.query_params[links.AUTOCONNECT]  # once: a reload is no second invitation
        if current().config.place == "twin":
            state.accept_invitation()
        else:
            state.show(state.Banner("This link starts a call. In the cloud a call costs money: press Launch.", good=True))
    return state.was_invited()


def loaded_draft(agent: AgentId) -> Draft:
    """The draft as this tab knows it, read from the store at the first look."""
    held = state.draft(agent)
    if held is None:
        held = current().agents.draft(agent)
        state.remember_draft(held)
    return held


def autosave(agent: AgentId) -> Draft:
    """Save what stands in the widgets when it differs. On a conflict nothing is lost: the Studio asks whose is to stay."""
    held = loaded_draft(agent)
    typed = typed_values(agent, held.settings)
    if typed != dict(held.settings):
        with suppress(Conflict):
            held = current().agents.save(agent, typed, held.revision)
            state.remember_draft(held)
    return held


def settled(agent: AgentId) -> bool:
    """Save what stands in the widgets. False, and told, when another tab was quicker: what runs must be what is seen."""
    if autosave(agent).revision == current().agents.draft(agent).revision:
        return True
    advice = "In the Studio, press Load the newer or Keep mine, then press again."
    state.show_error(Conflict("This agent was changed in another tab.", advice=advice))
    return False


def change(agent: AgentId, changes: Mapping[str, Any]) -> None:
    """Save settings that a button changes, on top of what stands in the widgets; the widgets then show them.

    The step has a name, so that it is undone by itself, however soon after typing the button was pressed.
    """
    held = autosave(agent)
    what = ", ".join(rules.label_of(key) for key in changes)
    try:
        state.remember_draft(current().agents.save(agent, {**held.settings, **changes}, held.revision, what))
    except Conflict as conflict:
        state.show_error(conflict)
        return
    state.forget_fields(agent, *changes)


def live_session() -> Session | None:
    """The session of this tab's call while it is not over."""
    held = state.session_id()
    if held is None:
        return None
    session = current().calls.get(held)
    return None if session.state == "ended" else session


def launch() -> None:
    """Press Launch. A second click while a call is live does nothing."""
    if live_session() is not None:
        return
    state.clear_notice()
    agent = selected_agent()
    if not settled(agent):
        return
    try:
        state.enter_call(current().calls.launch(agent, state.person()))
    except GreenroomError as error:
        state.show_error(error)


def launch_again(version: Version) -> None:
    """Press Launch this version again: as it was, while the draft stays as it is."""
    if live_session() is not None:
        state.show_error(Conflict("A call is running in this tab.", advice="Press End in the stage, then launch again."))
        return
    state.clear_notice()
    try:
        state.enter_call(current().calls.launch(version.agent_id, state.person(), again=version.id))
    except GreenroomError as error:
        state.show_error(error)


def apply_now() -> None:
    """Press Apply now: the running agent follows the draft's live settings from its next turn."""
    session = live_session()
    if session is None or not settled(session.agent_id):
        return
    try:
        number = current().calls.apply(session.id)
        state.show(state.Banner(f"Version {number} applied. The agent follows it from the next turn.", good=True))
    except GreenroomError as error:
        state.show_error(error)


def restart_now() -> None:
    """Press Restart with changes: the call ends, and the agent as it is in the draft takes over in a new one."""
    session = live_session()
    if session is None:
        return
    state.clear_notice()
    if not settled(session.agent_id):
        return
    try:
        state.enter_call(current().calls.restart(session.id))
    except GreenroomError as error:
        state.show_error(error)


def call_ended(session_id: str) -> None:
    """The stage says that its call is over."""
    state.leave_call(session_id)


def come_back(session_id: str, capability: str) -> None:
    """The page was loaded again during a call: go on with it, unless it is over or not this page's."""
    try:
        ticket = current().calls.ticket_again(SessionId(session_id), capability)
    except GreenroomError:
        return  # the page simply opens without a call, as a new one does
    state.enter_call(ticket)
    state.choose_agent(current().calls.get(ticket.session_id).agent_id)


def use_newer_draft(agent: AgentId) -> None:
    """After a conflict: take what the other tab saved."""
    state.forget_fields(agent)
    state.remember_draft(current().agents.draft(agent))
    state.clear_notice()


def keep_my_draft(agent: AgentId) -> None:
    """After a conflict: save what stands in this tab over the other tab's draft."""
    newer = current().agents.draft(agent)
    mine = typed_values(agent, loaded_draft(agent).settings)
    try:
        state.remember_draft(current().agents.save(agent, mine, newer.revision, "Keep mine"))
    except Conflict as conflict:  # a third tab
        state.show_error(conflict)
        return
    state.clear_notice()
