"""Compare sessions in a dialog: words, sound and metrics side by side, and for two sessions the settings that differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import streamlit as st

from components.rehearse import labels
from components.sessions import words_side_by_side
from components.shell import formatting
from components.studio import diff_view
from greenroom.catalog.compare import Difference
from greenroom.model.session import SessionId
from greenroom.services import current
from greenroom.services.sessions import ComparedSession, session_labels, side_by_side

_FACTS: dict[str, Callable[[ComparedSession], str]] = {
    "Agent": lambda side: side.session.agent_name,
    "Version": lambda side: formatting.versions(side.session),
    "Tests": lambda side: _tests(side),
    "Rating": lambda side: formatting.stars(side.review.rating),
    "Tags": lambda side: ", ".join(side.review.tags) or "–",
    "Median latency": lambda side: formatting.latency(side.session.median_latency_ms),
    "p90 latency": lambda side: formatting.latency(side.p90_latency_ms),
    "Duration": lambda side: formatting.length(side.session.length_s),
    "Turns": lambda side: str(side.session.turn_count),
    "Interruptions": lambda side: str(side.interruptions),
    "Errors": lambda side: str(side.errors),
    "End reason": lambda side: session_labels.how_it_ended(side.session),
    "Origin": lambda side: session_labels.origin(side.session.origin),
    "Environment": lambda side: session_labels.PLACES[side.session.place],
    "Notes": lambda side: str(len(side.review.notes)),
}


def _head(side: ComparedSession) -> str:
    """ "v2 · 28 Nov, 14:06": calls of one minute are often of two versions."""
    return f"{formatting.versions(side.session)} · {formatting.day_and_time(side.session.created_at)}"


def _tests(side: ComparedSession) -> str:
    """What the tests of the call's version say."""
    session = side.session
    badge = current().rehearsals.results.badges(session.agent_id, [session.version_id]).get(session.version_id)
    return labels.badge(badge) if badge is not None else "–"


@st.dialog("Compare sessions", width="large", icon=":material/compare_arrows:")
def draw(ids: Sequence[SessionId]) -> None:
    """Draw the dialog until it is dismissed."""
    comparison = side_by_side(current().records, current().reviews, ids)
    heads = formatting.unique_names({side.session.id: _head(side) for side in comparison.sides})
    spoken, figures, settings = st.tabs(["Words and sound", "Metrics", "Settings"])
    with spoken:
        _players(comparison.sides, heads)
        words_side_by_side.draw(comparison.sides, heads)
    with figures:
        st.table(
            pd.DataFrame(
                {heads[side.session.id]: [formatting.plain(fact(side)) for fact in _FACTS.values()] for side in comparison.sides},
                index=list(_FACTS),
            )
        )
    with settings:
        _differences(comparison.differences, list(heads.values()))


def _players(sides: Sequence[ComparedSession], heads: Mapping[SessionId, str]) -> None:
    recorded = current().recordings.of_all(side.session.id for side in sides)
    if not recorded:
        st.caption("None of these calls was recorded.")
        return
    for column, side in zip(st.columns(len(sides)), sides, strict=True):
        with column:
            if side.session.id in recorded:
                st.caption(f"Recording, {heads[side.session.id]}")
                st.audio(str(current().recordings.file(side.session.id)), format="audio/webm")
            else:
                st.caption(f"{heads[side.session.id]}: not recorded")


def _differences(differences: Sequence[Difference] | None, heads: Sequence[str]) -> None:
    if differences is None:
        st.caption("Select exactly two sessions to compare their settings.")
    elif not differences:
        st.info("Both sessions used the same settings.", icon=":material/check:")
    else:
        st.caption(f"Struck through: {heads[0]}. Underlined: {heads[1]}.")
        diff_view.draw(differences)
