"""Typed access to the state of one browser tab, wrapping Streamlit's session_state.

The database holds all saved data. A tab holds the selected agent, its call and unsaved input.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import streamlit as st

from components.shell import error_text, fields
from greenroom.errors import GreenroomError
from greenroom.model.agent import AgentId, Draft
from greenroom.model.call import Ticket
from greenroom.model.guest_join import ChannelAddress, JoinRequest
from greenroom.model.session import SessionId
from greenroom.model.session_query import SessionQuery
from greenroom.services.agents import Link
from greenroom.services.operations import SoundCheckStatus

#: Dialogs that can open above the Studio.
Panel = Literal["versions", "exchange", "share", "link", "archived"]


@dataclass(frozen=True, slots=True)
class Banner:
    """A message above the page until the next click: an error with its advice, or a success.

    ``undo`` reverts what succeeded and is offered as a button. ``call``: about a call, and shown on the stage too. ``draft``:
    over as soon as that draft has another revision.
    """

    message: str
    advice: str = ""
    good: bool = False
    undo: Callable[[], None] | None = None
    call: bool = False
    draft: tuple[AgentId, int] | None = None


def agent_id() -> AgentId | None:
    """The selected agent; None before the first selection of the tab."""
    return st.session_state.get("agent_id")


def choose_agent(chosen: AgentId) -> None:
    """Select an agent. Selecting a different one reloads its draft from the database."""
    if chosen != agent_id():
        drafts().pop(chosen, None)
    st.session_state["agent_id"] = chosen


def ticket() -> Ticket | None:
    """The ticket of the call this tab is in."""
    return st.session_state.get("ticket")


def enter_call(new: Ticket) -> None:
    st.session_state["ticket"] = new


def leave_call(session_id: str) -> None:
    """Drop the ticket of that call; a newer call's ticket is kept."""
    held = ticket()
    if held is not None and held.session_id == session_id:
        st.session_state["ticket"] = None


def answered_launch() -> int | None:
    """The number of the last handled Launch press; this is also how the stage learns that a launch was rejected."""
    return st.session_state.get("answered_launch")


def answer_launch(press: int) -> None:
    """Mark a Launch press as handled, whether it succeeded or not; see :func:`answered_launch`."""
    st.session_state["answered_launch"] = press


def session_id() -> SessionId | None:
    """The session of the call this tab is in; None outside of a call."""
    held = ticket()
    return held.session_id if held else None


def ask_for_session(session_id: SessionId, play: bool) -> None:
    """Show this session's page in the next run; its recording plays at once if ``play``."""
    st.session_state["session_asked_for"] = (session_id, play)


def take_session_asked_for() -> tuple[SessionId, bool] | None:
    """Read and clear, so that a rerun doesn't open it again."""
    return st.session_state.pop("session_asked_for", None)


def ask_for_page(name: Literal["studio", "settings"]) -> None:
    """Show this page in the next run."""
    st.session_state["page_asked_for"] = name


def take_page_asked_for() -> str | None:
    """Read and clear, so that a rerun doesn't open it again."""
    return st.session_state.pop("page_asked_for", None)


def drafts() -> dict[AgentId, Draft]:
    """The drafts as this tab last loaded them, to be changed in place; saving requires a draft's revision.

    Stored per agent, because a call may use another agent than the one being edited.
    """
    return st.session_state.setdefault("drafts", {})


def remember_draft(seen: Draft) -> None:
    """Keep a draft as this tab's newest, in place of the one it held."""
    drafts()[seen.agent_id] = seen


def tab_id() -> str:
    """Identifies this session of the tab; a reload or a restart of the server begins another one."""
    return st.session_state.setdefault("tab_id", secrets.token_hex(6))


def notice() -> Banner | None:
    """The banner, whichever page it is for; pages use :func:`notice_on`."""
    return st.session_state.get("notice")


def new_api_key() -> dict[str, str]:
    """A dict whose "text" is an API key that was just made, until the user dismisses it."""
    return st.session_state.setdefault("new_api_key", {})


def show(new: Banner) -> None:
    """Replace the banner. It is for the page that is drawn next. Known keys are masked."""
    masked = replace(new, message=error_text.masked(new.message), advice=error_text.masked(new.advice))
    st.session_state["notice"] = masked
    st.session_state["notice_page"] = None


def show_error(error: GreenroomError) -> None:
    """A banner with the error's message and advice."""
    show(Banner(error_text.message(error), error_text.advice(error)))


