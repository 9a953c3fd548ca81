"""The sessions table's search bar: full-text search, sort order and a Filter menu."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import get_args

import streamlit as st

from components.shell import formatting, visitor_clock
from greenroom.model.agent import AgentId
from greenroom.model.review import BEST
from greenroom.model.session import EndReason, Origin, Place
from greenroom.model.session_query import Order, SessionQuery
from greenroom.services import current

ORDERS: dict[Order, str] = {
    "when": "Date",
    "latency": "Latency",
    "length": "Duration",
    "turns": "Turns",
    "agent": "Agent",
    "version": "Version",
    "end": "End reason",
    "place": "Environment",
    "origin": "Origin",
    "rating": "Rating",
}
#: Keys of the widgets; cleared together.
_WIDGETS = (
    "find_words",
    "find_agents",
    "find_version",
    "find_ends",
    "find_places",
    "find_origins",
    "find_days",
    "find_length",
    "find_latency",
    "find_rating",
    "find_tags",
    "find_person",
    "find_troubled",
)
LONGEST_S, SLOWEST_MS = 900, 3000
#: 0 = rated or not.
_STARS = range(BEST + 1)


def draw() -> SessionQuery:
    """Draw the bar and return the query it describes."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input(
            "Search transcripts",
            key="find_words",
            placeholder="Search transcripts",
            label_visibility="collapsed",
            icon=":material/search:",
            width="stretch",
        )
        with st.popover("Filter", icon=":material/filter_list:", width="content"):
            chosen = _filters()
        order = st.selectbox(
            "Sort by", list(ORDERS), format_func=ORDERS.__getitem__, key="find_order", width=150, label_visibility="collapsed"
        )
        ascending = st.toggle("Ascending", key="find_ascending", help="Smallest, oldest or A first")
    return replace(chosen, words=words.strip(), order=order, descending=not ascending)


def look_for(
    *,
    agents: Sequence[AgentId] = (),
    version: int | None = None,
    places: Sequence[Place] = (),
    origins: Sequence[Origin] = (),
    rating: tuple[int | None, int | None] = (None, None),
    troubled: bool = False,
    last_days: int | None = None,
    order: Order = "when",
) -> None:
    """Set the bar's filters for the next run; the ``last_days`` range ends today."""
    clear()
    asked = {
        "find_agents": list(agents),
        "find_version": version,
        "find_places": list(places),
        "find_origins": list(origins),
        "find_rating": (rating[0] or 0, rating[1] or BEST),
        "find_troubled": troubled,
        "find_days": () if last_days is None else (visitor_clock.first(last_days), visitor_clock.today()),
        "find_order": order,
        "find_ascending": False,
    }
    for key, value in asked.items():
        st.session_state[key] = value


def clear() -> None:
    """Clear all filters."""
    for key in _WIDGETS:
        st.session_state.pop(key, None)


def _filters() -> SessionQuery:
    names = agent_names()
    chosen: list[AgentId] = st.multiselect("Agent", list(names), format_func=names.__getitem__, key="find_agents")
    version = st.number_input("Version", min_value=1, value=None, step=1, key="find_version", placeholder="any")
    ends: list[EndReason] = st.multiselect(
        "End reason", get_args(EndReason), format_func=formatting.ENDS.__getitem__, key="find_ends"
    )
    places: list[Place] = st.multiselect(
        "Environment", get_args(Place), format_func=formatting.PLACES.__getitem__, key="find_places"
    )
    origins: list[Origin] = st.multiselect(
        "Origin", current().records.origins(), format_func=formatting.origin, key="find_origins"
    )
    rating: tuple[int, int] = st.select_slider("Rating", _STARS, (_STARS[0], _STARS[-1]), format_func=_stars, key="find_rating")
    known = current().reviews.known_tags()
    tags = st.multiselect("Tag", known, key="find_tags", placeholder="any" if known else "no tags yet")
    person = st.text_input("Tester", key="find_person", placeholder="any", help="Who ran the session. Set your name in Settings.")
    troubled = st.toggle("With errors only", key="find_troubled", help="Sessions that failed or logged an error")
    days = st.date_input("Date range", value=[], key="find_days", format="YYYY-MM-DD")
    length = st.slider("Duration (s)", 0, LONGEST_S, (0, LONGEST_S), step=10, key="find_length")
    latency = st.slider("Median latency (ms)", 0, SLOWEST_MS, (0, SLOWEST_MS), step=50, key="find_latency")
    since, until = _range(days if isinstance(days, tuple) else (days,))
    return SessionQuery(
        agents=frozenset(chosen),
        version=version,
        ends=frozenset(ends),
        places=frozenset(places),
        origins=frozenset(origins),
        since=since,
        until=until,
        length=_bounds(length, LONGEST_S),
        latency=_bounds(latency, SLOWEST_MS),
        rating=_bounds(rating, BEST),
        tags=frozenset(tags),
        person=person.strip(),
        troubled=troubled,
    )


def agent_names() -> dict[AgentId, str]:
    """All agents including archived ones, with unique names."""
    desk = current().agents
    return formatting.unique_names({agent.id: agent.name for agent in [*desk.list(), *desk.archived()]})


def _stars(rating: int) -> str:
    return formatting.stars(rating) if rating else "any"


def _bounds(chosen: tuple[int, int], most: int) -> tuple[int | None, int | None]:
    """A slider's end positions mean no limit."""
    low, high = chosen
    return low or None, None if high == most else high


def _range(days: tuple[date | None, ...]) -> tuple[datetime | None, datetime | None]:
    """Convert whole days in the visitor's time zone to a time range."""
    chosen = [day for day in days if day is not None]
    if not chosen:
        return None, None
    zone = formatting.zone()
    last = datetime.combine(chosen[-1] + timedelta(days=1), time(), zone) - timedelta(microseconds=1)
    return datetime.combine(chosen[0], time(), zone), last if len(chosen) > 1 else None
