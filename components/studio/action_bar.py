"""The Studio's primary action: Launch before a call, Apply or Restart during one."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from components.shell import fields
from components.shell.formatting import first_names, inline
from components.shell.fragment import fragment
from components.studio import launching, saving
from components.studio.launch_tests import tests_of
from greenroom.catalog import rules
from greenroom.errors import Problem
from greenroom.model.agent import AgentId
from greenroom.model.session import Session, SessionState
from greenroom.services import current

#: Seconds between redraws while a call starts or ends, and while it runs. Each redraw takes the browser's main thread about
#: 60 ms during the call. A click here, and the end of the call in the stage, redraw the page anyway.
SOON_S, SELDOM_S = 1.0, 15.0


def action_bar(agent: AgentId, problems: tuple[Problem, ...]) -> None:
    """Draw Launch before a call, with the draft's ``problems``; Apply or Restart during one, with the pending changes."""
    session = launching.live_session()
    state: SessionState = session.state if session else "ended"
    look_again = None if session is None else SELDOM_S if state == "running" else SOON_S
    fragment(_drawn, every_s=look_again)(agent, problems, state)


def _drawn(agent: AgentId, problems: tuple[Problem, ...], state: SessionState) -> None:
    session = launching.live_session()
    if (session.state if session else "ended") != state:
        st.rerun()  # with the page: how often to look again is fixed when that is drawn
    left, right = st.columns([3, 2], vertical_alignment="center")
    with right:
        if session is None:
            st.button(
                "Launch", icon=":material/play_arrow:", type="primary", width="stretch", key="launch", on_click=launching.launch
            )
            with left:
                _faults(problems)
            _tests(agent)
            return
        if session.agent_id != agent:
            left.caption(elsewhere_line(agent, session.agent_id))
            return
        changes = current().calls.pending_changes(session.id)
        _buttons(session, changes)
    left.caption(change_line(changes))


def _buttons(session: Session, changes: Mapping[str, rules.Effect]) -> None:
    running = session.state == "running"
    live, later = _by_effect(changes)
    restarted = later and st.button(
        "Restart with changes",
        icon=":material/restart_alt:",
        type="primary",
        width="stretch",
        key="restart",
        disabled=not running,
        on_click=launching.restart_now,
    )
    # Enabled during the whole call: what was just typed arrives in the same request as the click.
    applied = (live or not later) and st.button(
        "Apply live changes" if later else "Apply now",
        icon=":material/bolt:",
        width="stretch",
        key="apply",
        type="secondary" if later else "primary",
        disabled=not running,
        on_click=launching.apply_now,
    )
    if restarted or applied:
        st.rerun()  # the whole page, which shows the result


def _faults(problems: tuple[Problem, ...]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(fault_line(problems), width="content")
        if not problems:
            return
        label = rules.label_of(problems[0].setting)
        if st.button(
            "Show", key="show_fault", type="tertiary", help=f"Show {inline(label)}", on_click=fields.put, args=("find", label)
        ):
            st.rerun()  # the whole page, which shows the setting


def _tests(agent: AgentId) -> None:
    """What the tests say of the version that Launch starts. Hidden where the stage says it (stage.css)."""
    if (tests := tests_of(saving.loaded_draft(agent))) is not None:
        with st.container(key="launch_tests"):
            st.caption(f":red[{inline(tests.text)}]" if tests.failing else inline(tests.text))


def fault_line(problems: tuple[Problem, ...]) -> str:
    """The line that names the problems that block a launch."""
    if not problems:
        return ":material/check_circle: Saved. Ready to launch."
    first = inline(rules.label_of(problems[0].setting))
    more = f" and {len(problems) - 1} more" if len(problems) > 1 else ""
    return f":red[:material/error: Fix before launch: {first}{more}.]"


def elsewhere_line(shown: AgentId, called: AgentId) -> str:
    """The line for changes to an agent while a call with another one runs."""
    names = [inline(current().agents.get(agent).name.partition(",")[0]) for agent in (called, shown)]
    return f"You're on a call with {names[0]}. Changes to {names[1]} are saved for its next call."


def change_line(changes: Mapping[str, rules.Effect]) -> str:
    """The line that names what the draft would change for the running agent."""
    live, later = _by_effect(changes)
    if not live and not later:
        return "In a call. Change a setting, then apply it to the running agent."
    parts = [f":material/bolt: Applies immediately: {inline(first_names(live))}."] if live else []
    if later:
        parts.append(f":material/restart_alt: Needs a restart: {inline(first_names(later))}.")
    return " ".join(parts)


def _by_effect(changes: Mapping[str, rules.Effect]) -> tuple[list[str], list[str]]:
    live = [rules.label_of(key) for key, effect in changes.items() if effect == "live"]
    return live, [rules.label_of(key) for key, effect in changes.items() if effect != "live"]
