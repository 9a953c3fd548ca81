"""The grid of tests and versions; a click on a cell opens the conversation that decided."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from components.rehearse import labels
from components.shell import fields, formatting
from components.shell.formatting import plain
from components.shell.spreadsheet import safe_cell, safe_row
from greenroom.errors import NotFound
from greenroom.model.agent import Version
from greenroom.model.rehearsal import RunResult, ScenarioResult, Suite
from greenroom.model.session import SessionId
from greenroom.rehearsal.scenario import Scenario
from greenroom.services import current
from greenroom.services.rehearsals import Badge, Grid, RanAt

#: The most versions shown side by side, and the most runs shown for a cell.
COLUMNS, RUNS = 6, 10
#: The width of the column of titles, and how many characters fit into it.
TITLE_WIDTH_PX, TITLE_CHARACTERS = 260, 40
#: The most tests a grid shows without scrolling.
TALLEST = 30
TEST, LAST_FAILED = "Test", "Last failed on"


def draw(suite: Suite, versions: Sequence[Version], done: int | None) -> None:
    """``versions`` newest first; the first ``COLUMNS`` of those with results are shown, failed tests on top. ``done``: the runs
    that a running batch has finished; while it runs, tests stay in the file's order."""
    results = _results(suite, versions[:COLUMNS], done)
    grid, shown = results.grid, results.shown
    if not shown:
        none_yet = "No results yet. Run the tests to see which pass." if done is None else "Results appear here as runs finish."
        st.info(none_yet, icon=":material/grid_on:")
        if grid.failed:
            st.dataframe(_rows(grid, grid.scenarios, shown), hide_index=True)
        return
    tests = list(grid.scenarios)
    if done is None:
        tests.sort(key=lambda test: _urgency(grid.cells.get((test.id, shown[0].id))))
    rows = _rows(grid, tests, shown)
    if results.newest is not None:
        st.markdown(f"**{plain(labels.version(shown[0]))}**: {labels.badge(results.newest)}")
    picked = st.dataframe(
        rows,
        hide_index=True,
        key=key(suite, [one.id for one in (*tests, *shown)]),
        height="content" if len(rows) <= TALLEST else "auto",
        selection_mode="single-cell",
        on_select="rerun",
        column_config={TEST: st.column_config.TextColumn(width=TITLE_WIDTH_PX)},
    )
    st.caption("Click a result to see why. A dash: not run since the test was changed.")
    cells = picked.get("selection", {}).get("cells", []) if picked else []
    if cells:
        row, column = cells[0]
        version = next((one for one in shown if safe_cell(labels.version(one)) == column), shown[0] if column == TEST else None)
        cell = grid.cells.get((tests[row].id, version.id)) if version and row < len(tests) else None
        if cell is not None:
            place = (cell.scenario_id, cell.version_id)
            detail(cell, tests[row], grid.ran.get(place), grid.unfinished.get(place))


@dataclass(frozen=True, slots=True)
class _GridResults:
    """``shown``: the versions with results; ``newest``: the badge of the first; ``of``: what they were read for."""

    of: tuple[object, ...]
    grid: Grid
    shown: Sequence[Version]
    newest: Badge | None


def _results(suite: Suite, versions: Sequence[Version], done: int | None) -> _GridResults:
    """The stored results. While a batch runs, they are read again when a run has finished, not on every redraw."""
    name, of = f"rehearse_results/{suite.id}", (suite.revision, tuple(one.id for one in versions), done)
    before: _GridResults | None = fields.shown(name, None)
    if done is not None and before is not None and before.of == of:
        return before
    rehearsals = current().rehearsals
    grid = rehearsals.results.grid(suite, versions)
    shown = [one for one in grid.versions if any((test.id, one.id) in grid.cells for test in grid.scenarios)]
    newest = rehearsals.results.badges(suite.agent_id, [shown[0].id], suite.id).get(shown[0].id) if shown else None
    found = _GridResults(of, grid, shown, newest)
    fields.keep(name, found)
    return found


def key(suite: Suite, places: Sequence[str]) -> str:
    """The grid's widget key, another one for each order of tests and versions: a selected cell is known by its place."""
    return f"rehearse_grid/{suite.id}/{zlib.crc32(' '.join(places).encode())}"


