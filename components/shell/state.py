"""Typed access to what one browser tab remembers; the only file that knows raw session_state keys.

The store is the truth. A tab holds only which agent it looks at, which call it is in, and what was typed but not saved.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from greenroom.errors import GreenroomError
from greenroom.model.agent import AgentId, Draft
from greenroom.model.call import Ticket
from greenroom.model.guest_join import ChannelAddress, JoinRequest
from greenroom.model.session import SessionId
from greenroom.services.agents import Link
from greenroom.services.operations import Heard

#: What of an agent can be opened above the Studio.
Panel = Literal["versions", "exchange", "link", "archived"]


@dataclass(frozen=True, slots=True)
class Banner:
    """Something to show above the page until the next click: an error with its advice, or good news without.

    ``undo`` takes back what the good news is about; it is offered as a button.
    """

    message: str
    advice: str = ""
    good: bool = False
    undo: Callable[[], None] | None = None


def agent_id() -> AgentId | None:
    return st.session_state.get("agent_id")


def choose_agent(chosen: AgentId) -> None:
    """Look at this agent; when it is another one than before, as the store has it now."""
    if chosen != agent_id():
        _drafts().pop(chosen, None)
    st.session_state["agent_id"] = chosen


def was_invited() -> bool:
    """Whether a link with which this tab was opened starts the call."""
    return st.session_state.get("invited", False)


def accept_invitation() -> None:
    st.session_state["invited"] = True


def ticket() -> Ticket | None:
    """The ticket of the call this tab is in."""
    return st.session_state.get("ticket")


def enter_call(new: Ticket) -> None:
    st.session_state["ticket"] = new


def leave_call(session_id: str) -> None:
    """Forget the ticket of that call; a newer call's ticket stays."""
    held = ticket()
    if held is not None and held.session_id == session_id:
        st.session_state["ticket"] = None


def session_id() -> SessionId | None:
    held = ticket()
    return held.session_id if held else None


def draft(of: AgentId) -> Draft | None:
    """The draft as this tab last saw it; its revision is what a save must name."""
    return _drafts().get(of)


def remember_draft(seen: Draft) -> None:
    _drafts()[seen.agent_id] = seen


def _drafts() -> dict[AgentId, Draft]:
    """One for each agent: a call may run with another one than is being edited."""
    return st.session_state.setdefault("drafts", {})


def notice() -> Banner | None:
    return st.session_state.get("notice")


PERSON = "person"


def person() -> str:
    """Who tests in this tab: the account where people log in, else the name typed on the Settings page; "" = nobody said."""
    if st.user.get("is_logged_in"):
        return str(st.user.get("name") or st.user.get("email") or "")[:80]
    return " ".join(str(st.session_state.get(PERSON, "")).split())[:80]


def keep_person(typed: str) -> None:
    """A widget's own value would go with its page."""
    st.session_state[PERSON] = typed


def show(new: Banner) -> None:
    st.session_state["notice"] = new


def show_error(error: GreenroomError) -> None:
    show(Banner(str(error), error.advice))


def clear_notice() -> None:
    st.session_state["notice"] = None


# ── what stands in a form's widgets


def field_key(of: AgentId, setting: str) -> str:
    """A widget's key: it holds agent and setting (with its vendor), or values would leak from one to the other."""
    return f"draft/{of}/{setting}"


def field(of: AgentId, setting: str) -> Any:
    """What stands in the widget now; None when it is not on the page."""
    return st.session_state.get(field_key(of, setting))


def is_drawn(of: AgentId, setting: str) -> bool:
    """Whether the widget was on the page in the last run, so that what stands in it counts."""
    return field_key(of, setting) in st.session_state


def fill_field(of: AgentId, setting: str, value: Any) -> None:
    """Give a widget its first value. Only before it is drawn, and only once: then the widget holds what was typed."""
    st.session_state.setdefault(field_key(of, setting), value)


