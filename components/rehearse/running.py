"""Runs a suite: the choice of versions, tests and repeats, the progress, and the buttons to stop and resume."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

import streamlit as st

from components.rehearse import labels
from components.shell import error_text, fields, state
from components.shell.formatting import plain
from components.shell.fragment import refreshed
from greenroom.catalog.prices import cost_of
from greenroom.errors import GreenroomError
from greenroom.model.agent import AgentId, Version, VersionId
from greenroom.model.rehearsal import BatchId, RehearsalBatch, RehearsalPlan, Suite
from greenroom.plurals import counted
from greenroom.rehearsal.reading import HIGHEST_USD, LOWEST_USD, read
from greenroom.rehearsal.scenario import DEFAULT_USD, Scenario, Where
from greenroom.services import current

DRAFT = "draft"
MODES = {"": "As set", "text": "Text", "voice": "Voice"}
PLACES: dict[Where | Literal[""], str] = {"": "As set", "twin": "On this computer", "agora": "On Agora"}
#: The prefix of tags among the options for tests.
TAG = "tag:"
REFRESH_S = 1.0
#: The prefixes of the number fields' keys.
REPEAT, CAP = "rehearse_repeat/", "rehearse_usd/"


def draw(suite: Suite, scenarios: Sequence[Scenario], versions: Sequence[Version], results: Callable[[int | None], None]) -> None:
    """Draw the controls, the progress while a batch runs, and the results.

    ``results`` is called with the number of finished runs of the running batch, or None if no batch runs.
    """
    names = {DRAFT: "Draft"} | {one.id: labels.version(one) for one in versions}
    tests = {TAG + tag: f"Tag: {tag}" for one in scenarios for tag in one.tags} | {one.id: one.title for one in scenarios}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.multiselect(
            "Versions", list(names), [DRAFT], format_func=names.__getitem__, key=f"rehearse_versions/{suite.id}"
        )
        only = st.multiselect(
            "Tests", list(tests), format_func=tests.__getitem__, key=f"rehearse_tests/{suite.id}", placeholder="All tests"
        )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        repeats = _repeats(suite)
        where = _where(suite)
        mode = _mode(suite) if where != "agora" else "voice"
        rehearsals = current().rehearsals
        refused = rehearsals.places.refusal(where)
        cap = _cap(suite) if where == "agora" and refused is None else 0.0
    batch = _active(suite)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Run tests",
            icon=":material/play_arrow:",
            type="primary",
            key="rehearse_run",
            disabled=batch is not None or not tests or not chosen or refused is not None,
            on_click=lambda: start(suite, chosen, [one.id for one in scenarios if _is_chosen(one, only)], mode, where),
        )
        if refused is not None:
            st.caption(error_text.inline_sentence(refused))
        else:
            asked = [one for one in scenarios if not only or _is_chosen(one, only)]
            found = rehearsals.estimate(
                suite.id, suite.agent_id, asked, repeat=repeats, versions=len(chosen), mode=mode, where=where
            )
            st.caption(labels.estimate(found, cap))
    if batch is not None:
        _progress(batch.id, results)
    else:
        _interrupted(suite)
        results(None)


def _is_chosen(scenario: Scenario, only: Sequence[str]) -> bool:
    """Whether a test was chosen, itself or by a tag."""
    return not {scenario.id, *(TAG + tag for tag in scenario.tags)}.isdisjoint(only)


def _repeats(suite: Suite) -> int:
    """Draw the field; returns how often each test runs, 0 = as the test says."""
    repeat = st.number_input(
        "Repeats",
        1,
        100,
        None,
        key=REPEAT + suite.id,
        width=105,
        placeholder="As set",
        help="Raise it if results change from run to run.",
    )
    return int(repeat or 0)


def _where(suite: Suite) -> Where:
    """Draw the choice of the place; returns the suite's own place until another is chosen."""
    content = read(suite.text).content
    chosen = st.selectbox(
        "Agents run",
        list(PLACES),
        format_func=PLACES.__getitem__,
        key=f"rehearse_where/{suite.id}",
        width=175,
        help="On this computer, there are no Agora charges. On Agora, callers talk to the real agent by voice, at "
        f"${cost_of(60):.2f}/min. As set: the suite decides.",
    )
    return chosen or (content.where if content is not None else "twin")


