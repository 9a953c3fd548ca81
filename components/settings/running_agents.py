"""The list of running agents, each with a Stop button, plus buttons to stop several."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from components.share.watch_link import draw_watch
from components.shell import formatting, state
from components.shell.state import Banner
from components.shell.uninterrupted import uninterrupted
from greenroom.errors import GreenroomError
from greenroom.model.session import STUDIO
from greenroom.services import current
from greenroom.services.operations import RunningAgent, StartedBy

STARTED_BY: dict[StartedBy, str] = {
    "here": "started here",
    "other": "started by another Greenroom",
    "unknown": "not started by Greenroom",
}


def draw(agents: Sequence[RunningAgent]) -> None:
    """One row per agent."""
    for agent in agents:
        _line(agent)
    ours = [agent for agent in agents if agent.started_by == "here"]
    with st.container(horizontal=True, key="stop_many"):
        if len(ours) > 1 and st.button(f"Stop {len(ours)} started here", icon=":material/stop_circle:", key="stop_ours"):
            _stop(ours)
        if len(agents) > len(ours):
            with st.popover(f"Stop all {len(agents)}", icon=":material/dangerous:", width="content"):
                st.markdown(
                    f"{len(agents) - len(ours)} of them weren't started here, and teammates may be in calls with them. "
                    "All agents stop immediately."
                )
                if st.button("Stop every agent in this project", type="primary", key="stop_all"):
                    _stop(agents)


def _line(agent: RunningAgent) -> None:
    key = agent.agora_agent_id or agent.name
    with st.container(horizontal=True, vertical_alignment="center", border=True, key=f"running_{key}"):
        facts = [STARTED_BY[agent.started_by], agent.status.lower()]
        if agent.since:
            facts.append(f"for {formatting.length(max(0, int((datetime.now(UTC) - agent.since).total_seconds())))}")
        if agent.cost is not None:
            facts.append(f"about ${agent.cost:.2f} so far")
        if agent.session and agent.session.origin != STUDIO:
            facts.append(formatting.plain(formatting.started_by(agent.session)))
        if agent.session and agent.session.person:
            facts.append(formatting.plain(agent.session.person))
        st.markdown(f"**{formatting.plain(agent.name)}**  \n:gray[{' · '.join(facts)}]", width="stretch")
        if agent.session is not None and agent.session.caller == "browser":
            draw_watch(agent.session.id)
        if st.button("Stop", icon=":material/stop_circle:", key=f"stop_{key}", help=f"Stop {formatting.inline(agent.name)}"):
            _stop([agent])


@uninterrupted()
def _stop(agents: Sequence[RunningAgent]) -> None:
    """Stop agents and report the result in the banner above the page."""
    try:
        failed = current().running.stop_all(agents)
    except GreenroomError as error:
        state.show_error(error)
    else:
        many = f"{agents[0].name} stopped." if len(agents) == 1 else f"{len(agents)} agents stopped."
        advice = "Click Stop again. Otherwise the agent leaves at its idle timeout."
        state.show(Banner("Couldn't stop: " + "; ".join(failed), advice) if failed else Banner(many, good=True))
    st.rerun()
