"""One session: transcript with times and latencies, the settings used, notes and the event log."""

from typing import Any

import streamlit as st

from components.rehearse import moments
from components.sessions import actions, facts, reviews, timeline
from components.sessions.tool_calls import draw_calls
from components.shell import formatting
from components.shell.spreadsheet import safe_row
from greenroom.catalog import rules
from greenroom.errors import NotFound
from greenroom.model.session import Event, SessionId, Turn
from greenroom.services import current, may
from greenroom.services.sessions import SessionRecord, session_labels

#: Widths in pixels: the detail has the room.
EVENT_COLUMNS = {
    "Time": st.column_config.TextColumn(width=50),
    "Event": st.column_config.TextColumn(width=150),
    "Detail": st.column_config.TextColumn(width=260),
    "Name": st.column_config.TextColumn(width=110, help="The event as exports and the API call it"),
}
SOURCES = {"typed": "typed", "greeting": "greeting", "say": "say", "whisper": "whisper", "silence": "after silence"}


def line(turn: Turn, name: str) -> None:
    """One turn with its time, source, latency and the version that spoke."""
    notes = [formatting.clock_time(turn.started_ms)]
    if turn.source in SOURCES:
        notes.append(SOURCES[turn.source])
    if turn.latency_ms is not None:
        notes.append(f"latency {formatting.latency(turn.latency_ms)}")
    if turn.version_number is not None:
        notes.append(f"v{turn.version_number}")
    if turn.interrupted:
        notes.append("interrupted")
    with st.chat_message(
        "assistant" if turn.speaker == "agent" else "user",
        avatar=":material/support_agent:" if turn.speaker == "agent" else ":material/person:",
    ):
        st.markdown(f"**{formatting.plain(name)}** :gray[:small[{' · '.join(notes)}]]")
        st.markdown(formatting.plain(turn.text) or ":gray[(no speech)]")
        if turn.stages:
            raw = " · ".join(f"{formatting.plain(name)} {formatting.latency(ms)}" for name, ms in turn.stages.items())
            st.caption(formatting.stages(turn.stages), help=raw)


def settings(record: SessionRecord) -> list[dict[str, Any]]:
    """Rows of the table: what the version sets, without keys and long texts."""
    values = record.settings
    rows = [
        {"Group": f.group.label, "Setting": f.setting.label, "Value": str(rules.value_of(f, values)), "Unit": f.setting.unit}
        for f in rules.fields(values)
        if f.setting.kind not in ("secret", "prose") and rules.value_of(f, values) is not None
    ]
    return rows


def event_row(event: Event) -> dict[str, Any]:
    """A row of the event log."""
    label = session_labels.event(event)
    return {"Time": formatting.clock_time(event.at_ms), "Event": label, "Detail": event.detail, "Name": event.kind}


def show(record: SessionRecord) -> None:
    """``record``: a session that isn't deleted."""
    st.title(formatting.plain(record.session.agent_name))
    moments.dialog()
    facts.draw(record)
    if may("editor"):
        actions.draw(record.version, record.session)
    reviews.draw(record.session.id)
    timeline.draw(record)
    transcript, notes, used, since, log = st.tabs(["Transcript", "Notes", "Settings used", "Changes since", "Events"])
    with transcript:
        for turn in record.turns:
            if turn.speaker == "agent":
                draw_calls([call for call in record.tool_calls if call.turn_id == turn.turn_id])
            line(turn, record.session.name_of(turn.speaker))
            if may("editor"):
                moments.thumbs(record, turn)
        answered = {turn.turn_id for turn in record.turns if turn.speaker == "agent"}
        draw_calls([call for call in record.tool_calls if call.turn_id not in answered])
        if not record.turns:
            st.info("No speech in this session.", icon=":material/chat_bubble:")
    with notes:
        reviews.notes(record.session.id)
    with used:
        for f in rules.fields(record.settings):
            text = rules.value_of(f, record.settings)
            if f.setting.kind == "prose" and text:
                st.markdown(f"**{f.setting.label}**")
                st.code(text, language=None, wrap_lines=True)
        st.dataframe([safe_row(row) for row in settings(record)], hide_index=True)
    with since:
        actions.changed_since(record.version)
    with log:
        st.dataframe(
            [safe_row(event_row(event)) for event in record.events],
            hide_index=True,
            column_config=EVENT_COLUMNS,
        )


st.page_link("pages/sessions.py", label="All sessions", icon=":material/arrow_back:")
session_id = st.query_params.get("id", "")
try:
    show(current().records.get(SessionId(session_id)))
except NotFound:
    st.info("Session not found. It may have been deleted.", icon=":material/search_off:")
