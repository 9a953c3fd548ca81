"""The sessions table with paging."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from components.rehearse import labels
from components.shell import formatting, state
from components.shell.columns_menu import draw_columns_menu
from components.shell.spreadsheet import safe_row
from greenroom.model.agent import AgentId
from greenroom.model.session import Session, SessionId
from greenroom.model.session_query import SessionQuery, SessionRow
from greenroom.services import current
from greenroom.services.rehearsals import Badge
from greenroom.services.sessions import session_labels

TESTS = "Tests"
_COLUMNS = {
    "Date": st.column_config.DatetimeColumn(format="MMM D, HH:mm", width=95, pinned=True),
    "Play": st.column_config.TextColumn("", width=40, help="Click to play the recording here"),
    "Agent": st.column_config.TextColumn(width=160),
    "Version": st.column_config.TextColumn(
        "Ver.", width=50, help="The version at launch, and the last one applied during the call"
    ),
    TESTS: st.column_config.TextColumn(width=190, help="The current test results of the version at launch"),
    "Origin": st.column_config.TextColumn(width=80, help="Where the launch came from"),
    "Rating": st.column_config.NumberColumn(format="%d ★", width=55, help="Rate a session on its page"),
    "Latency": st.column_config.NumberColumn(
        format="%d ms", width=70, help="Session median, from the end of the caller's speech to the agent's first sound"
    ),
    "Latency trend": st.column_config.LineChartColumn(width=100),  # its height is that of the page, see _sparklines
    "End reason": st.column_config.TextColumn(width=120),
    "Duration": st.column_config.TextColumn(width=70),
    "Turns": st.column_config.NumberColumn(width=50),
    "Tester": st.column_config.TextColumn(width=90, help="Who ran the session: an account, or the name set in Settings"),
    "Tags": st.column_config.ListColumn(width=120),
    "Environment": st.column_config.TextColumn(width=90),
    "Match": st.column_config.TextColumn(width=260, help="The transcript line that matches your search"),
}
#: The least top of the sparklines' scale, so that small differences between fast answers look small.
_AT_LEAST_MS = 1500
#: How many characters fit into the agent's column.
_NAME_CHARACTERS = 22
#: The height of a row, and of the head, as Streamlit draws them.
_ROW_PX = 35
#: The columns shown at first: as many as fit on the narrowest desktop. The menu has the others.
_USUAL = ("Date", "Play", "Agent", "Version", "Latency", "Rating", "Duration")


def draw(sessions: Sequence[SessionRow], columns: Sequence[str]) -> list[Session]:
    """Draw the rows and return the selected sessions."""
    recorded = current().recordings.of_all(row.session.id for row in sessions)
    player = st.container(key="player")
    versions = {(row.session.agent_id, row.session.version_number) for row in sessions} if TESTS in columns else set()
    badges = current().rehearsals.results.numbered_badges(versions)
    # As high as its rows, up to what fits the window (stage.css); Streamlit would show ten.
    rows_box = st.container(key="session_rows", height=_ROW_PX * (len(sessions) + 1) + 2, border=False)
    picked = rows_box.dataframe(
        pd.DataFrame([{**safe_row(_row(row, badges)), "Play": _play(row.session.id, recorded)} for row in sessions]),
        hide_index=True,
        height="stretch",
        column_order=columns,
        placeholder="–",
        on_select="rerun",
        selection_mode=["multi-row", "single-cell"],
        # Streamlit knows selected rows by their place: with other rows, the selection must not survive.
        key=f"session_table/{hash(tuple(row.session.id for row in sessions))}",
        column_config={**_COLUMNS, "Latency trend": _sparklines(sessions)},
    )
    for row, column in picked["selection"]["cells"] if picked else ():
        if row < len(sessions):
            with player:
                _clicked(sessions[row].session, column, recorded)
    rows = picked["selection"]["rows"] if picked else []
    return [sessions[row].session for row in rows if row < len(sessions)]


def _clicked(session: Session, column: str, recorded: Collection[SessionId]) -> None:
    """Play the recording here after a click on ▶; open the session after a click elsewhere in its row."""
    if column != "Play":
        st.switch_page("pages/session.py", query_params={"id": session.id})
    if session.id not in recorded:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="played_session"):
        st.caption(f"{formatting.plain(session.agent_name)}, {formatting.day_and_time(session.created_at)}", width="content")
        st.audio(str(current().recordings.file(session.id)), format="audio/webm", autoplay=True, width="stretch")


def _sparklines(sessions: Sequence[SessionRow]) -> Any:
    """All rows of a page share one scale; a higher line means a slower session."""
    slowest = max((max(row.latencies, default=0) for row in sessions), default=0)
    return st.column_config.LineChartColumn(
        width=90,
        y_min=0,
        y_max=max(slowest, _AT_LEAST_MS),
        help="Latency of each answer in order. All rows share one scale.",
    )


def columns(query: SessionQuery) -> list[str]:
    """Draw the menu of columns; returns the chosen ones, with the matched line beside the agent during a search."""
    every = [name for name in _COLUMNS if name != "Match"]
    shown = draw_columns_menu(every, _USUAL, "session_columns", _column_name)
    kept = [name for name in every if name in shown or name == "Date"]
    return kept[:3] + ["Match"] * bool(query.words) + kept[3:]


def _column_name(name: str) -> str:
    return "Recording" if name == "Play" else name


def after(query: SessionQuery) -> str | None:
    """The cursor of the current page; a new query starts on its first page."""
    return state.session_cursors(query)[-1]


def pager(query: SessionQuery, following: str | None) -> None:
    """Previous and next buttons; nothing if there is one page."""
    stack = state.session_cursors(query)
    if len(stack) == 1 and following is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Previous", icon=":material/arrow_back:", disabled=len(stack) == 1, on_click=_back, args=(stack,), key="newer")
        st.button(
            "Next",
            icon=":material/arrow_forward:",
            disabled=following is None,
            on_click=stack.append,
            args=(following,),
            key="older",
        )
        st.caption(f"Page {len(stack)}")


def _back(stack: list[str | None]) -> None:
    stack.pop()


def _play(session_id: SessionId, recorded: Collection[SessionId]) -> str | None:
    return "▶" if session_id in recorded else None


def _row(entry: SessionRow, badges: Mapping[tuple[AgentId, int], Badge]) -> dict[str, Any]:
    session = entry.session
    badge = badges.get((session.agent_id, session.version_number))
    return {
        "Date": formatting.in_table(session.created_at),
        "Agent": formatting.shortened(session.agent_name, _NAME_CHARACTERS),
        "Version": formatting.versions(session),
        "End reason": session_labels.how_it_ended(session),
        "Duration": formatting.length(session.length_s),
        "Turns": session.turn_count,
        "Latency": session.median_latency_ms,
        "Rating": session.rating,
        "Tester": session.person or None,
        "Tags": list(entry.tags),
        "Latency trend": list(entry.latencies) if len(entry.latencies) > 1 else None,  # one alone is no line
        "Environment": session_labels.PLACES[session.place],
        TESTS: labels.short_badge(badge) if badge is not None else None,
        "Origin": session_labels.origin(session.origin),
        "Match": "".join(f"[{piece.text}]" if piece.hit else piece.text for piece in entry.said),
    }
