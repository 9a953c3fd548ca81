"""Blind comparisons: what guests get tells nothing, both sides are met before a vote, and the result waits for enough."""

from __future__ import annotations

import io
import wave
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest

from greenroom.errors import Conflict, GreenroomError, LimitReached, NotAllowed, TextTooLong
from greenroom.model.blind_comparison import ComparedOption
from greenroom.model.guest_link import GuestLinkOptions

pytestmark = pytest.mark.twin

VOICES = (ComparedOption("Heart", voice="heart"), ComparedOption("Dale", voice="dale"))
SENTENCE = "Good morning, how can I help you?"


def versions_of(harness, count=2):
    agent = harness.agents.list()[0].id
    found = []
    for number in range(count):
        draft = harness.agents.draft(agent)
        harness.agents.save(agent, {**draft.settings, "prompt.system": f"Be number {number}."}, draft.revision)
        found.append(harness.agents.versions.freeze(agent))
    return found


def make_link(harness, compared=None, **options):
    if compared is None:
        compared = tuple(ComparedOption(f"Version {v.number}", v.id) for v in versions_of(harness))
    asked = GuestLinkOptions(agent_id=harness.agents.list()[0].id, compared=compared, **options)
    link = harness.services.guest_links.create(asked)
    return link, harness.services.guest_links.path(link).partition("#")[2]


def ballot(harness, link, key, voter="", admit=lambda: None, address="192.0.2.1"):
    return harness.services.comparisons.open(link.id, key, "", voter, admit, address)


def talk(harness, link, key, paper, side):
    ticket = harness.services.comparisons.launch(link.id, key, "", False, paper.id, side).ticket
    harness.calls.start_agent(ticket.session_id)
    harness.calls.end(ticket.session_id, "ended")
    return ticket


def vote(harness, link, key, paper, choice="a", why=""):
    return harness.services.comparisons.vote(link.id, key, "", paper.id, choice, why)


def test_a_guest_talks_to_both_and_then_votes(harness):
    link, key = make_link(harness)
    paper = ballot(harness, link, key)
    with pytest.raises(Conflict, match="haven't met both"):
        vote(harness, link, key, paper)
    tickets = [talk(harness, link, key, paper, side) for side in "ab"]
    versions = {harness.session(ticket.session_id).version_id for ticket in tickets}
    assert versions == {option.version_id for option in link.compared}
    with pytest.raises(TextTooLong, match="longer than 1,000 characters"):
        vote(harness, link, key, paper, "b", "x" * 1001)
    assert vote(harness, link, key, paper, "b", " It listened. ").voted
    with pytest.raises(Conflict, match="already voted"):
        vote(harness, link, key, paper)
    result = harness.services.comparison_results.of(link.id)
    assert (result.ballots, result.voters, result.decided, result.revealed) == (1, 1, False, False)
    assert result.names == ("Option 1", "Option 2")
    assert result.comments[0].text == "It listened."


def test_what_a_guest_gets_differs_in_nothing_but_random_numbers(harness):
    link, key = make_link(harness)
    welcome = asdict(harness.services.guest_visits.welcome(link.id, key))
    assert (welcome["name"], welcome["picture"], welcome["language"], welcome["compares"]) == ("", None, "", "talk")
    paper = ballot(harness, link, key)
    own = {"session_id", "capability", "channel", "token", "uid", "agent_uid"}
    a, b = (asdict(talk(harness, link, key, paper, side)) for side in "ab")
    assert (a["agent_name"], b["agent_name"]) == ("A", "B")
    assert {k: v for k, v in a.items() if k not in own | {"agent_name"}} == {
        k: v for k, v in b.items() if k not in own | {"agent_name"}
    }
    told = repr((welcome, paper, a, b))
    for option in link.compared:
        assert option.label not in told
        assert str(option.version_id) not in told


def test_the_order_is_random_and_a_voter_who_reloads_gets_the_same_ballot(harness):
    link, key = make_link(harness)
    papers = [ballot(harness, link, key) for _ in range(40)]
    orders = {(b.first, b.second) for b in harness.services.comparisons._ballots.of_link(link.id)}
    assert orders == {(0, 1), (1, 0)}
    assert ballot(harness, link, key, papers[3].voter) == papers[3]


def test_a_voter_is_whom_the_server_named_for_this_link(harness):
    (link, key), (other, other_key) = (make_link(harness, VOICES, sentence=SENTENCE) for _ in range(2))
    first = ballot(harness, link, key, "I am a new voter")
    elsewhere = ballot(harness, other, other_key)
    assert len({first.voter, elsewhere.voter, "I am a new voter"}) == 3
    assert ballot(harness, link, key, elsewhere.voter).voter not in (first.voter, elsewhere.voter)

    def refuse():
        raise LimitReached("Too many requests.")

    assert ballot(harness, link, key, first.voter, refuse) == first, "who is known isn't counted again"
    strange: tuple[Any, ...] = (None, 7)
    for claimed in ("", *strange, "I am a new voter", elsewhere.voter):
        with pytest.raises(LimitReached):
            ballot(harness, link, key, claimed, refuse)


