"""The review of a session: rating, tags and notes, at a moment or about the whole call."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components.shell import formatting, state
from components.shell.state import Banner
from greenroom.errors import GreenroomError
from greenroom.model.review import NOTE_MAX, ReviewNote
from greenroom.model.session import SessionId
from greenroom.services import current


def draw(session_id: SessionId) -> None:
    """Rating and tags in one row; each click is saved."""
    judging = current().reviews
    judged = judging.of(session_id)
    stars, tags = state.review_keys(session_id)
    state.reset_review(session_id, None if judged.rating is None else judged.rating - 1, list(judged.tags))
    with st.container(horizontal=True, vertical_alignment="center", key="judging"):
        st.markdown("Rating", width="content")
        st.feedback("stars", key=stars, on_change=_rate, args=(session_id,))
        st.multiselect(
            "Tags",
            sorted({*judging.known_tags(), *judged.tags}, key=str.casefold),
            key=tags,
            accept_new_options=True,
            placeholder="Add tags, such as best voice",
            label_visibility="collapsed",
            on_change=_tag,
            args=(session_id,),
        )


def notes(session_id: SessionId) -> None:
    """List the notes, with a form to add one."""
    written = current().reviews.of(session_id).notes
    if not written:
        st.caption("No notes yet. Add a time to pin a note to a moment of the call.")
    for note in written:
        _note(session_id, note)
    with st.form(f"note/{session_id}", clear_on_submit=True, border=False):
        st.text_area(
            "Note",
            key=f"note_text/{session_id}",
            max_chars=NOTE_MAX,
            height=90,
            placeholder="For example: cut me off mid-sentence",
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(
                "Time",
                key=f"note_at/{session_id}",
                width=160,
                placeholder="m:ss",
                help="Time from the start of the call, as m:ss. Leave empty for a note about the whole session.",
            )
            st.form_submit_button("Add note", icon=":material/add_comment:", on_click=_add, args=(session_id,))


def _note(session_id: SessionId, note: ReviewNote) -> None:
    when = "Whole session" if note.at_ms is None else formatting.clock_time(note.at_ms)
    with st.container(horizontal=True, vertical_alignment="center", key=f"note_row_{note.id}"):
        st.badge(when, icon=":material/schedule:" if note.at_ms is not None else ":material/notes:", color="gray")
        st.markdown(formatting.plain(note.text).replace("\n", "  \n"), width="stretch")
        st.button(
            "Delete",
            icon=":material/delete:",
            type="tertiary",
            key=f"remove_note_{note.id}",
            help="Delete this note. You can undo it.",
            on_click=_remove,
            args=(session_id, note),
        )


def _rate(session_id: SessionId) -> None:
    chosen = st.session_state[state.review_keys(session_id)[0]]
    _do(lambda: current().reviews.rate(session_id, None if chosen is None else chosen + 1))


def _tag(session_id: SessionId) -> None:
    chosen = list(st.session_state[state.review_keys(session_id)[1]])
    _do(lambda: current().reviews.set_tags(session_id, chosen))


def _add(session_id: SessionId) -> None:
    text, at = st.session_state[f"note_text/{session_id}"], st.session_state[f"note_at/{session_id}"]
    at_ms = formatting.moment_ms(at)
    if at.strip() and at_ms is None:
        state.show(
            Banner(f"Note not added: “{at}” isn't a valid time. Your note: {text}", "Enter minutes and seconds, such as 1:05.")
        )
        return
    _do(lambda: current().reviews.add_note(session_id, text, at_ms))


def _remove(session_id: SessionId, note: ReviewNote) -> None:
    _do(lambda: current().reviews.remove_note(note))
    state.show(Banner("Note deleted.", good=True, undo=lambda: _do(lambda: current().reviews.restore_note(session_id, note))))


def _do(work: Callable[[], object]) -> None:
    """Run ``work``; errors appear in the banner above the page."""
    try:
        work()
    except GreenroomError as error:
        state.show_error(error)
