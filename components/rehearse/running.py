"""Run a suite: choose versions and repeats, watch the progress, stop, resume."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.rehearse import words
from components.shell import fields, state
from greenroom.errors import GreenroomError
from greenroom.model.agent import AgentId, Version, VersionId
from greenroom.model.rehearsal import BatchId, RehearsalBatch, RehearsalPlan, Suite
from greenroom.rehearsal.scenario import Scenario
from greenroom.services import current

DRAFT = "draft"
MODES = {"": "As set", "text": "Text", "voice": "Voice"}
REFRESH_S = 1.0


def draw(suite: Suite, scenarios: Sequence[Scenario], versions: Sequence[Version]) -> None:
    """Controls and, while a batch runs, its progress."""
    names = {DRAFT: "Draft"} | {one.id: words.version(one) for one in versions}
    tests = {one.id: one.title for one in scenarios}
    field = f"rehearse_repeat/{suite.id}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.multiselect(
            "Versions", list(names), [DRAFT], format_func=names.__getitem__, key=f"rehearse_versions/{suite.id}"
        )
        only = st.multiselect(
            "Tests", list(tests), format_func=tests.__getitem__, key=f"rehearse_tests/{suite.id}", placeholder="All tests"
        )
        repeat = st.number_input(
            "Repeats",
            1,
            100,
            None,
            key=field,
            width=120,
            placeholder="As set",
            help="Raise it if results change from run to run.",
        )
        mode = _mode(suite)
    repeats = int(repeat or 0)
    chosen_tests = [one for one in scenarios if not only or one.id in only]
    batch = _active(suite)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Run tests",
            icon=":material/play_arrow:",
            type="primary",
            key="rehearse_run",
            disabled=batch is not None or not tests or not chosen,
            # The number may arrive with the very click.
            on_click=lambda: start(suite, chosen, only, int(fields.value(field) or 0), mode),
        )
        st.caption(words.estimate(current().rehearsals.estimate(suite, chosen_tests, repeats, len(chosen), mode)))
    if batch is not None:
        _progress(batch.id)
    else:
        _interrupted(suite)


def _mode(suite: Suite) -> str:
    """ "" = as each test says."""
    return st.selectbox(
        "Mode",
        list(MODES),
        format_func=MODES.__getitem__,
        key=f"rehearse_mode/{suite.id}",
        width=120,
        help="Text takes seconds. Voice speaks and listens through the whole call. As set: each test uses its own.",
    )


def _active(suite: Suite) -> RehearsalBatch | None:
    rehearsals = current().rehearsals
    return next((batch for batch in rehearsals.batches(suite.id) if rehearsals.progress(batch.id) is not None), None)


@st.fragment(run_every=REFRESH_S)
def _progress(batch_id: BatchId) -> None:
    progress = current().rehearsals.progress(batch_id)
    if progress is None:
        st.rerun()
        return
    done = progress.done + progress.skipped
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(min(1.0, done / max(progress.planned, 1)), f"{done} of {progress.planned} runs")
        st.button(
            "Stop",
            icon=":material/stop:",
            key="rehearse_stop",
            disabled=progress.stopping,
            on_click=current().rehearsals.stop,
            args=(batch_id,),
        )


def _interrupted(suite: Suite) -> None:
    """A batch that was stopped or lost its process, with a button to finish it."""
    rehearsals = current().rehearsals
    newest = next(iter(rehearsals.batches(suite.id)), None)
    if newest is None or not (newest.state == "stopped" or rehearsals.interrupted(newest)):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"The last run stopped after {newest.done} of {newest.planned}. Its results are kept.")
        st.button("Resume", icon=":material/resume:", key="rehearse_resume", on_click=_resume, args=(newest.id,))


def _resume(batch_id: BatchId) -> None:
    try:
        current().rehearsals.resume(batch_id)
    except GreenroomError as error:
        state.show_error(error)


def start(suite: Suite, chosen: Sequence[str], only: Sequence[str] = (), repeat: int = 0, mode: str = "text") -> None:
    """Run the suite against versions; the draft is frozen as a version first, as a launch does."""
    services = current()
    try:
        versions = tuple(_version(suite.agent_id, one) for one in chosen)
        plan = RehearsalPlan(suite.id, suite.name, suite.agent_id, suite.text, versions, tuple(only), repeat, mode)
        services.rehearsals.run(plan)
    except GreenroomError as error:
        state.show_error(error)


def _version(agent_id: AgentId, chosen: str) -> VersionId:
    return current().agents.freeze(agent_id).id if chosen == DRAFT else VersionId(chosen)
