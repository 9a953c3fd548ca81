"""Rehearse: tests with simulated callers, their results on each version, and version against version."""

from functools import partial

import streamlit as st

from components.rehearse import comparison, editor, grid, judge_tab, running, strength, suite_picker
from components.shell import formatting
from greenroom.model.agent import AgentId
from greenroom.rehearsal.reading import read
from greenroom.services import current


def show(agent_id: AgentId) -> None:
    """Nothing below the picker for an agent without a suite."""
    suite = suite_picker.choose(agent_id)
    if suite is None:
        return
    content = read(suite.text).content
    scenarios = content.scenarios if content is not None else ()
    versions = current().agents.versions.of(agent_id)
    results, tests, compare, strong, judge = st.tabs(["Results", "Tests", "Compare versions", "Test strength", "Judge"])
    with tests:
        editor.draw(suite)
    with results:
        if scenarios:
            running.draw(suite, scenarios, versions, partial(grid.draw, suite, versions))
        else:
            st.info("This suite has no tests that can run. Add one under Tests.", icon=":material/playlist_add:")
    with compare:
        comparison.draw(suite, scenarios, versions)
    with strong:
        strength.draw(suite, scenarios)
    with judge:
        judge_tab.draw(agent_id, scenarios)


st.title("Rehearse")
agents = formatting.unique_names({agent.id: agent.name for agent in current().agents.list()})
chosen = suite_picker.agent(agents)
if chosen is not None:
    show(chosen)
