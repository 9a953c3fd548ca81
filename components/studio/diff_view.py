"""Render differences: old values struck through, new ones underlined, readable without colors."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from pathlib import Path

import streamlit as st

from greenroom.catalog.compare import NOT_SET, NOT_USED, Difference
from greenroom.catalog.worddiff import Run

STYLE = Path(__file__).parent / "diff.css"
#: How many characters are shown at each end of a long unchanged part.
CONTEXT = 160


def draw(differences: Sequence[Difference]) -> None:
    """Draw the differences in the given order."""
    st.html(STYLE)
    st.html(as_html(differences))


def as_html(differences: Sequence[Difference]) -> str:
    """The HTML list, with all text escaped."""
    return f'<dl class="gr-diff">{"".join(map(_item, differences))}</dl>'


def _item(difference: Difference) -> str:
    name = f"<dt>{escape(difference.label)} <small>{escape(difference.place)}</small></dt>"
    if difference.runs and not {difference.old, difference.new} & {NOT_SET, NOT_USED}:
        return f"{name}<dd>{''.join(map(_run, difference.runs))}</dd>"
    return f'{name}<dd>{_whole("del", difference.old)} <span aria-hidden="true">→</span> {_whole("ins", difference.new)}</dd>'


def _whole(tag: str, text: str) -> str:
    """The HTML of one value; an unset value is neither struck through nor underlined."""
    return f"<em>{escape(text)}</em>" if text in (NOT_SET, NOT_USED) else f"<{tag}>{escape(text)}</{tag}>"


def _run(run: Run) -> str:
    op, text = run
    if op == "same":
        return escape(_shortened(text))
    tag = "del" if op == "gone" else "ins"
    # A line break alone would be invisible.
    shown = escape(text).replace("\n", "↵\n") if text.isspace() else escape(text)
    return f"<{tag}>{shown}</{tag}>"


def _shortened(text: str) -> str:
    """The start and end of a long run, cut between words."""
    if len(text) <= 3 * CONTEXT:
        return text
    return re.sub(r"\S{1,30}$", "", text[:CONTEXT]) + "⋯" + re.sub(r"^\S{1,30}", "", text[-CONTEXT:])
