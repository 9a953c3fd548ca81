"""Callbacks for launching, applying changes and ending calls, each wrapping one service call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from components.rehearse import labels, moments
from components.shell import error_text, state, tester
from components.studio import saving
from greenroom.errors import Conflict, GreenroomError, NotFound
from greenroom.model.agent import AgentId, Version
from greenroom.model.launch import LaunchRequest
from greenroom.model.session import Session, SessionId
from greenroom.security_log import record
from greenroom.services import current, member
from greenroom.services.agents import links


def selected_agent() -> AgentId:
    """The agent selected in this tab; initially the one in the URL, else the first in the list."""
    chosen = state.agent_id()
    if chosen is None:
        chosen = _agent_in_url() or current().agents.default().id
        state.choose_agent(chosen)
    return chosen


def _agent_in_url() -> AgentId | None:
    asked = st.query_params.get("agent")
    if not asked:
        return None
    try:
        return current().agents.get(AgentId(asked)).id
    except NotFound as error:
        state.show(state.Banner("The agent in this link doesn't exist.", error_text.advice(error)))
        return None


def point_at_launch() -> None:
    """Show a banner that points at Launch, if the page was opened by a link that asks for a call.

    It starts no call itself: any web page can open a link, and a call is recorded and may cost money.
    """
    if st.query_params.get(links.AUTOCONNECT) == "true":
        del st.query_params[links.AUTOCONNECT]  # so that a reload doesn't ask again
        record("link_opened", asks_for="call")
        state.show(state.Banner("This link opens a call. Click Launch to start it.", good=True))


def live_session() -> Session | None:
    """The session of this tab's call; None without a call, and once it is over."""
    held = state.session_id()
    if held is None:
        return None
    session = current().calls.get(held)
    return None if session.state == "ended" else session


def launch(shape: Callable[[LaunchRequest], LaunchRequest] = lambda request: request) -> None:
    """Handle Launch. Does nothing while a call is live."""
    if live_session() is not None:
        return
    state.clear_notice()
    agent = selected_agent()
    if not saving.save_for_launch(agent):
        return
    try:
        ticket = current().calls.launch(shape(LaunchRequest(agent, person=tester.person())))
    except GreenroomError as error:
        state.show_call_error(error, saving.loaded_draft(agent))
        return
    state.enter_call(ticket)
    _warn_of_failing_tests(ticket.session_id)


def launch_held() -> None:
    """Handle Get ready: the agent joins, and greets when the presenter presses Start."""
    launch(LaunchRequest.held)


def launch_presenting() -> None:
    """Handle Launch in a presentation."""
    launch(LaunchRequest.presented)


def launch_again(version: Version) -> None:
    """Handle Relaunch this version. The draft is unchanged."""
    if live_session() is not None:
        state.show_call_error(Conflict("A call is running in this tab.", advice="End it, then launch again."))
        return
    state.clear_notice()
    try:
        ticket = current().calls.launch(LaunchRequest(version=version.id, person=tester.person()))
    except GreenroomError as error:
        state.show_call_error(error)
        return
    state.enter_call(ticket)
    _warn_of_failing_tests(ticket.session_id)


def _warn_of_failing_tests(session_id: SessionId) -> None:
    """Show a banner if blocking tests of the call's version fail. The call goes on: it may be there to hear that version."""
    session = current().calls.get(session_id)
    badge = current().rehearsals.results.badges(session.agent_id, [session.version_id]).get(session.version_id)
    if warning := labels.blocking(badge, session.version_number):
        state.show(state.Banner(warning, "See Rehearse for what went wrong."))


