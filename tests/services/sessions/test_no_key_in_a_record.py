"""A key that somebody reads out, or a model repeats: by its value it is kept from the record and from every export."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace

import pytest
from sqlalchemy import text

from greenroom.model.launch import LaunchRequest
from greenroom.model.review import NoteId
from greenroom.model.session import Event, Turn
from greenroom.model.session_query import SessionQuery
from greenroom.redaction import MASK
from greenroom.services.sessions import export
from greenroom.store import transcript
from tests.services.conftest import make_harness

pytestmark = pytest.mark.unit

KEY = 'sk-canary-in-a-call&"7'


@pytest.fixture
def harness(tmp_path):
    made = make_harness("http://127.0.0.1:9", tmp_path)
    made.credentials.store("OPENAI_API_KEY", KEY)
    made.credentials.values()
    return made


def test_what_is_said_is_stored_without_the_key(harness):
    session_id = harness.launch()
    harness.calls.record_turn(session_id, Turn(1, "user", f"My key is {KEY}.", 0, 900))
    harness.calls.record_event(session_id, "problem", f"401 for {KEY}")
    note = harness.reviews.add_note(session_id, f"It repeats {KEY}.")
    harness.reviews.restore_note(session_id, replace(note, id=NoteId("again")))
    harness.reviews.set_tags(session_id, {KEY})
    harness.calls.end(session_id, "refused", f"wrong key {KEY}")
    version = harness.session(session_id).version_id
    harness.services.comments.add(version, f"Don't use {KEY}.")
    review = harness.reviews.of(session_id)
    assert [one.text for one in review.notes] == [f"It repeats {MASK}."] * 2
    assert (review.tags, harness.session(session_id).end_detail) == ((MASK,), f"wrong key {MASK}")
    assert KEY not in repr(harness.services.comments.of(version))
    assert [turn.text for turn in harness.sessions.transcript.turns(session_id)] == [f"My key is {MASK}."]
    assert all(KEY not in event.detail for event in harness.sessions.transcript.events(session_id))


def test_no_export_shows_a_key_that_an_older_record_holds(harness, monkeypatch):
    """Records of before the key was known hold it as it was said."""
    session_id = harness.launch()
    monkeypatch.setattr(transcript, "SECRETS", type("Off", (), {"text": staticmethod(str)}))
    harness.calls.record_turn(session_id, Turn(1, "user", f"My key is {KEY}.", 0, 900))
    harness.sessions.transcript.add_event(session_id, Event(5, "problem", f"401 for {KEY}"))
    monkeypatch.undo()
    with harness.base.database.transaction() as connection:
        connection.execute(text("UPDATE sessions SET person = :key, end_detail = :key"), {"key": KEY})
    spelled = (KEY, json.dumps(KEY)[1:-1], KEY.replace("&", "&amp;").replace('"', "&quot;"))
    bundle = zipfile.ZipFile(io.BytesIO(harness.transfers.as_zip(session_id)))
    page = harness.transfers.as_html(session_id, "export default () => {}").decode()
    written = [export(harness.records, SessionQuery(), form).decode("utf8", "replace") for form in ("csv", "jsonl", "parquet")]
    written += [page, *(bundle.read(name).decode() for name in bundle.namelist())]
    for number, one in enumerate(written):
        assert not any(spelling in one for spelling in spelled), number
    assert MASK in page


def test_no_export_shows_a_key_that_was_typed_into_a_prompt(harness):
    typed = "sk-proj-" + "Ab3" * 10
    agent_id = harness.agents.import_agent("Careless", {"prompt.system": f"You are kind. The key is {typed}."}).id
    session_id = harness.calls.launch(LaunchRequest(agent_id)).session_id
    bundle = zipfile.ZipFile(io.BytesIO(harness.transfers.as_zip(session_id)))
    page = harness.transfers.as_html(session_id, "export default () => {}").decode()
    for one in (page, *(bundle.read(name).decode() for name in bundle.namelist())):
        assert ("You are kind." in one, typed in one) in ((True, False), (False, False))
    assert "${PROMPT_SYSTEM" in page
