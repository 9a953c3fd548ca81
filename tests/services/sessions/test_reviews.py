"""What a person may say of a session, and what of it is refused with advice."""

from __future__ import annotations

import pytest

from greenroom.clock import Clock
from greenroom.errors import GreenroomError
from greenroom.model.session import SessionId
from greenroom.services.sessions.reviews import ReviewService
from greenroom.store.agents import AgentStore
from greenroom.store.database import Database
from greenroom.store.reviews import ReviewStore
from greenroom.store.sessions import SessionStore
from tests.store.records import a_session

pytestmark = pytest.mark.unit
ONE, TWO = SessionId("s1"), SessionId("s2")


@pytest.fixture
def judging(tmp_path) -> ReviewService:
    """Over two sessions."""
    database = Database(f"sqlite:///{tmp_path}/greenroom.db")
    database.migrate()
    agents, sessions = AgentStore(database, Clock()), SessionStore(database, Clock())
    version = agents.freeze(agents.create("Ava", {}).id)
    for session_id in (ONE, TWO):
        sessions.open(a_session(version, session_id))
    return ReviewService(ReviewStore(database), Clock())


def test_stars_are_one_to_five_or_none(judging):
    for rating in (1, 5, None):
        judging.rate(ONE, rating)
        assert judging.of(ONE).rating == rating
    for rating in (0, 6, -1):
        with pytest.raises(GreenroomError, match="1 to 5"):
            judging.rate(ONE, rating)


def test_a_tag_is_one_tag_however_it_is_typed(judging):
    judging.set_tags(ONE, ["  Best   voice ", "", "  "])
    judging.set_tags(TWO, ["best voice", "BEST VOICE", "new"])
    assert judging.of(TWO).tags == ("Best voice", "new")
    assert judging.known_tags() == ["Best voice", "new"]


def test_setting_tags_takes_the_others_away(judging):
    judging.set_tags(ONE, ["a", "b"])
    judging.set_tags(ONE, ["b", "c"])
    assert judging.of(ONE).tags == ("b", "c")


def test_undoing_the_tags_of_several_leaves_what_was_there_before(judging):
    judging.set_tags(ONE, ["mine"])
    new = judging.tag_all([ONE, TWO], ["mine", "shared"])
    assert judging.of(TWO).tags == ("mine", "shared")
    judging.untag(new)
    assert (judging.of(ONE).tags, judging.of(TWO).tags) == (("mine",), ())


def test_a_note_is_refused_when_it_says_nothing_or_too_much(judging):
    for text in ("", "  \n ", "x" * 4001):
        with pytest.raises(GreenroomError) as caught:
            judging.add_note(ONE, text)
        assert caught.value.advice
    with pytest.raises(GreenroomError, match="40 characters"):
        judging.set_tags(ONE, ["x" * 41])


def test_a_removed_note_is_brought_back_as_it_was(judging):
    note = judging.add_note(ONE, "  Too slow. ", 65_000)
    assert (note.text, note.at_ms) == ("Too slow.", 65_000)
    judging.remove_note(note)
    assert judging.of(ONE).notes == ()
    judging.restore_note(ONE, note)
    assert judging.of(ONE).notes == (note,)
