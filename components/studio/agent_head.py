"""The Studio's header: agent selection, name, search for a setting, undo and redo, and the agent menu."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.share.share_dialog import draw_share
from components.shell import error_text, field_errors, fields, state
from components.shell.formatting import unique_names
from components.studio import draft_fields, launching, saving
from components.studio.agent_files import draw_exchange
from components.studio.links import draw_link
from components.studio.versions import draw_versions
from greenroom.errors import GreenroomError, InvalidAgent
from greenroom.model.agent import Agent, AgentId
from greenroom.plurals import counted
from greenroom.services import current

MENU = {
    "versions": ":material/history: Versions",
    "exchange": ":material/swap_vert: Import and export",
    "link": ":material/link: Copy link",
    "duplicate": ":material/content_copy: Duplicate",
    "archive": ":material/archive: Archive",
    "archived": ":material/inventory_2: Archived agents",
}
#: From this number of archived agents on, there is a field to search them.
SEARCHED_FROM = 8


def draw_head(agent: AgentId, on_new: Callable[[], None]) -> tuple[str, DeltaGenerator]:
    """Draw the header. Returns the searched text, and the container for undo and redo. ``on_new`` opens the template gallery."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="head"):
        st.title("Studio", width="stretch")
        history = st.container(horizontal=True, gap="small", width="content", key="history")
        if st.button("New agent", icon=":material/add:", key="new_agent", type="tertiary", help="New agent"):
            on_new()
        if launching.may_share():
            st.button(
                "Share with guests",
                icon=":material/share:",
                key="share",
                type="tertiary",
                help="Share with guests",
                on_click=state.open_panel,
                args=("share",),
            )
        st.menu_button(
            "Agent menu",
            list(MENU),
            icon=":material/more_vert:",
            type="tertiary",
            key="agent_menu",
            format_func=MENU.__getitem__,
            on_click=_choose,
            args=(agent,),
        )
    wanted = _name_and_choice(agent)
    match state.panel():
        case "versions":
            draw_versions(agent)
        case "exchange":
            draw_exchange(agent)
        case "share":
            draw_share(agent)
        case "link":
            draw_link(agent)
        case "archived":
            _draw_archived()
    return wanted, history


def _name_and_choice(agent: AgentId) -> str:
    listed = current().agents.list()
    agents = {a.id: a.name for a in listed}
    order = {a.id: a.created_at.timestamp() for a in listed}
    with st.container(key="archived_bar"):  # present even when empty, so that the elements below keep their place
        if agent not in agents:
            agents[agent] = current().agents.get(agent).name
            _archived_bar(agent)
    labels = unique_names(dict(sorted(agents.items(), key=lambda item: order.get(item[0], 0))))
    refused = draft_fields.field(agent, "agent.name") if field_errors.any_in(_naming(agent)) else None
    shown = draft_fields.follow_field(agent, "agent.name", agents[agent]) if refused is None else refused
    fields.follow("pick_agent", agent)
    fields.relabel("pick_agent", agent, labels[agent])
    # The name is edited where it is shown: one field to choose an agent, a pencil beside it to rename it.
    with st.container(horizontal=True, vertical_alignment="bottom", wrap=False, key="agent_row"):
        st.selectbox(
            f"Agent ({len(agents)})" if len(agents) > 1 else "Agent",
            list(labels),
            list(labels).index(agent),
            format_func=labels.__getitem__,
            key=fields.key("pick_agent"),
            on_change=_switch,
            width="stretch",
            label_visibility="collapsed",
        )
        with st.popover("Rename", icon=":material/edit:", width="content", key="rename", type="tertiary", help="Rename"):
            key = draft_fields.field_key(agent, "agent.name")
            typed = st.text_input("Name", shown, key=key, on_change=_rename, args=(agent,))
            field_errors.draw(_naming(agent), "name", typed, unsaved=True)
        return st.text_input(
            "Find a setting",
            fields.shown("find", ""),
            key=fields.key("find"),
            placeholder="Find a setting",
            icon=":material/search:",
            label_visibility="collapsed",
            live="300ms",
            width=200,
        )


def _archived_bar(agent: AgentId) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(":material/archive: This agent is archived.", width="content")
        st.button("Restore", key="bring_back", on_click=_unarchive, args=(agent,))


def _choose(agent: AgentId) -> None:
    """Run the selected menu command."""
    match chosen := fields.value("agent_menu"):
        case "duplicate":
            _duplicate(agent)
        case "archive":
            _archive(agent)
        case _:
            state.open_panel(chosen)


def _rename(agent: AgentId) -> None:
    field_errors.clear(_naming(agent))
    try:
        current().agents.rename(agent, draft_fields.field(agent, "agent.name") or "")
    except InvalidAgent as error:
        for problem in error.problems:
            field_errors.add(_naming(agent), "name", error_text.sentence(problem))
    except GreenroomError as error:
        state.show_error(error)


def _naming(agent: AgentId) -> str:
    return f"rename/{agent}"


def _switch() -> None:
    saving.autosave(launching.selected_agent())
    state.choose_agent(fields.value(fields.key("pick_agent")))


def _duplicate(agent: AgentId) -> None:
    saving.autosave(agent)
    copy = _or_show_error(lambda: current().agents.duplicate(agent))
    if copy is not None:
        state.choose_agent(copy.id)
        state.show(state.Banner(f"{copy.name} created with the same settings.", good=True))


def _archive(agent: AgentId) -> None:
    saving.autosave(agent)
    gone = _or_show_error(lambda: current().agents.archive(agent))
    if gone is not None:
        state.choose_agent(current().agents.default().id)
        message = f"{gone.name} archived. Its versions and sessions are kept.{_going_on(agent)}"
        state.show(state.Banner(message, good=True, undo=partial(_unarchive, agent)))


def _going_on(agent: AgentId) -> str:
    """What archiving doesn't end; "" = nothing."""
    links, calls = current().guest_links.still_open(agent)
    going_on = " and ".join(counted(number, noun) for number, noun in ((links, "guest link"), (calls, "running call")) if number)
    if not going_on:
        return ""
    verb = "continues" if links + calls == 1 else "continue"
    where = " and ".join(page for number, page in ((links, "Guest links"), (calls, "Running agents")) if number)
    return f" {going_on} {verb}; see {where}."


def _unarchive(agent: AgentId) -> None:
    state.close_panel()
    if _or_show_error(lambda: current().agents.unarchive(agent)) is not None:
        state.choose_agent(agent)


def _or_show_error(work: Callable[[], Agent]) -> Agent | None:
    """The result of ``work``, or None if it failed; the error is shown."""
    try:
        return work()
    except GreenroomError as error:
        state.show_error(error)
        return None


@st.dialog("Archived agents", icon=":material/inventory_2:", on_dismiss=state.close_panel)
def _draw_archived() -> None:
    agents = current().agents.archived()
    if not agents:
        st.caption("No archived agents. Archiving removes an agent from the list and keeps its sessions.")
        return
    wanted = st.text_input("Search", key="find_archived").lower() if len(agents) >= SEARCHED_FROM else ""
    for agent in [a for a in agents if wanted in a.name.lower()][:50]:
        name, back = st.columns([3, 2], vertical_alignment="center")
        name.text(agent.name)
        if back.button("Restore", key=f"bring_back/{agent.id}", width="stretch", on_click=_unarchive, args=(agent.id,)):
            st.rerun()  # the page, not only the dialog
