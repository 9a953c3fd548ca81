"""Charts of one metric: by version and by day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from components.shell import formatting
from components.shell.spreadsheet import safe_cell
from greenroom.model.trends import DayFigures, VersionFigures

Value = float | int | None
BAR_PX, DAYS_PX = 34, 220
#: The accent, and a lighter tone: distinct in both themes and to color-blind readers.
_COLORS = ("#3a8f76", "#a8cfc0")


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric to chart. ``of_version`` returns a value per series; ``of_day`` is set if the metric is available by day."""

    axis: str
    of_version: dict[str, Callable[[VersionFigures], Value]]
    of_day: Callable[[DayFigures], Value] | None = None
    day_axis: str = ""  # if the daily value is another one than the version's


FIGURES: dict[str, Figure] = {
    "Latency": Figure(
        "ms from end of speech to first sound",
        {"p50": lambda v: v.median_ms, "p90": lambda v: v.p90_ms},
        lambda day: day.median_ms,
        "session median, ms",
    ),
    "Rating": Figure("Stars", {"Rating": lambda v: v.rating}, lambda day: day.rating),
    "Errors": Figure("Sessions with errors", {"Errors": lambda v: v.troubled}, lambda day: day.troubled),
    "Interruptions": Figure("Interruptions per minute", {"Interruptions": lambda v: v.interruptions_per_minute}),
    "Duration": Figure("Seconds per session", {"Length": lambda v: v.length_s}, lambda day: day.length_s),
    "Sessions": Figure("Sessions", {"Sessions": lambda v: v.sessions}, lambda day: day.sessions),
}
#: So that the version after the name isn't cut off.
_NAME_CHARACTERS = 15
#: How many versions a chart draws; the table has them all.
MOST_BARS = 12


def choose() -> Figure:
    """The metric to chart."""
    name = st.segmented_control(
        "Chart",
        list(FIGURES),
        default="Latency",
        required=True,
        key="trend_figure",
        label_visibility="collapsed",
        persist_state="session",
    )
    return FIGURES[name or "Latency"]


def by_version(figure: Figure, versions: Sequence[VersionFigures]) -> None:
    """A bar chart, one group per version."""
    shown = versions[:MOST_BARS]
    titles = {
        (v.agent_id, v.version): safe_cell(f"{formatting.shortened(v.agent_name, _NAME_CHARACTERS)} v{v.version}") for v in shown
    }
    names = formatting.unique_names(titles)
    table = pd.DataFrame(
        {label: [read(v) for v in shown] for label, read in figure.of_version.items()}, index=list(names.values()), dtype=float
    )
    table = table.dropna(how="all")  # the chart draws no bar for these, but would count them in its height
    if table.empty:
        st.caption("No data in this period.")
        return
    height = BAR_PX * len(table) * len(figure.of_version) + 90
    st.bar_chart(
        table,
        horizontal=True,
        stack=False,
        x_label="",
        y_label=figure.axis,
        sort=False,
        height=height,
        color=list(_COLORS[: len(figure.of_version)]),
    )


def by_day(figure: Figure, days: Sequence[DayFigures]) -> None:
    """A line chart; nothing for metrics without daily values or for a single day."""
    if figure.of_day is None or len(days) < 2:
        return
    table = pd.DataFrame({figure.axis: [figure.of_day(day) for day in days]}, index=[day.day for day in days], dtype=float)
    st.markdown(f"**By day** :gray[:small[{figure.day_axis or figure.axis}]]")
    st.line_chart(table.dropna(), x_label="", y_label="", height=DAYS_PX, color=_COLORS[0])