def apply_now() -> None:
    """Handle Apply now: the running agent uses the draft's live settings from its next turn."""
    session = live_session()
    if session is None or not saving.save_for_launch(session.agent_id):
        return
    if not any(effect == "live" for effect in current().calls.pending_changes(session.id).values()):
        state.show(state.Banner("Nothing to apply: the agent already follows the draft.", good=True))
        return
    try:
        number = current().calls.apply(session.id)
        state.show(state.Banner(f"Version {number} applied. The agent uses it from the next turn.", good=True))
    except GreenroomError as error:
        state.show_call_error(error, saving.loaded_draft(session.agent_id))


def restart_now() -> None:
    """Handle Restart with changes: end the call and start a new one with the draft."""
    session = live_session()
    if session is None:
        return
    state.clear_notice()
    if not saving.save_for_launch(session.agent_id):
        return
    try:
        state.enter_call(current().calls.restart(session.id))
    except GreenroomError as error:
        state.show_call_error(error, saving.loaded_draft(session.agent_id))


def launch_backup(session_id: str, scripted: bool) -> None:
    """Handle the presenter's keys: the backup version, or the scripted conversation, takes the place of the call ``session_id``.

    A second press that still names the replaced call does nothing: it would replace the backup, too.
    """
    session = live_session()
    if session is None or session.id != session_id:
        return
    state.clear_notice()
    try:
        calls = current().calls
        if scripted:
            lines = tuple(current().rehearsals.prepared_lines(session.agent_id))
            ticket = calls.restart(session.id, session.version_id, scripted=True)
            state.enter_call(replace(ticket, script=lines))
        else:
            state.enter_call(calls.restart(session.id, current().agents.versions.backup(session.version_id).id))
    except GreenroomError as error:
        state.show_call_error(error)


def call_ended(session_id: str) -> None:
    """Handle the end of a call, reported by the stage."""
    state.leave_call(session_id)


def resume(session_id: str, capability: str) -> None:
    """Resume the call after a page reload, unless it is over or belongs to another page."""
    try:
        ticket = current().calls.ticket_again(SessionId(session_id), capability)
    except GreenroomError:
        return  # not an error to show: the page opens without a call
    state.enter_call(ticket)
    state.choose_agent(current().calls.get(ticket.session_id).agent_id)


def review(feedback: Mapping[str, Any]) -> None:
    """Handle a review given on the stage: stars or a note for the call that just ended, or a thumb on a reply."""
    thumb, turn = feedback.get("thumb"), feedback.get("turn")
    if thumb in ("up", "down") and isinstance(turn, int):
        moments.open_for(SessionId(str(feedback.get("session_id", ""))), turn, up=thumb == "up")
        return
    reviews = current().reviews
    session_id, rating, note = SessionId(str(feedback.get("session_id", ""))), feedback.get("rating"), feedback.get("note")
    try:
        if "rating" in feedback and (rating is None or isinstance(rating, int)):
            reviews.rate(session_id, rating)
        if isinstance(note, str):
            reviews.add_note(session_id, note)
    except GreenroomError as error:
        state.show_error(error)


def open_session(session_id: str, purpose: str) -> None:
    """Handle a button after a call: open the session's page, play it, make a test of its last reply, or share its agent."""
    if purpose == "share":
        state.choose_agent(current().calls.get(SessionId(session_id)).agent_id)
        state.open_panel("share")
        state.ask_for_page("studio")
        return
    if purpose == "test":
        moments.make_test(current().records.get(SessionId(session_id)))
    state.ask_for_session(SessionId(session_id), play=purpose == "play")


def may_share() -> bool:
    """Whether the user may create guest links: an admin, or anyone without sign-in."""
    who = member()
    return who is None or who.has("admin")


def switch_to() -> str | None:
    """The name of the selected agent while a call with another one runs in this tab."""
    session = live_session()
    chosen = selected_agent()
    return None if session is None or session.agent_id == chosen else current().agents.get(chosen).name


def apply_if_live() -> None:
    """Ctrl+Enter in a long text: apply the changes during a call with this agent; otherwise the text is just saved."""
    session = live_session()
    if session is not None and session.agent_id == selected_agent():
        apply_now()