def test_a_ticket_alone_is_no_talk(harness):
    link, key = make_link(harness)
    paper = ballot(harness, link, key)
    for side in "ab":
        ticket = harness.services.comparisons.launch(link.id, key, "", False, paper.id, side).ticket
        harness.calls.end(ticket.session_id, "start_timeout")
    with pytest.raises(Conflict, match="haven't met both"):
        vote(harness, link, key, paper)
    assert ballot(harness, link, key, paper.voter).met == ()


def test_the_result_says_from_how_many_networks_the_voters_came(harness):
    link, key = make_link(harness, VOICES, sentence=SENTENCE)
    store = harness.services.comparisons._ballots
    for address in ("192.0.2.1", "192.0.2.1", "192.0.2.1", "198.51.100.7"):
        paper = ballot(harness, link, key, address=address)
        for side in "ab":
            store.meet(paper.id, side, "heard")
        vote(harness, link, key, paper)
    result = harness.services.comparison_results.of(link.id)
    assert (result.voters, result.networks, result.of_one_network) == (4, 2, 3)
    assert "192.0.2" not in repr(store.of_link(link.id))


def test_a_ballot_opens_nothing_of_another_link(harness):
    (one, key), (other, other_key) = make_link(harness), make_link(harness)
    paper = ballot(harness, one, key)
    for call in (
        lambda: vote(harness, other, other_key, paper),
        lambda: harness.services.comparisons.launch(other.id, other_key, "", False, paper.id, "a"),
        lambda: harness.services.comparisons.launch(one.id, key, "", False, "nosuch", "a"),
        lambda: harness.services.comparisons.launch(one.id, key, "", False, paper.id, "c"),
        lambda: harness.services.guest_visits.launch(one.id, key, "", False),
        lambda: harness.services.comparisons.open(one.id, other_key, "", "", lambda: None),
    ):
        with pytest.raises(NotAllowed):
            call()
    assert harness.sessions.unfinished() == []


def test_both_voices_say_the_sentence_equally_loud_and_in_one_format(harness):
    link, key = make_link(harness, VOICES, sentence=SENTENCE)
    paper = ballot(harness, link, key)
    levels = []
    for side in "ab":
        with wave.open(io.BytesIO(harness.services.comparisons.sample(link.id, key, "", paper.id, side))) as sound:
            assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (48_000, 1, 2)
            pcm = np.frombuffer(sound.readframes(sound.getnframes()), "<i2") / 32768
        blocks = np.sqrt((pcm[: len(pcm) // 960 * 960].reshape(-1, 960) ** 2).mean(axis=1))
        levels.append(np.sqrt((blocks[blocks > blocks.max() * 0.1] ** 2).mean()))
    assert 20 * abs(np.log10(levels[0] / levels[1])) < 1.0, "decibels"
    assert vote(harness, link, key, paper, "none").voted
    with pytest.raises(NotAllowed, match="of voices"):
        harness.services.comparisons.launch(link.id, key, "", False, ballot(harness, link, key).id, "a")


def test_options_are_named_once_it_is_decided(harness):
    link, key = make_link(harness, VOICES, sentence=SENTENCE)
    store = harness.services.comparisons._ballots
    for _ in range(8):
        paper = ballot(harness, link, key)
        side = "a" if store.get(paper.id).first == 0 else "b"
        store.meet(paper.id, "a", "heard")
        store.meet(paper.id, "b", "heard")
        assert not harness.services.comparison_results.of(link.id).revealed
        vote(harness, link, key, paper, side)
    result = harness.services.comparison_results.of(link.id)
    (pair,) = result.pairs
    assert (result.revealed, pair.advice, result.names[pair.preferred]) == (True, "preferred", "Heart")


def test_ending_the_link_reveals_too(harness):
    link, _ = make_link(harness, VOICES, sentence=SENTENCE)
    assert set(harness.services.comparison_results.of(link.id).names) == {"Option 1", "Option 2"}
    harness.services.guest_links.end(link.id)
    assert set(harness.services.comparison_results.of(link.id).names) == {"Heart", "Dale"}


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"compared": VOICES[:1], "sentence": SENTENCE}, "from two"),
        ({"compared": VOICES * 2, "sentence": SENTENCE}, "different"),
        ({"compared": VOICES}, "needs a sentence"),
        ({"compared": VOICES, "sentence": "x" * 301}, "longer"),
        ({"language": "tlh"}, "language"),
    ],
)
def test_what_cannot_be_compared_is_refused(harness, options, why):
    asked = replace(GuestLinkOptions(agent_id=harness.agents.list()[0].id), **options)
    with pytest.raises(GreenroomError, match=why):
        harness.services.guest_links.create(asked)
