"""Several sessions at once: compared, tagged, taken out and deleted, each with a way back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from greenroom.errors import NotFound
from greenroom.model.session import Turn
from greenroom.store.schema import sessions
from tests.pages.test_sessions import changed_draft, ended_session
from tests.recording.sound import webm

pytestmark = pytest.mark.unit


def select(test, *rows: int):
    """As a click on the boxes in front of the rows."""
    key = test.dataframe[0].key
    test.session_state[key] = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    return test.run()


def press(test, key: str):
    return test.button(key=key).click().run()


@pytest.fixture
def three(harness):
    """An ended one, one of a changed agent, and one that was cancelled: the newest."""
    first = ended_session(harness)
    changed_draft(harness)
    second = harness.launch()
    harness.calls.record_turn(second, Turn(1, "agent", "Hello.", 900, 1600, latency_ms=300))
    harness.calls.record_event(second, "vendor_error", "tts 500")
    harness.calls.end(second, "ended")
    third = harness.launch()
    harness.calls.end(third, "cancelled")
    return first, second, third


def test_what_can_be_done_follows_the_selection(open_page, three):
    def buttons(test) -> list[str]:
        return [key for key in ("open", "compare", "delete") if any(b.key == key for b in test.button)]

    test = open_page("pages/sessions.py")
    assert buttons(test) == []
    assert buttons(select(test, 1)) == ["open", "delete"]
    assert buttons(select(test, 0, 1)) == ["compare", "delete"]
    assert any("2 selected" in c.value for c in test.caption)


def test_two_are_compared_side_by_side_with_what_their_settings_differ_in(open_page, harness, three):
    harness.reviews.rate(three[1], 5)
    test = press(select(open_page("pages/sessions.py"), 1, 2), "compare")
    table = test.table[0].value
    facts = {fact: list(row) for fact, row in zip(table.index, table.to_numpy(), strict=True)}
    assert facts["Median latency"] == ["712 ms", "300 ms"]  # the older one on the left
    assert facts["Interruptions"] == ["1", "0"]
    assert facts["Errors"] == ["0", "1"]
    assert facts["Rating"] == ["–", "5 ★"]
    assert facts["Version"] == ["v1", "v2"]
    assert any("<ins> there</ins>" in html.proto.body for html in test.get("html"))


def test_compared_calls_are_read_row_by_row_and_heard(open_page, harness, three, tmp_path):
    harness.calls.record_turn(three[0], Turn(2, "user", "Is <b>breakfast</b> included?", 4000, 5000))
    harness.recordings.take(three[1], 0, 0, webm(tmp_path / "call.webm", 1.0).read_bytes())
    harness.recordings.settle(three[1])
    test = press(select(open_page("pages/sessions.py"), 1, 2), "compare")
    (words,) = (html.proto.body for html in test.get("html") if "<table class='gr-words'>" in html.proto.body)
    assert "Is &lt;b&gt;breakfast&lt;/b&gt; included?" in words
    assert words.count("<tr>") >= 3
    assert len(test.get("audio")) == 1


def test_three_are_compared_without_settings(open_page, three):
    test = press(select(open_page("pages/sessions.py"), 0, 1, 2), "compare")
    assert test.table[0].value.shape[1] == 3
    assert any("Select exactly two sessions" in c.value for c in test.caption)


def test_several_are_tagged_and_that_is_undone(open_page, harness, three):
    harness.reviews.set_tags(three[0], ["winner"])
    test = select(open_page("pages/sessions.py"), 1, 2)
    test.multiselect(key="tags_to_add").set_value(["winner"])
    press(test, "tag_selected")
    assert [harness.reviews.of(one).tags for one in three] == [("winner",), ("winner",), ()]
    test.session_state["notice"].undo()
    assert [harness.reviews.of(one).tags for one in three] == [("winner",), (), ()]


def test_several_are_deleted_and_brought_back_and_other_rows_are_not_selected_then(open_page, harness, three):
    test = press(select(open_page("pages/sessions.py"), 0, 1), "delete")
    assert len(test.dataframe[0].value) == 1
    assert all(b.key != "delete" for b in test.button)  # of the row that moved up, nothing is selected
    assert any("2 sessions deleted" in c.value for c in test.caption)
    press(test, "undo_delete")
    assert harness.records.count() == 3


def test_the_menu_of_files_says_what_it_takes_out(open_page, three):
    test = open_page("pages/sessions.py")
    assert any(c.value == "All 3 sessions in the table" for c in test.caption)
    select(test, 0, 2)
    assert any(c.value == "2 selected" for c in test.caption)


def test_only_those_with_errors_are_shown(open_page, harness, three):
    test = open_page("pages/sessions.py")
    test.toggle(key="find_troubled").set_value(True).run()
    assert list(test.dataframe[0].value["Version"]) == ["v2"]


def test_the_row_draws_the_latency_of_each_answer_when_there_is_more_than_one(open_page, harness, three):
    harness.calls.record_turn(three[0], Turn(2, "agent", "Welcome.", 6000, 6600, latency_ms=512))
    drawn = list(open_page("pages/sessions.py").dataframe[0].value["Latency trend"])
    assert [None if line is None else list(line) for line in drawn] == [None, None, [712, 512]]


@pytest.mark.parametrize("year", [1, 9999])
def test_a_session_of_an_impossible_date_is_shown_and_can_be_deleted(open_page, harness, three, year):
    """Imported by an older version, which took any date."""
    moment = datetime(year, 6, 1, tzinfo=UTC)
    with harness.sessions._database.transaction() as connection:
        dates = {"created_at": moment, "started_at": moment, "ended_at": moment}
        connection.execute(update(sessions).where(sessions.c.id == three[0]).values(dates))
    test = open_page("pages/sessions.py")
    assert len(test.dataframe[0].value) == 3
    open_page("pages/session.py", id=three[0])
    open_page("pages/trends.py")
    place = 2 if year == 1 else 0
    press(select(open_page("pages/sessions.py"), place), "delete")
    with pytest.raises(NotFound):
        harness.records.get(three[0])


def click_cell(test, row: int, column: str):
    """As a click into a row."""
    test.session_state[test.dataframe[0].key] = {"selection": {"rows": [], "columns": [], "cells": [[row, column]]}}
    return test.run()


def test_a_click_on_a_row_opens_its_session(open_page, three):
    test = click_cell(open_page("pages/sessions.py"), 1, "Agent")
    assert test.query_params["id"] in (three[1], [three[1]])


def test_a_click_on_play_plays_the_recording_in_place(open_page, harness, three, tmp_path):
    harness.recordings.take(three[2], 0, 0, webm(tmp_path / "call.webm", 1.0).read_bytes())
    harness.recordings.settle(three[2])
    test = open_page("pages/sessions.py")
    assert list(test.dataframe[0].value["Play"].fillna("")) == ["▶", "", ""]
    click_cell(test, 0, "Play")
    assert test.title[0].value == "Sessions"
    assert len(test.get("audio")) == 1
    click_cell(test, 1, "Play")
    assert test.title[0].value == "Sessions"
    assert len(test.get("audio")) == 0