def put_field(of: AgentId, setting: str, value: Any) -> None:
    """Let a widget show this, whatever stood in it. Only before it is drawn."""
    st.session_state[field_key(of, setting)] = value


def forget_fields(of: AgentId, *settings: str) -> None:
    """Let the widgets take their values from the draft again: those of these settings and of their rows, or all."""
    for key in [k for k in st.session_state if isinstance(k, str) and k.startswith(f"draft/{of}/")]:
        if not settings or key.removeprefix(f"draft/{of}/").partition("#")[0] in settings:
            del st.session_state[key]


def take_secret(key: str) -> str:
    """The value typed into a password field, which is emptied: nothing of it stays in the tab. Only in a callback."""
    value = str(st.session_state.get(key) or "")
    st.session_state[key] = ""
    return value


def forgotten_credential() -> str | None:
    """The name of the credential that can still be brought back."""
    return st.session_state.get("forgotten_credential")


def remember_forgotten(name: str | None) -> None:
    st.session_state["forgotten_credential"] = name


def deleted_sessions() -> tuple[SessionId, ...]:
    """The sessions that can still be brought back."""
    return st.session_state.get("deleted_sessions", ())


def remember_deleted(*deleted: SessionId) -> None:
    st.session_state["deleted_sessions"] = deleted


# ── what is open above the Studio


def panel() -> Panel | None:
    return st.session_state.get("panel")


def open_panel(wanted: Panel) -> None:
    st.session_state["panel"] = wanted


def close_panel() -> None:
    st.session_state["panel"] = None


def link(of: AgentId) -> Link | None:
    """The link this tab was opened with, until it is applied or ignored."""
    held: Link | None = st.session_state.get("link")
    return held if held is not None and held.agent_id == of else None


def remember_link(arrived: Link | None) -> None:
    st.session_state["link"] = arrived


def compared(of: AgentId) -> tuple[str, str]:
    """The keys of the two choices of what is compared."""
    return f"compare_old/{of}", f"compare_new/{of}"


def choose_compared(of: AgentId, old: str, new: str) -> None:
    """Let the choices show these when they are drawn next."""
    for key, value in zip(compared(of), (old, new), strict=True):
        st.session_state[key] = value
    st.session_state["versions_view"] = "Compare"


def fill(key: str, value: Any, options: Sequence[Any]) -> None:
    """Give a choice its first value, also when what it held is no longer among its options. Only before it is drawn."""
    if st.session_state.get(key) not in options:
        st.session_state[key] = value


def versions_shown() -> int:
    """How many versions the list shows."""
    return st.session_state.get("versions_shown", 10)


def show_more_versions() -> None:
    st.session_state["versions_shown"] = versions_shown() + 20


def sound_heard() -> Heard | None:
    """What the last sound check heard."""
    return st.session_state.get("sound_heard")


def keep_sound_heard(heard: Heard) -> None:
    st.session_state["sound_heard"] = heard


def wish() -> JoinRequest | None:
    """What was typed on the page that joins by hand."""
    return st.session_state.get("wish")


def remember_wish(typed: JoinRequest) -> None:
    st.session_state["wish"] = typed


def wish_faults() -> dict[str, str]:
    """What is wrong with it, by field."""
    return st.session_state.get("wish_faults", {})


def remember_wish_faults(found: dict[str, str]) -> None:
    st.session_state["wish_faults"] = found


def address() -> ChannelAddress | None:
    """Where this tab sits by hand."""
    return st.session_state.get("address")


def sit_down(at: ChannelAddress | None) -> None:
    """None: one has left."""
    st.session_state["address"] = at


# ── what is thought of sessions


def judged(of: SessionId) -> tuple[str, str]:
    """The keys of a session's stars and tags."""
    return f"stars/{of}", f"tags/{of}"


def show_judged(of: SessionId, stars: int | None, tags: list[str]) -> None:
    """Let the two show what is stored, also when it changed in another place. Only before they are drawn."""
    for key, value in zip(judged(of), (stars, tags), strict=True):
        st.session_state[key] = value
