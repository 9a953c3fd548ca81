"""The sessions table's search bar: full-text search, sort order and a Filter menu."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import streamlit as st

from components.shell import fields, formatting, visitor_clock
from greenroom.model.agent import AgentId
from greenroom.model.review import BEST
from greenroom.model.session import EndReason, Origin, Place
from greenroom.model.session_query import Order, SessionQuery
from greenroom.services import current
from greenroom.services.sessions import session_labels

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
WORDS, VERSION, PERSON = f"{fields.TAB}find_words", f"{fields.TAB}find_version", f"{fields.TAB}find_person"
#: Keys of the widgets; cleared together.
_WIDGETS = (
    WORDS,
    "find_agents",
    VERSION,
    "find_ends",
    "find_places",
    "find_origins",
    "find_days",
    "find_length",
    "find_latency",
    "find_rating",
    "find_tags",
    PERSON,
    "find_troubled",
)
LONGEST_S, SLOWEST_MS = 900, 3000
#: 0 = rated or not.
_STARS = range(BEST + 1)


def draw() -> SessionQuery:
    """Draw search, filters and order, side by side in the present row, and return the query they describe."""
    words = st.text_input(
        "Search transcripts",
        fields.shown(WORDS, ""),
        key=fields.key(WORDS),
        placeholder="Search transcripts",
        label_visibility="collapsed",
        icon=":material/search:",
        width="stretch",
    )
    fields.keep(WORDS, words)
    with st.popover("Filter", icon=":material/filter_list:", width="content"):
        chosen = _filters()
    with st.popover("Sort", icon=":material/swap_vert:", width="content"):
        order, ascending = _order()
    return replace(chosen, words=words.strip(), order=order, descending=not ascending)


def _order() -> tuple[Order, bool]:
    at = list(ORDERS).index(fields.shown("find_order", "when"))
    order = st.selectbox("Sort by", list(ORDERS), at, format_func=ORDERS.__getitem__, key=fields.key("find_order"))
    shown, key = fields.shown("find_ascending", False), fields.key("find_ascending")
    ascending = st.toggle("Ascending", shown, key=key, help="Smallest or oldest first")
    fields.keep("find_order", order)
    fields.keep("find_ascending", ascending)
    return order, ascending


def set_filters(
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
    values = {
        "find_agents": list(agents),
        VERSION: "" if version is None else str(version),
        "find_places": list(places),
        "find_origins": list(origins),
        "find_rating": (rating[0] or 0, rating[1] or BEST),
        "find_troubled": troubled,
        "find_days": () if last_days is None else (visitor_clock.first(last_days), visitor_clock.today()),
        "find_order": order,
        "find_ascending": False,
    }
    for name, value in values.items():
        fields.put(name, value)


def clear() -> None:
    """Clear all filters."""
    fields.clear(*_WIDGETS)


def _filters() -> SessionQuery:
    names, known_tags = agent_names(), current().reviews.known_tags()
    chosen: list[AgentId] = _any_of("Agent", "find_agents", names)
    written = st.text_input("Version", fields.shown(VERSION, ""), key=fields.key(VERSION), placeholder="any")
    ends: list[EndReason] = _any_of("End reason", "find_ends", session_labels.ENDS)
    places: list[Place] = _any_of("Environment", "find_places", session_labels.PLACES)
    by_origin = {origin: session_labels.origin(origin) for origin in current().records.origins()}
    origins: list[Origin] = _any_of("Origin", "find_origins", by_origin)
    rating: tuple[int, int] = st.select_slider(
        "Rating", _STARS, fields.shown("find_rating", (_STARS[0], _STARS[-1])), format_func=_stars, key=fields.key("find_rating")
    )
    tags = _any_of("Tag", "find_tags", {tag: tag for tag in known_tags}, "any" if known_tags else "no tags yet")
    person = st.text_input("Tester", fields.shown(PERSON, ""), key=fields.key(PERSON), placeholder="any")
    troubled = st.toggle("With errors only", fields.shown("find_troubled", False), key=fields.key("find_troubled"))
    days = st.date_input("Date range", fields.shown("find_days", []), key=fields.key("find_days"), format="YYYY-MM-DD")
    for name, value in {
        VERSION: written,
        "find_rating": rating,
        PERSON: person,
        "find_troubled": troubled,
        "find_days": days,
    }.items():
        fields.keep(name, value)  # so that the filters are still set after a look at another page
    length = _range_slider("Duration (s)", "find_length", LONGEST_S, 10)
    latency = _range_slider("Median latency (ms)", "find_latency", SLOWEST_MS, 50)
    since, until = _range(days if isinstance(days, tuple) else (days,))
    return SessionQuery(
        agents=frozenset(chosen),
        version=_whole(written),
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


def _any_of(label: str, name: str, options: Mapping[Any, str], placeholder: str = "any") -> list[Any]:
    shown = [option for option in fields.shown(name, []) if option in options]
    key = fields.key(name)
    chosen = st.multiselect(label, list(options), shown, format_func=options.__getitem__, key=key, placeholder=placeholder)
    fields.keep(name, chosen)
    return chosen


def _range_slider(label: str, name: str, most: int, step: int) -> tuple[int, int]:
    chosen = st.slider(label, 0, most, fields.shown(name, (0, most)), step=step, key=fields.key(name))
    fields.keep(name, chosen)
    return chosen


def _whole(typed: str) -> int | None:
    """The number of a version, written as "3" or "v3"; None for anything else."""
    digits = typed.strip().lower().removeprefix("v")
    return int(digits) if digits.isdecimal() and len(digits) <= 9 else None


def agent_names() -> dict[AgentId, str]:
    """All agents including archived ones, with unique names."""
    agents = current().agents
    return formatting.unique_names({agent.id: agent.name for agent in [*agents.list(), *agents.archived()]})


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
