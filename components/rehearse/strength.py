"""Checks the tests themselves: which of them notice that a sentence of the prompt or a tool was removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from components.shell import error_text, state
from components.shell.formatting import plain
from components.shell.fragment import refreshed
from components.shell.spreadsheet import safe_row
from greenroom.errors import GreenroomError
from greenroom.model.rehearsal import Suite
from greenroom.rehearsal.scenario import Scenario
from greenroom.services import current
from greenroom.services.rehearsals import SuiteStrength

REFRESH_S = 1.0
#: In pixels: without them the sentences leave no room for what notices them.
COLUMNS = {name: st.column_config.TextColumn(width=290) for name in ("Removed", "Tests that notice")}


def draw(suite: Suite, scenarios: Sequence[Scenario]) -> None:
    """The button, the progress of a running check, and the newest result for the current suite."""
    st.caption(
        "Runs the suite with the full draft, then once without each sentence and each tool. "
        "A test that still passes every time doesn't test this agent."
    )
    strength = current().rehearsals.strength
    running = strength.progress(suite.id)
    st.button(
        "Check the tests",
        icon=":material/fitness_center:",
        key="rehearse_strength",
        disabled=running is not None or not scenarios,
        on_click=_start,
        args=(suite,),
    )
    if running is not None:
        _progress(suite)
        return
    if error := strength.error(suite.id):
        st.error(plain(error_text.masked(error)), icon=":material/error:")
    if (result := strength.result(suite)) is not None:
        _result(result, scenarios)


def _result(result: SuiteStrength, scenarios: Sequence[Scenario]) -> None:
    titles = {one.id: one.title for one in scenarios}
    if result.failing:
        st.warning(
            f"Left out, because they don't pass with the full draft: {_named(result.failing, titles)}.", icon=":material/error:"
        )
    if result.unchecked:
        checked, removals = len(result.lines), len(result.lines) + len(result.unchecked)
        st.info(
            f"{checked} of {removals} removals were checked. Check the tests again to see which pass whatever is removed.",
            icon=":material/info:",
        )
    elif result.toothless:
        st.warning(
            f"Pass whatever is removed: {_named(result.toothless, titles)}. Make them stricter.", icon=":material/warning:"
        )
    elif any(result.noticed.values()):
        st.success("Each test that passes notices when something it needs is removed.", icon=":material/check:")
    rows = [
        safe_row({"Removed": line, "Tests that notice": ", ".join(titles.get(one, one) for one in tests) or "none"})
        for line, tests in result.noticed.items()
    ]
    st.dataframe(rows, hide_index=True, column_config=COLUMNS)


def _named(tests: Sequence[str], titles: Mapping[str, str]) -> str:
    return ", ".join(plain(titles.get(test, test)) for test in tests)


@refreshed(REFRESH_S)
def _progress(suite: Suite) -> None:
    strength = current().rehearsals.strength
    progress = strength.progress(suite.id)
    if progress is None:
        st.rerun()
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(progress.done / max(progress.lines, 1), f"{progress.done} of {progress.lines} runs of the suite")
        st.button("Stop", icon=":material/stop:", key="rehearse_strength_stop", on_click=strength.stop, args=(suite.id,))


def _start(suite: Suite) -> None:
    services = current()
    try:
        services.rehearsals.strength.start(suite, services.agents.versions.freeze(suite.agent_id))
    except GreenroomError as error:
        state.show_error(error)
