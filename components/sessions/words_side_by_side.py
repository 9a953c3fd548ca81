"""The transcripts of compared sessions side by side, one exchange per row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import zip_longest
from pathlib import Path

import streamlit as st

from components.shell import formatting
from greenroom.model.session import SessionId, Turn
from greenroom.services.sessions import ComparedSession

STYLE = Path(__file__).parent / "words_side_by_side.css"


def draw(sides: Sequence[ComparedSession], heads: Mapping[SessionId, str]) -> None:
    """Draw one column per session. ``heads``: the columns' titles."""
    st.html(STYLE)
    st.html(as_html(sides, heads))


def as_html(sides: Sequence[ComparedSession], heads: Mapping[SessionId, str]) -> str:
    """The HTML table, with all text escaped."""
    head = "".join(f"<th scope='col'>{escape(heads[side.session.id])}</th>" for side in sides)
    rows = zip_longest(*(exchanges(side.turns) for side in sides), fillvalue=())
    lines = [f"<tr>{''.join(map(_cell, cells, sides))}</tr>" for cells in rows]
    body = "".join(lines) or f"<tr><td colspan='{len(sides)}'>No speech in these sessions.</td></tr>"
    return f"<table class='gr-words'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def exchanges(turns: Sequence[Turn]) -> list[tuple[Turn, ...]]:
    """Group turns into exchanges: what the caller said and what the agent answered. The greeting is one by itself."""
    rows: list[list[Turn]] = []
    for turn in turns:
        if not rows or (turn.speaker != "agent" and any(earlier.speaker == "agent" for earlier in rows[-1])):
            rows.append([])
        rows[-1].append(turn)
    return [tuple(row) for row in rows]


def _cell(turns: Sequence[Turn], side: ComparedSession) -> str:
    return f"<td>{''.join(_line(turn, side.session.name_of(turn.speaker)) for turn in turns) or '–'}</td>"


def _line(turn: Turn, who: str) -> str:
    notes = [formatting.clock_time(turn.started_ms)]
    if turn.latency_ms is not None:
        notes.append(formatting.latency(turn.latency_ms))
    if turn.interrupted:
        notes.append("interrupted")
    text = escape(turn.text) or "(no speech)"
    return f"<p class='{escape(turn.speaker)}'><b>{escape(who)}</b> <small>{' · '.join(notes)}</small><br>{text}</p>"
