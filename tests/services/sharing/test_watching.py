"""Watching a call: by its link alone, while it runs, with a token that can't publish, and with notes at the moment."""

from __future__ import annotations

import pytest

from greenroom.agora.tokens import JOIN, read_token
from greenroom.errors import Conflict, NotAllowed, TextTooLong
from greenroom.model.session import Turn

pytestmark = pytest.mark.twin


def link_to(harness, session_id):
    link_id, _, key = harness.services.watch_links.create(session_id).removeprefix("/w/").partition("#")
    return link_id, key


def test_a_watcher_gets_a_seat_that_can_only_listen(harness):
    session = harness.session(harness.run())
    ticket = harness.services.watch_links.enter(*link_to(harness, session.id))
    assert ticket.channel == session.channel
    assert ticket.uid not in (session.user_uid, session.agent_uid)
    assert list(read_token(ticket.token, harness.config.app_certificate).privileges) == [JOIN]
    assert "capability" not in repr(ticket)


def test_a_watcher_who_comes_late_reads_what_was_said_before(harness):
    session_id = harness.run()
    harness.calls.record_turn(session_id, Turn(1, "user", "Is breakfast included?", 3000, 4200))
    harness.clock.ahead_s += 30
    ticket = harness.services.watch_links.enter(*link_to(harness, session_id))
    assert [turn.text for turn in ticket.said] == ["Is breakfast included?"]
    assert ticket.elapsed_ms >= 30_000


def test_a_note_stands_at_the_moment_it_was_left(harness):
    session_id = harness.run()
    link = link_to(harness, session_id)
    harness.clock.ahead_s += 30
    harness.calls.seen(session_id)
    now = harness.services.watch_links.note(*link, " Too fast. ", "Kim")
    (note,) = harness.reviews.of(session_id).notes
    assert (note.text, note.author, now.notes, now.live) == ("Too fast.", "Kim (watcher)", 1, True)
    assert 29_000 <= note.at_ms <= 60_000


@pytest.mark.parametrize("name", ["ann@firm.example", "  ann@firm.example\n", "Guest", "x" * 60, "Kim\u202e", "\u2067Kim"])
def test_a_watchers_note_never_has_the_author_of_somebody_else(harness, name):
    session_id = harness.run()
    harness.services.watch_links.note(*link_to(harness, session_id), "Too fast.", name)
    (note,) = harness.reviews.of(session_id).notes
    assert note.author.endswith(" (watcher)")
    assert note.author.isprintable(), "no sign turns the direction of the ending around"


@pytest.mark.parametrize(("text", "author"), [("x" * 1001, ""), ("Too fast.", "x" * 61)])
def test_a_note_that_is_too_long_is_refused_at_its_field(harness, text, author):
    session_id = harness.run()
    with pytest.raises(TextTooLong) as refused:
        harness.services.watch_links.note(*link_to(harness, session_id), text, author)
    assert refused.value.field == ("author" if author else "text")
    assert refused.value.advice == "Shorten it by 1."
    assert harness.reviews.of(session_id).notes == ()


def test_a_forged_key_opens_nothing(harness):
    link_id, key = link_to(harness, harness.run())
    other, _ = link_to(harness, harness.run())
    for wrong in ((link_id, ""), (link_id, None), ("nosuch", key), (other, key)):
        for ask in (harness.services.watch_links.enter, harness.services.watch_links.look):
            with pytest.raises(NotAllowed, match="isn't valid"):
                ask(*wrong)


def test_watchers_follow_the_call_that_takes_the_place_of_theirs(harness):
    first = harness.run()
    link, ended_before = link_to(harness, first), link_to(harness, harness.run())
    address = harness.services.watch_links.address(first)
    assert address == f"/w/{link[0]}#{link[1]}", "whoever made the link finds it again"
    ticket = harness.calls.restart(first)
    assert harness.services.watch_links.look(*link).channel == harness.session(first).channel, "it goes on until then"
    harness.calls.start_agent(ticket.session_id)
    harness.calls.take_over(ticket.session_id)
    now = harness.services.watch_links.look(*link)
    assert (now.live, now.channel, now.turns) == (True, ticket.channel, 0)
    assert harness.services.watch_links.enter(*link).channel == ticket.channel
    assert harness.services.watch_links.address(ticket.session_id) == address
    harness.services.watch_links.note(*link, "Better.", "Kim")
    assert [note.text for note in harness.reviews.of(ticket.session_id).notes] == ["Better."]
    assert harness.services.watch_links.look(*ended_before).channel != ticket.channel
    assert harness.services.watch_links.end(ticket.session_id) == 1
    with pytest.raises(NotAllowed, match="turned off"):
        harness.services.watch_links.look(*link)


def test_ended_links_and_ended_calls_let_nobody_in(harness):
    first, second = harness.run(), harness.run()
    link, other = link_to(harness, first), link_to(harness, second)
    assert harness.services.watch_links.end(first) == 1
    with pytest.raises(NotAllowed, match="turned off"):
        harness.services.watch_links.look(*link)
    harness.calls.end(second, "ended")
    assert not harness.services.watch_links.look(*other).live
    with pytest.raises(Conflict, match="over"):
        harness.services.watch_links.enter(*other)
    with pytest.raises(Conflict, match="over"):
        harness.services.watch_links.create(second)


def test_a_link_to_watch_ends_an_hour_after_its_call(harness):
    session_id = harness.run()
    link = link_to(harness, session_id)
    harness.calls.end(session_id, "ended")
    harness.services.watch_links.note(*link, "Well done.", "Kim")
    harness.clock.ahead_s += 3601
    with pytest.raises(NotAllowed, match="over"):
        harness.services.watch_links.note(*link, "Late.", "Kim")
    with pytest.raises(NotAllowed, match="over"):
        harness.services.watch_links.look(*link)
    assert [note.text for note in harness.reviews.of(session_id).notes] == ["Well done."]
