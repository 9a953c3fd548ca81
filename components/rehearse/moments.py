"""Thumbs on the agent's replies. A click opens a dialog that makes a test of that moment of the call."""

from __future__ import annotations

import streamlit as st

from components.rehearse.phrases import phrases_in
from components.shell import field_errors, fields, state
from components.shell.formatting import plain
from greenroom.errors import GreenroomError
from greenroom.model.rehearsal import SuiteId
from greenroom.model.session import SessionId, Turn
from greenroom.rehearsal.reading import read
from greenroom.rehearsal.writing import id_for
from greenroom.services import current
from greenroom.services.rehearsals import moments
from greenroom.services.sessions import SessionRecord

#: The field that holds the open dialog's moment: session, turn, and the thumb, DOWN or UP.
OPEN = "rehearse_moment"
NEW = "new"
DOWN, UP = 0, 1


def thumbs(record: SessionRecord, turn: Turn) -> None:
    """Draw the thumbs under a reply of the agent; none under the greeting, which answers no caller."""
    if turn.speaker != "agent" or turn.source == "greeting" or not turn.text:
        return
    name = f"thumb/{record.session.id}/{turn.turn_id}"
    st.feedback("thumbs", key=fields.key(name), on_change=_open, args=(record.session.id, turn.turn_id, name))


def open_for(session_id: SessionId, turn_id: int, *, up: bool) -> None:
    """Open the dialog for a reply that got a thumb on the stage."""
    _ask(session_id, turn_id, UP if up else DOWN)


def dialog() -> None:
    """The dialog of the thumb that was clicked, on the stage or on a session's page, if any."""
    asked = fields.shown(OPEN, None)
    if asked is None:
        return
    try:
        record = current().records.get(asked[0])
    except GreenroomError as error:
        _close()
        state.show_error(error)
        return
    turn = next((one for one in record.turns if one.turn_id == asked[1] and one.speaker == "agent"), None)
    if turn is not None:
        _dialog(record, turn, asked[2])
    else:
        _close()
        state.show(state.Banner("This reply isn't in the record yet.", "Try again in a few seconds."))


def _open(session_id: str, turn_id: int, name: str) -> None:
    chosen = fields.value(fields.key(name))
    if chosen is not None:
        _ask(SessionId(session_id), turn_id, chosen)


def _ask(session_id: SessionId, turn_id: int, thumb: int) -> None:
    """Open the dialog in this run or the next."""
    field_errors.clear_all()
    fields.keep(OPEN, (session_id, turn_id, thumb))


def make_test(record: SessionRecord) -> None:
    """Open the dialog for the session's last reply, on its page in the next run."""
    replies = [turn for turn in record.turns if turn.speaker == "agent" and turn.source != "greeting" and turn.text]
    if replies:
        _ask(record.session.id, replies[-1].turn_id, DOWN)
    else:
        state.show(
            state.Banner(
                "There is no reply to test.", "The agent only said its greeting in this call. Ask it something, then make a test."
            )
        )


def _close() -> None:
    fields.clear(OPEN)


@st.dialog("Make a test", width="large", icon=":material/rule:", on_dismiss=_close)
def _dialog(record: SessionRecord, turn: Turn, thumb: int) -> None:
    st.caption(f"The agent said: “{plain(turn.text)}”")
    if thumb == DOWN:
        st.markdown("**What should it have done?** The test replays the call up to here.")
    else:
        st.markdown("**What must stay?** The test replays the call up to here.")
    suites = {suite.id: suite for suite in current().rehearsals.suites.of(record.session.agent_id)}
    names = {one.id: one.name for one in suites.values()} | {NEW: "New suite: Regressions"}
    at = f"{record.session.id}/{turn.turn_id}/{thumb}"
    form = f"rehearse_moment/{at}"
    with st.form(form, border=False):
        st.text_input("Title", key=f"moment_title/{at}", placeholder="Asks one question at a time")
        field_errors.draw(form, "title")
        st.text_input(
            "Agent must say",
            turn.text if thumb == UP else "",
            key=f"moment_must/{at}",
            help="One of these phrases; separate with |. Short phrases survive a change of wording.",
        )
        field_errors.draw(form, "must_say")
        st.text_input("Must never say", key=f"moment_never/{at}", help="Separate phrases with |.")
        st.selectbox("Suite", list(names), format_func=names.__getitem__, key=f"moment_suite/{at}")
        field_errors.draw(form, field_errors.WHOLE)
        st.form_submit_button("Save test", icon=":material/save:", type="primary", on_click=_save, args=(record, turn, at))
    if fields.shown(OPEN, None) is None:  # saved
        st.rerun()


def _save(record: SessionRecord, turn: Turn, at: str) -> None:
    """Handle Save test."""
    suites, form = current().rehearsals.suites, f"rehearse_moment/{at}"
    title, must, never, suite_id = (fields.value(f"moment_{part}/{at}") for part in ("title", "must", "never", "suite"))
    called = " ".join(str(title or "").split()) or f"Call of version {record.session.version_number}, turn {turn.turn_id}"
    field_errors.clear(form)
    try:
        suite = None if suite_id in (NEW, None) else suites.get(SuiteId(suite_id))
        made = moments.test_of_moment(
            record.session,
            record.turns,
            turn,
            identity=id_for(called, read(suite.text).spans if suite is not None else {}),
            title=called,
            must_say=phrases_in(str(must or "")),
            never=phrases_in(str(never or "")),
        )
        suites.save_test(suite or suites.create(record.session.agent_id, "Regressions"), made)
    except GreenroomError as error:
        field_errors.tell(form, error, field_errors.WHOLE)
        return
    _close()
    state.show(state.Banner("Test saved. Run it on the Rehearse page.", good=True))
