"""Choose the agent and the suite; create a suite, empty or from the template's tests."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from components.shell import field_errors, fields, state
from components.studio import launching
from greenroom.errors import GreenroomError
from greenroom.model.agent import AgentId
from greenroom.model.rehearsal import Suite
from greenroom.services import current

AGENT, FORM = "rehearse_agent", "new_suite"


def agent(names: Mapping[AgentId, str]) -> AgentId | None:
    """Draw the choice of the agent and return it; at first the one that the Studio shows."""
    shown = fields.shown(AGENT, launching.selected_agent(), names)
    at = list(names).index(shown) if shown in names else 0
    return st.selectbox("Agent", list(names), at, format_func=names.__getitem__, key=fields.key(AGENT), persist_state="session")


def choose_agent(agent_id: AgentId) -> None:
    """Show this agent's tests in the next run."""
    fields.put(AGENT, agent_id)


def choose(agent_id: AgentId) -> Suite | None:
    """Draw the choice of the suite and return it; None while the agent has none."""
    suites = {suite.id: suite for suite in current().rehearsals.suites.of(agent_id)}
    with st.container(horizontal=True, vertical_alignment="bottom", key="suite_row"):
        chosen = None
        if suites:
            field = f"rehearse_suite/{agent_id}"
            shown = fields.shown(field, next(iter(suites)), suites)
            fields.relabel(field, shown, suites[shown].name)
            chosen = st.selectbox(
                "Suite",
                list(suites),
                list(suites).index(shown) if shown in suites else 0,
                format_func=lambda one: suites[one].name,
                key=fields.key(field),
            )
        with st.popover("New suite", icon=":material/add:"):
            _new(agent_id)
        if chosen is not None:
            st.button(
                "Delete suite",
                icon=":material/delete:",
                type="tertiary",
                key="rehearse_delete_suite",
                on_click=_delete,
                args=(suites[chosen],),
            )
    if not suites:
        st.info(
            "No tests yet. A test is a simulated call: what the caller says, and what the agent must and must not say. "
            "Click New suite to start with tests that ship with Greenroom, or to write your own.",
            icon=":material/rule:",
        )
    return suites.get(chosen) if chosen is not None else None


def _new(agent_id: AgentId) -> None:
    starters = current().rehearsals.starters()
    field = _name_field(agent_id)
    name = st.text_input("Name", fields.shown(field, ""), key=fields.key(field), placeholder="Front desk")
    fields.keep(field, name)
    field_errors.draw(FORM, "name", name)
    options = {"": "Empty"} | {key: starter.label for key, starter in starters.items()}
    st.selectbox("Start with", list(options), format_func=options.__getitem__, key="rehearse_starter")
    st.button("Create suite", type="primary", key="rehearse_create", on_click=_create, args=(agent_id,))


def _create(agent_id: AgentId) -> None:
    """Handle Create suite. Reads the fields here: a name that was just typed arrives in the same request as the click."""
    rehearsals = current().rehearsals
    field_errors.clear(FORM)
    name, starter = str(fields.value(fields.key(_name_field(agent_id))) or ""), str(fields.value("rehearse_starter") or "")
    try:
        text = rehearsals.starters()[starter].text if starter else ""
        suite = rehearsals.suites.create(agent_id, name, text)
    except GreenroomError as error:
        field_errors.tell(FORM, error)
        return
    fields.put(f"rehearse_suite/{agent_id}", suite.id)
    fields.clear(_name_field(agent_id))


def _name_field(agent_id: AgentId) -> str:
    return f"{fields.TAB}rehearse_suite_name/{agent_id}"


def _delete(suite: Suite) -> None:
    suites = current().rehearsals.suites
    suites.delete(suite.id)

    def restore() -> None:
        suites.restore(suite)

    state.show(state.Banner("Suite deleted.", good=True, undo=restore))