def succeeds(work: Callable[[], object]) -> bool:
    """Run ``work``. False if it raised a GreenroomError, which is shown in the banner."""
    try:
        work()
    except GreenroomError as error:
        show_error(error)
        return False
    return True


def show_call_error(error: GreenroomError, refused: Draft | None = None) -> None:
    """Show a call's error in the banner and on the stage. With the draft that was ``refused``, until that draft changes."""
    about = None if refused is None else (refused.agent_id, refused.revision)
    show(Banner(error_text.message(error), error_text.advice(error), call=True, draft=about))


def clear_notice() -> None:
    st.session_state["notice"] = None


def notice_on(page: str) -> Banner | None:
    """The banner for this page. A banner that was shown on another page is dropped."""
    shown = notice()
    if shown is not None and st.session_state.get("notice_page") not in (None, page):
        clear_notice()
        return None
    st.session_state["notice_page"] = page
    return shown


def deleted_credential() -> str | None:
    """The name of the credential that can still be restored."""
    return st.session_state.get("forgotten_credential")


def remember_deleted_credential(name: str | None) -> None:
    """Set :func:`deleted_credential`; None = there is nothing to restore anymore."""
    st.session_state["forgotten_credential"] = name


def deleted_sessions() -> tuple[SessionId, ...]:
    """The sessions that can still be restored."""
    return st.session_state.get("deleted_sessions", ())


def remember_deleted(*deleted: SessionId) -> None:
    """Set :func:`deleted_sessions`, in place of those remembered before; none = there is nothing to restore anymore."""
    st.session_state["deleted_sessions"] = deleted


# ── dialogs above the Studio


def panel() -> Panel | None:
    return st.session_state.get("panel")


def open_panel(panel: Panel) -> None:
    """Open a dialog. Errors of an earlier form are removed."""
    fields.let_go_all(fields.ERRORS)
    st.session_state["panel"] = panel


def close_panel() -> None:
    st.session_state["panel"] = None


def link(of: AgentId) -> Link | None:
    """The link this tab was opened with, until it is applied or ignored."""
    held: Link | None = st.session_state.get("link")
    return held if held is not None and held.agent_id == of else None


def remember_link(arrived: Link | None) -> None:
    """Set :func:`link`; None = it was applied or ignored."""
    st.session_state["link"] = arrived


def compared(of: AgentId) -> tuple[str, str]:
    """The field names of the two sides of a comparison."""
    return f"compare_old/{of}", f"compare_new/{of}"


def choose_compared(of: AgentId, old: str, new: str) -> None:
    """Set both sides of the comparison for the next run."""
    for name, value in zip(compared(of), (old, new), strict=True):
        fields.put(name, value)
    fields.put("versions_view", "Compare")


def versions_shown() -> int:
    """The number of versions the list shows."""
    return st.session_state.get("versions_shown", 10)


def show_more_versions() -> None:
    st.session_state["versions_shown"] = versions_shown() + 20


def sound_check_status() -> SoundCheckStatus | None:
    """What the sound check heard last in this tab; None before it."""
    return st.session_state.get("sound_heard")


def keep_sound_check_status(heard: SoundCheckStatus) -> None:
    st.session_state["sound_heard"] = heard


def join_form() -> JoinRequest | None:
    """The form input of the Join a channel page."""
    return st.session_state.get("wish")


def keep_join_form(typed: JoinRequest) -> None:
    st.session_state["wish"] = typed


def join_form_errors() -> dict[str, str]:
    """The form's errors by field."""
    return st.session_state.get("wish_faults", {})


def keep_join_form_errors(errors: dict[str, str]) -> None:
    """Set :func:`join_form_errors`; {} = no errors."""
    st.session_state["wish_faults"] = errors


def joined_channel() -> ChannelAddress | None:
    """The channel this tab joined on the Join a channel page."""
    return st.session_state.get("address")


def set_joined_channel(at: ChannelAddress | None) -> None:
    """Set the joined channel; None after leaving."""
    st.session_state["address"] = at


# ── the pages of sessions


def review_keys(of: SessionId) -> tuple[str, str]:
    """The field names of a session's rating and tags."""
    return f"stars/{of}", f"tags/{of}"


def session_cursors(query: SessionQuery) -> list[str | None]:
    """Where each page begins, up to the current one; a new query starts on its first page."""
    if st.session_state.get("session_pages_of") != query:
        st.session_state["session_pages_of"], st.session_state["session_cursors"] = query, [None]
    return st.session_state["session_cursors"]
