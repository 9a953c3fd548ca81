"""The table of metrics per version, each cell linked to its sessions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from components.rehearse import labels, suite_picker
from components.sessions import filter
from components.shell import formatting
from components.shell.columns_menu import draw_columns_menu
from components.shell.spreadsheet import safe_row
from greenroom.model.agent import AgentId
from greenroom.model.review import WORST
from greenroom.model.session import Origin
from greenroom.model.trends import OriginFigures
from greenroom.services.rehearsals import Badge
from greenroom.services.sessions import VersionStats, session_labels

TESTS = "Tests"
_COLUMNS = {
    "Agent": st.column_config.TextColumn(width=120, pinned=True),
    "Ver.": st.column_config.NumberColumn(format="v%d", width=40, pinned=True),
    "Sessions": st.column_config.NumberColumn(width=68),
    TESTS: st.column_config.TextColumn(width=100, help="Results of this version's tests on the Rehearse page"),
    "p50": st.column_config.NumberColumn(format="%d ms", width=70, help="Half of the answers were faster than this"),
    "p90": st.column_config.NumberColumn(format="%d ms", width=72, help="90% of the answers were faster than this"),
    "Rating": st.column_config.NumberColumn(format="%.1f ★", width=52, help="Average of rated sessions"),
    "Errors": st.column_config.NumberColumn(width=50, help="Sessions that failed or logged an error"),
    "Interrupted": st.column_config.NumberColumn(
        format="%.1f / min", width=85, help="How often the caller interrupted, per minute"
    ),
    "Duration": st.column_config.TextColumn(width=60, help="Average per session"),
    "Turns": st.column_config.NumberColumn(format="%.1f", width=50, help="Average per session"),
    "Cost": st.column_config.NumberColumn(format="$%.2f", width=70),
}
#: Shown until others are chosen, with or without tests: together as wide as the page beside the stage in a window of 1280 px.
_USUAL = ("Agent", "Ver.", "Sessions", "p50", "p90", "Rating", "Errors", "Interrupted")
_USUAL_WITH_TESTS = ("Agent", "Ver.", "Sessions", TESTS, "p50", "p90", "Rating", "Errors")
#: How many characters fit into the agent's column.
_NAME_CHARACTERS = 18
#: Narrow, so that a phone shows the whole table.
_ORIGIN_WIDTHS = {"Sessions": 65, "p50": 62, "Rating": 52, "Errors": 50, "Duration": 58}
#: Column → the filters and the order for the sessions behind one of its cells.
_BEHIND: dict[str, dict[str, Any]] = {
    "p50": {"order": "latency"},
    "p90": {"order": "latency"},
    "Rating": {"order": "rating", "rating": (WORST, None)},
    "Errors": {"troubled": True},
    "Duration": {"order": "length"},
    "Turns": {"order": "turns"},
    "Cost": {"places": ["cloud"]},
}


@dataclass(frozen=True, slots=True)
class PickedVersion:
    """A selected table cell."""

    row: VersionStats
    column: str

    @property
    def name(self) -> str:
        """Agent and version, "Ava v3"."""
        return f"{self.row.figures.agent_name} v{self.row.figures.version}"


def columns(tested: bool) -> list[str]:
    """Draw the menu of columns; returns the chosen ones. ``tested``: there are results of tests to show."""
    names = [name for name in _COLUMNS if name != TESTS or tested]
    chosen = draw_columns_menu(names, *((_USUAL_WITH_TESTS, "trend_columns_tests") if tested else (_USUAL, "trend_columns")))
    return [name for name in names if name in (*chosen, "Agent", "Ver.")]


def draw(
    rows: Sequence[VersionStats], badges: Mapping[tuple[AgentId, int], Badge], shown: Sequence[str], cost_help: str
) -> PickedVersion | None:
    """Draw the table with the columns ``shown`` and return the selected cell."""
    columns = {**_COLUMNS, "Cost": {**_COLUMNS["Cost"], "help": cost_help}}
    state = st.dataframe(
        pd.DataFrame(
            [safe_row(_row(row, badges.get((row.figures.agent_id, row.figures.version)))) for row in rows],
            columns=list(shown),
        ),
        hide_index=True,
        placeholder="–",
        on_select="rerun",
        selection_mode="single-cell",
        # Streamlit knows a picked cell by its place: with other rows or columns, the selection must not survive.
        key=f"trend_table/{hash((*shown, *((row.figures.agent_id, row.figures.version) for row in rows)))}",
        column_config=columns,
    )
    cells = state["selection"]["cells"] if state else []
    return PickedVersion(rows[cells[0][0]], cells[0][1]) if cells and cells[0][0] < len(rows) else None


def by_origin(rows: Sequence[OriginFigures]) -> Origin | None:
    """A table that compares where sessions were launched from; nothing for a single origin. Returns the clicked row's."""
    if len(rows) < 2:
        return None
    st.markdown("**By origin**")
    state = st.dataframe(
        pd.DataFrame([safe_row(_origin_row(row)) for row in rows], columns=["Origin", *_ORIGIN_WIDTHS]),
        hide_index=True,
        placeholder="–",
        on_select="rerun",
        selection_mode="single-cell",
        key=f"trend_origins/{hash(tuple(row.origin for row in rows))}",
        column_config={
            **{name: {**_COLUMNS[name], "width": width} for name, width in _ORIGIN_WIDTHS.items()},
            "p50": {**_COLUMNS["p50"], "width": _ORIGIN_WIDTHS["p50"], "help": "Median of the sessions' median latencies"},
        },
    )
    cells = state["selection"]["cells"] if state else []
    return rows[cells[0][0]].origin if cells and cells[0][0] < len(rows) else None


def open_origin(origin: Origin, agent: AgentId | None, days: int | None) -> None:
    """Open the sessions of an origin that was clicked."""
    filter.set_filters(agents=[agent] if agent else [], origins=[origin], last_days=days)
    st.switch_page("pages/sessions.py")


def open_sessions(picked: PickedVersion, days: int | None, origin: Origin | None = None) -> None:
    """Open the sessions behind a value that was clicked, or the tests; ``days`` is the period of the metrics."""
    figures = picked.row.figures
    if picked.column == TESTS:
        suite_picker.choose_agent(figures.agent_id)
        st.switch_page("pages/rehearse.py")
    behind = _BEHIND.get(picked.column, {})
    origins = [origin] if origin else []
    filter.set_filters(agents=[figures.agent_id], version=figures.version, origins=origins, last_days=days, **behind)
    st.switch_page("pages/sessions.py")


def _origin_row(row: OriginFigures) -> dict[str, Any]:
    return {
        "Origin": session_labels.origin(row.origin),
        "Sessions": row.sessions,
        "p50": row.median_ms,
        "Rating": row.rating,
        "Errors": row.troubled,
        "Duration": _duration(row.length_s),
    }


def _duration(length_s: float | None) -> str:
    return formatting.length(None if length_s is None else round(length_s))


def _row(row: VersionStats, badge: Badge | None) -> dict[str, Any]:
    figures = row.figures
    return {
        "Agent": formatting.shortened(figures.agent_name, _NAME_CHARACTERS),
        "Ver.": figures.version,
        "Sessions": figures.sessions,
        TESTS: labels.short_badge(badge) if badge is not None else None,
        "p50": figures.median_ms,
        "p90": figures.p90_ms,
        "Rating": figures.rating,
        "Errors": figures.troubled,
        "Interrupted": figures.interruptions_per_minute,
        "Duration": _duration(figures.length_s),
        "Turns": figures.turns,
        "Cost": row.cost,
    }
