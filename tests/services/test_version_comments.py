"""Comments on versions, and the mentions in them; on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from greenroom.access.members import Member, Members
from greenroom.errors import GreenroomError, NotAllowed, NotFound
from greenroom.model.agent import VersionId
from greenroom.model.review import MENTIONS_FOR
from greenroom.model.version_comment import COMMENT_MAX
from tests.services.conftest import Harness

pytestmark = pytest.mark.unit

MEMBERS = Members.read("ann@firm.example", "bo@firm.example", "cy@firm.example")


def known(name: str) -> Member:
    found = MEMBERS.member(f"{name}@firm.example")
    assert found is not None
    return found


ANN, BO, CY = known("ann"), known("bo"), known("cy")


@pytest.fixture
def version(harness: Harness) -> VersionId:
    return harness.agents.versions.freeze(harness.agents.list()[0].id).id


def test_a_version_keeps_its_comments_in_order(harness: Harness, version: VersionId) -> None:
    comments = harness.services.comments
    first = comments.add(version, "  Shorter greeting. ", BO.email)
    harness.clock.ahead_s += 1
    second = comments.add(version, "Better.", CY.email)
    assert comments.of(version) == [first, second]
    assert first.text == "Shorter greeting."
    assert comments.counts([version, VersionId("none")]) == {version: 2}
    assert comments.counts([]) == {}


def test_what_makes_no_comment_is_said(harness: Harness, version: VersionId) -> None:
    for text in ("", "  ", "x" * (COMMENT_MAX + 1)):
        with pytest.raises(GreenroomError):
            harness.services.comments.add(version, text)
    with pytest.raises(NotFound):
        harness.services.comments.add(VersionId("none"), "text")


def test_a_viewer_deletes_its_own_comments_alone(harness: Harness, version: VersionId) -> None:
    comments = harness.services.comments
    theirs, mine = comments.add(version, "theirs", BO.email), comments.add(version, "mine", CY.email)
    with pytest.raises(NotAllowed):
        comments.remove(theirs.id, CY)
    comments.remove(mine.id, CY)
    comments.remove(mine.id, CY)
    comments.remove(theirs.id, BO)
    assert comments.of(version) == []


def test_a_member_finds_the_comments_that_mention_it(harness: Harness, version: VersionId) -> None:
    comments = harness.services.comments
    comments.add(version, "@ann, is the price right?", BO.email)
    comments.add(version, "@anna", BO.email)
    comments.add(version, "@ann", ANN.email)
    (found,) = comments.mentions_of(ANN)
    agent = harness.agents.list()[0]
    assert (found.agent_id, found.agent_name, found.number) == (agent.id, agent.name, 1)
    assert found.comment.text == "@ann, is the price right?"
    harness.clock.ahead_s += (MENTIONS_FOR + timedelta(days=1)).total_seconds()
    assert comments.mentions_of(ANN) == []
