"""Sessions are rated, tagged and annotated on their page, and found again by it."""

from __future__ import annotations

import pytest

from greenroom.errors import StoreUnavailable
from greenroom.model.session import SessionId
from tests.pages.test_sessions import ended_session

pytestmark = [pytest.mark.unit, pytest.mark.any_database]


@pytest.fixture
def session_id(harness) -> SessionId:
    return ended_session(harness)


def test_stars_and_tags_are_stored_with_the_click_and_shown_again(open_page, harness, session_id):
    test = open_page("pages/session.py", id=session_id)
    test.feedback(key=f"stars/{session_id}").set_value(3).run()
    harness.reviews.set_tags(session_id, ["slow"])
    test.multiselect(key=f"tags/{session_id}").set_value(["slow", "Best voice"]).run()
    judged = harness.reviews.of(session_id)
    assert (judged.rating, judged.tags) == (4, ("Best voice", "slow"))
    again = open_page("pages/session.py", id=session_id)
    assert again.feedback(key=f"stars/{session_id}").value == 3
    assert again.multiselect(key=f"tags/{session_id}").value == ["Best voice", "slow"]


def test_a_note_stands_at_its_moment_and_its_removal_is_undone(open_page, harness, session_id):
    test = open_page("pages/session.py", id=session_id)
    test.text_area(key=f"note_text/{session_id}").set_value("**Too** <b>early</b>")
    test.text_input(key=f"note_at/{session_id}").set_value("1:05")
    test.button(key=f"FormSubmitter:note/{session_id}-Add note").click().run()
    (note,) = harness.reviews.of(session_id).notes
    assert (note.text, note.at_ms) == ("**Too** <b>early</b>", 65_000)
    shown = " ".join(m.value for m in test.markdown)
    assert "1:05" in shown
    assert "<b>" not in shown
    test.button(key=f"remove_note_{note.id}").click().run()
    assert harness.reviews.of(session_id).notes == ()
    test.session_state["notice"].undo()  # a button of the shell, above every page
    assert harness.reviews.of(session_id).notes == (note,)


def test_a_note_that_could_not_be_removed_is_not_reported_as_deleted(open_page, harness, session_id, monkeypatch):
    harness.reviews.add_note(session_id, "Too early")
    (note,) = harness.reviews.of(session_id).notes
    test = open_page("pages/session.py", id=session_id)

    def refuse(*_: object) -> None:
        raise StoreUnavailable("The database is locked.")

    monkeypatch.setattr(type(harness.reviews), "remove_note", refuse)
    test.button(key=f"remove_note_{note.id}").click().run()
    told = test.session_state["notice"]
    assert (told.message, told.good, told.undo) == ("The database is locked.", False, None)


def test_a_time_that_is_none_is_said_and_the_words_are_not_lost(open_page, harness, session_id):
    test = open_page("pages/session.py", id=session_id)
    test.text_area(key=f"note_text/{session_id}").set_value("Too early")
    test.text_input(key=f"note_at/{session_id}").set_value("soon")
    test.button(key=f"FormSubmitter:note/{session_id}-Add note").click().run()
    assert harness.reviews.of(session_id).notes == ()
    (told,) = [caption.value for caption in test.caption if caption.value.startswith(":red[")]
    assert "soon" in told
    assert "1:05" in told
    assert test.text_area(key=f"note_text/{session_id}").value == "Too early"


def test_the_table_shows_stars_and_tags_and_is_narrowed_by_them(open_page, harness, session_id):
    other = ended_session(harness)
    harness.reviews.rate(session_id, 5)
    harness.reviews.rate(other, 2)
    harness.reviews.set_tags(other, ["slow"])
    test = open_page("pages/sessions.py")
    test.selectbox(key="find_order").set_value("rating").run()
    assert list(test.dataframe[0].value["Rating"]) == [5, 2]
    test.multiselect(key="find_tags").set_value(["slow"]).run()
    assert [list(tags) for tags in test.dataframe[0].value["Tags"]] == [["slow"]]
    test.button(key="show_all").click().run()
    next(s for s in test.select_slider if (s.key or "").startswith("find_rating")).set_range(3, 5).run()
    assert list(test.dataframe[0].value["Rating"]) == [5]
