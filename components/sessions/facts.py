"""The head of a session's page: its figures, and what it ran on."""

from __future__ import annotations

import streamlit as st

from components.rehearse import labels
from components.shell import formatting
from greenroom.catalog import rules
from greenroom.model.session import SCRIPTED
from greenroom.services import current
from greenroom.services.calls import BRAIN_EVENT, brain_of, call_cost
from greenroom.services.sessions import SessionRecord, session_labels


def draw(record: SessionRecord) -> None:
    """A line of figures, then start, origin, place, end, cost and engines."""
    session = record.session
    with st.container(horizontal=True, gap="large"):
        st.metric("Duration", formatting.length(session.length_s), width="content")
        st.metric("Turns", session.turn_count, width="content")
        st.metric("Median latency", formatting.latency(session.median_latency_ms), width="content")
        st.metric("Version", formatting.versions(session), width="content")
        if session.person:
            st.metric("Tester", formatting.plain(session.person), width="content")
    where = session_labels.PLACES[session.place]
    st.caption(
        f"{formatting.date_and_time(session.created_at)} · {formatting.plain(formatting.started_by(session))}"
        f" · {where} · {session_labels.how_it_ended(session)}"
        + (f": {formatting.plain(session.end_detail)}" if session.end_detail else "")
    )
    badge = current().rehearsals.results.badges(session.agent_id, [session.version_id]).get(session.version_id)
    if badge is not None and badge.stale < badge.total:
        st.caption(f"Version {session.version_number}: {labels.badge(badge)}")
    brain = next((brain_of(event.detail) for event in record.events if event.kind == BRAIN_EVENT), None)
    cost = call_cost(record.settings, session.place, brain)
    st.caption(formatting.cost(session, cost))
    if brain is not None:
        st.caption(formatting.plain(cost.brain_note or f"Language model: {brain.label}."))
    if not all(engine.here for engine in cost.engines):
        engines = (f"{engine.part}: {engine.label}, {engine.where}" for engine in cost.engines)
        st.caption(formatting.plain(" · ".join(engines)))
    if changed := ", ".join(rules.label_of(key) for key in session.overrides if key not in SCRIPTED):
        st.caption(formatting.plain(f"Changed for this call only: {changed}"))
