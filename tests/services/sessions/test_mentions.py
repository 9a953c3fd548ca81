"""Mentions in notes, and who may delete a note."""

from __future__ import annotations

from datetime import timedelta

import pytest

from greenroom.access.members import Member, Members
from greenroom.errors import NotAllowed
from greenroom.model.review import MENTIONS_FOR, mentions
from tests.services.conftest import Harness

pytestmark = pytest.mark.unit

MEMBERS = Members.read("ann@firm.example", "bo@firm.example", "cy@firm.example")


def known(name: str) -> Member:
    found = MEMBERS.member(f"{name}@firm.example")
    assert found is not None
    return found


ANN, BO, CY = known("ann"), known("bo"), known("cy")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@ann look", True),
        ("Look, @Ann.", True),
        ("(@ann@firm.example)", True),
        ("@ann@firm.example, please", True),
        ("@ann@other.example", False),
        ("@anna", False),
        ("mail ann@firm.example", False),
        ("x@ann", False),
        ("@", False),
        ("@@ann", False),
    ],
)
def test_a_mention_is_a_name_or_an_address_after_an_at_sign(text: str, expected: bool) -> None:
    assert mentions(text, "ann@firm.example") == expected


def test_a_member_finds_the_notes_that_mention_it(harness: Harness) -> None:
    session, reviews = harness.launch(), harness.reviews
    reviews.add_note(session, "@ann: the price is wrong", 2000, author=BO.email)
    reviews.add_note(session, "@anna isn't here", author=BO.email)
    reviews.add_note(session, "a note to @ann herself", author=ANN.email)
    (found,) = reviews.mentions_of(ANN)
    assert (found.session_id, found.note.text, found.note.author) == (session, "@ann: the price is wrong", BO.email)
    assert reviews.mentions_of(BO) == []
    harness.clock.ahead_s += (MENTIONS_FOR + timedelta(days=1)).total_seconds()
    assert reviews.mentions_of(ANN) == []


def test_mentions_of_a_deleted_session_are_gone(harness: Harness) -> None:
    session = harness.launch()
    harness.calls.end(session, "ended", "")
    harness.reviews.add_note(session, "@ann", author=BO.email)
    harness.records.delete(session)
    assert harness.reviews.mentions_of(ANN) == []


def test_a_viewer_deletes_its_own_notes_alone(harness: Harness) -> None:
    session, reviews = harness.launch(), harness.reviews
    theirs, mine = reviews.add_note(session, "theirs", author=BO.email), reviews.add_note(session, "mine", author=CY.email)
    with pytest.raises(NotAllowed):
        reviews.remove_note(theirs, CY)
    reviews.remove_note(mine, CY)
    reviews.remove_note(theirs, BO)
    assert reviews.of(session).notes == ()
