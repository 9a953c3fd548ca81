"""A session's timeline: both audio tracks, turns and events, with click-to-play and recording deletion."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st
from streamlit.components.v2 import component

from components.call import loader
from components.sessions import reviews
from components.shell import formatting, state
from components.shell.state import Banner
from components.shell.uninterrupted import triggered
from greenroom.byte_size import byte_size
from greenroom.errors import GreenroomError
from greenroom.model.recording import Recording
from greenroom.model.session import SessionId
from greenroom.services import current, may
from greenroom.services.sessions import SessionRecord, timeline_data

_draw = component("greenroom_timeline", js=loader("timeline"))


def draw(record: SessionRecord) -> None:
    """Draw the timeline. ``?play=1`` in the URL starts playback."""
    session_id = record.session.id
    recordings = current().recordings
    recording = recordings.of(session_id)
    ready = recording is not None and recording.state == "ready"
    waveform = None
    if ready:
        with suppress(GreenroomError):  # the recording can be played without its waveform
            waveform = recordings.outline(session_id)
    data = timeline_data(
        record,
        current().reviews.of(session_id).notes,
        recording,
        waveform,
        recordings.address(session_id) if ready else "",
        play=ready and st.query_params.get("play") == "1",
    )
    key = f"timeline/{session_id}"

    def note() -> None:
        at_ms = triggered(key, "note")
        reviews.next_note_at(session_id, int(at_ms))
        state.show(Banner(f"The next note is set to {formatting.clock_time(int(at_ms))}. Write it under Notes.", good=True))

    _draw(key=key, data=data, on_note_change=note, width="stretch")
    with st.container(horizontal=True, vertical_alignment="center", key="recording"):
        if recording and recording.state in ("ready", "broken"):
            _about(session_id, recording)


def _about(session_id: SessionId, recording: Recording) -> None:
    st.caption(f"Recording, {byte_size(recording.size)}: caller on the left channel, agent on the right.", width="content")
    if not may("editor"):
        return
    with st.popover("Delete recording", icon=":material/delete:", type="tertiary"):
        st.markdown("Deletes the audio permanently and keeps the transcript. You can't undo this.")
        st.button("Delete permanently", type="primary", key="delete_recording", on_click=_delete, args=(session_id,))


def _delete(session_id: SessionId) -> None:
    try:
        current().recordings.delete(session_id)
    except GreenroomError as error:
        state.show_error(error)
        return
    state.show(Banner("Recording deleted.", good=True))