def detail(cell: ScenarioResult, scenario: Scenario, ran: RanAt | None, newer: ScenarioResult | None = None) -> None:
    """Why a test has its verdict: the checks of each run, and the conversation. ``newer``: of a batch that isn't through."""
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(scenario.title)}**", width="content")
            st.badge(labels.NAMES[cell.verdict], icon=labels.ICONS[cell.verdict], color=labels.COLORS[cell.verdict])
            parts = (f"v{cell.version_number}", labels.ran_at(ran), formatting.date_and_time(cell.decided_at))
            st.caption(" · ".join(filter(None, parts)), width="content")
        if newer is not None:
            stopped = current().rehearsals.progress(newer.batch_id) is None
            st.info(labels.newer_run(newer, stopped=stopped), icon=":material/pause_circle:")
        if cell.reason:
            st.markdown(plain(cell.reason))
        if scenario.origin is not None and scenario.origin.version is not None:
            st.caption(f"Made from a call of version {scenario.origin.version}.")
        runs = current().rehearsals.results.cell_runs(cell)
        if (flake := current().rehearsals.results.flake(runs)) is not None:
            st.markdown(f"**Flaky, because of {labels.CULPRITS[flake.culprit]}.** {plain(flake.reason)}")
        for number, run in enumerate(_in_order(runs, cell.verdict)[:RUNS]):
            if number == 0:
                _run(run, open_conversation=True, said=cell.reason)
            else:
                with st.expander(f"Run {run.number}: {labels.NAMES[run.verdict]}"):
                    _run(run, open_conversation=False)
        if len(runs) > RUNS:
            st.caption(f"{len(runs) - RUNS} more runs are on the Sessions page, under the origin Rehearsal.")


def _in_order(runs: Sequence[RunResult], verdict: str) -> list[RunResult]:
    """One that decided, then those that differ, then the others."""
    alike = [run for run in runs if run.verdict == verdict]
    return [*alike[:1], *(run for run in runs if run.verdict != verdict), *alike[1:]]


def _urgency(cell: ScenarioResult | None) -> int:
    """The sort key that puts fails first, then undecided tests."""
    return 3 if cell is None else {"fail": 0, "error": 1, "unknown": 2}.get(cell.verdict, 4)


def _rows(grid: Grid, tests: Sequence[Scenario], shown: Sequence[Version]) -> list[dict[str, str]]:
    """The table's rows. A column names the version on which a test failed last that doesn't fail on the newest."""
    new = {test.id: grid.cells.get((test.id, shown[0].id)) for test in tests} if shown else {}
    past = {one: f"v{number}" for one, number in grid.failed.items() if (cell := new.get(one)) is None or cell.verdict != "fail"}
    rows = []
    for test in tests:
        keys = {labels.version(one): (test.id, one.id) for one in shown}
        cells = {name: labels.cell(grid.cells.get(at), grid.ran.get(at), grid.unfinished.get(at)) for name, at in keys.items()}
        title = formatting.shortened(test.title, TITLE_CHARACTERS)
        rows.append(safe_row({TEST: title, **cells, **({LAST_FAILED: past.get(test.id, "")} if past else {})}))
    return rows


def _run(run: RunResult, *, open_conversation: bool, said: str = "") -> None:
    """``said``: the reason that is shown already."""
    for outcome in run.outcomes:
        verdict = outcome.get("verdict") or "unknown"  # None: a percentile, which is decided over all runs
        quote = f" {labels.quoted(str(outcome['quote']))}" if outcome.get("quote") and verdict == "fail" else ""
        mark = f":{labels.COLORS[verdict]}[{labels.MARKS[verdict]}]"
        st.markdown(f"{mark} {plain(str(outcome['title']))}: {plain(str(outcome['reason']))}{quote}")
    if not run.outcomes and run.reason != said:
        st.markdown(plain(run.reason))
    if run.session_id is not None:
        _conversation(run, SessionId(run.session_id), shown=open_conversation)


def _conversation(run: RunResult, session_id: SessionId, *, shown: bool) -> None:
    against = [one for one in run.outcomes if one.get("verdict") == run.verdict != "pass"]
    decided = {one.get("turn_id") for one in against}
    try:
        turns = current().records.get(session_id).turns if shown else []
    except NotFound:
        st.caption("This conversation was deleted.")
        return
    for turn in turns:
        who = "Agent" if turn.speaker == "agent" else "Caller"
        here = turn.speaker == "agent" and turn.turn_id in decided
        text = plain(turn.text)
        st.markdown(f"{'**' if here else ''}{who}: {text}{'** :red-badge[Decided here]' if here else ''}")
    st.page_link("pages/session.py", label="Open the session", icon=":material/article:", query_params={"id": session_id})