def _cap(suite: Suite) -> float:
    """The spending cap of a run on Agora, in dollars."""
    content = read(suite.text).content
    return st.number_input(
        "Spending cap ($)",
        float(LOWEST_USD),
        float(HIGHEST_USD),
        content.usd if content is not None else DEFAULT_USD,
        step=0.5,
        key=CAP + suite.id,
        width=150,
        help="The most this run may cost. A test that could exceed what is left doesn't start.",
    )


def _mode(suite: Suite) -> str:
    """Draw the choice of the mode; returns it, "" = as each test says."""
    return st.selectbox(
        "Mode",
        list(MODES),
        format_func=MODES.__getitem__,
        key=f"rehearse_mode/{suite.id}",
        width=100,
        help="Text takes seconds. Voice speaks and listens through the whole call. As set: each test uses its own.",
    )


def _active(suite: Suite) -> RehearsalBatch | None:
    rehearsals = current().rehearsals
    return next((batch for batch in rehearsals.results.batches(suite.id) if rehearsals.progress(batch.id) is not None), None)


@refreshed(REFRESH_S)
def _progress(batch_id: BatchId, results: Callable[[int | None], None]) -> None:
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
    results(progress.done)


def _interrupted(suite: Suite) -> None:
    """A batch that was stopped or lost its process, with a button to finish it; or one with runs that broke, to repeat them."""
    rehearsals = current().rehearsals
    newest = next(iter(rehearsals.results.batches(suite.id)), None)
    if newest is None:
        return
    if not (newest.state == "stopped" or rehearsals.interrupted(newest)):
        _broken(suite, newest)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        why = plain(error_text.masked(rehearsals.why_broken(newest.id)))
        done = f"The last run stopped after {newest.done} of {newest.planned}. Its results are kept."
        st.caption(f"{done} Tests that it didn't decide show their earlier result. {why}".strip())
        st.button("Resume", icon=":material/resume:", key="rehearse_resume", on_click=_resume, args=(newest.id,))


def _broken(suite: Suite, batch: RehearsalBatch) -> None:
    """Runs of a finished batch that ended in an error, unless the tests were changed since."""
    if batch.state != "done" or batch.plan.text != suite.text:
        return
    broken, reason = current().rehearsals.results.broken_runs(batch.id)
    if not broken:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"{counted(broken, 'run')} ended in an error, which decides nothing. {plain(error_text.masked(reason))}".strip()
        )
        label = "Repeat it" if broken == 1 else "Repeat them"
        st.button(label, icon=":material/replay:", key="rehearse_repeat_errors", on_click=_resume, args=(batch.id,))


def _resume(batch_id: BatchId) -> None:
    try:
        current().rehearsals.resume(batch_id)
    except GreenroomError as error:
        state.show_error(error)


def start(suite: Suite, chosen: Sequence[str], only: Sequence[str], mode: str, where: Where) -> None:
    """Run the suite against versions; the draft is frozen as a version first, as a launch does."""
    services = current()
    # Read here: a number that was just typed arrives in the same request as the click.
    repeat, usd = int(fields.value(REPEAT + suite.id) or 0), float(fields.value(CAP + suite.id) or 0.0)
    try:
        versions = tuple(_version(suite.agent_id, one) for one in chosen)
        plan = RehearsalPlan(
            suite_id=suite.id,
            suite_name=suite.name,
            agent_id=suite.agent_id,
            text=suite.text,
            versions=versions,
            scenarios=tuple(only),
            repeat=repeat,
            mode=mode,
        )
        services.rehearsals.run(replace(plan, where=where, usd=usd if where == "agora" else 0.0))
    except GreenroomError as error:
        state.show_error(error)


def _version(agent_id: AgentId, chosen: str) -> VersionId:
    return current().agents.versions.freeze(agent_id).id if chosen == DRAFT else VersionId(chosen)
