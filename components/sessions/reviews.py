"""The review of a session: rating, tags and notes, at a moment or about the whole call."""

from __future__ import annotations

import streamlit as st

from components.shell import field_errors, fields, formatting, state
from components.shell.state import Banner
from greenroom.access.members import may_remove
from greenroom.errors import GreenroomError, InvalidInput
from greenroom.model.review import ReviewNote
from greenroom.model.session import SessionId
from greenroom.services import current, member


def draw(session_id: SessionId) -> None:
    """Draw rating and tags in one row. Each change is saved at once."""
    reviews = current().reviews
    review = reviews.of(session_id)
    stars, tags = state.review_keys(session_id)
    rating = fields.follow(stars, None if review.rating is None else review.rating - 1)
    tagged = fields.follow(tags, list(review.tags))
    with st.container(horizontal=True, vertical_alignment="center", key="judging"):
        st.markdown("Rating", width="content")
        st.feedback("stars", key=fields.key(stars), default=rating, on_change=_rate, args=(session_id,))
        st.multiselect(
            "Tags",
            sorted({*reviews.known_tags(), *review.tags}, key=str.casefold),
            tagged,
            key=fields.key(tags),
            accept_new_options=True,
            placeholder="Add tags",
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
    text, at = _note_fields(session_id)
    with st.form(f"note/{session_id}", border=False):
        st.text_area(
            "Note",
            fields.shown(text, ""),
            key=fields.key(text),
            height=90,
            placeholder="For example: cut me off mid-sentence" + (" · @name mentions a teammate" if member() else ""),
        )
        field_errors.draw(text, "text")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(
                "Time",
                fields.shown(at, ""),
                key=fields.key(at),
                width=160,
                placeholder="m:ss",
                help="Time from the start of the call, as m:ss. Leave empty for a note about the whole session.",
            )
            st.form_submit_button("Add note", icon=":material/add_comment:", on_click=_add, args=(session_id,))
        field_errors.draw(text, "at")


def next_note_at(session_id: SessionId, at_ms: int) -> None:
    """Set the time of the next note."""
    fields.put(_note_fields(session_id)[1], formatting.clock_time(at_ms))


def _note_fields(session_id: SessionId) -> tuple[str, str]:
    """The names of the fields of a new note: its text and its time."""
    return f"note_text/{session_id}", f"note_at/{session_id}"


def _note(session_id: SessionId, note: ReviewNote) -> None:
    when = "Whole session" if note.at_ms is None else formatting.clock_time(note.at_ms)
    with st.container(horizontal=True, vertical_alignment="center", key=f"note_row_{note.id}"):
        st.badge(when, icon=":material/schedule:" if note.at_ms is not None else ":material/notes:", color="gray")
        if note.author:
            st.caption(formatting.plain(note.author), width="content")
        st.markdown(formatting.plain(note.text).replace("\n", "  \n"), width="stretch")
        if not may_remove(note.author, member()):
            return
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
    chosen = fields.value(fields.key(state.review_keys(session_id)[0]))
    state.succeeds(lambda: current().reviews.rate(session_id, None if chosen is None else chosen + 1))


def _tag(session_id: SessionId) -> None:
    chosen = list(fields.value(fields.key(state.review_keys(session_id)[1])))
    state.succeeds(lambda: current().reviews.set_tags(session_id, chosen))


def _add(session_id: SessionId) -> None:
    names = _note_fields(session_id)
    text, at = (fields.value(fields.key(name)) for name in names)
    field_errors.clear(names[0])
    at_ms = formatting.moment_ms(at)
    try:
        if at.strip() and at_ms is None:
            raise InvalidInput(f"“{at}” isn't a time.", field="at", advice="Enter minutes and seconds, such as 1:05.")
        current().reviews.add_note(session_id, text, at_ms)
    except GreenroomError as error:
        field_errors.tell(names[0], error)
        return
    fields.clear(*names)


def _remove(session_id: SessionId, note: ReviewNote) -> None:
    if not state.succeeds(lambda: current().reviews.remove_note(note, member())):
        return

    def restore() -> None:
        state.succeeds(lambda: current().reviews.restore_note(session_id, note))

    state.show(Banner("Note deleted.", good=True, undo=restore))
