"""Blind comparisons: the published stopping rules, few false winners under peeking, and one voter as one voice."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.rehearsal import preference
from greenroom.rehearsal.preference import (
    ENOUGH,
    PairVote,
    e_value,
    interval,
    next_pair,
    pair_result,
    pair_results,
    place_bias,
    strengths,
)

pytestmark = pytest.mark.unit

VOTES = st.lists(
    st.builds(
        lambda voter, pair, chosen: PairVote(f"v{voter}", pair[0], pair[1], None if chosen is None else pair[chosen]),
        st.integers(0, 9),
        st.permutations(range(3)).map(lambda order: (order[0], order[1])),
        st.sampled_from([0, 1, None]),
    ),
    max_size=40,
)


@pytest.mark.parametrize(("wins", "votes"), [(8, 8), (14, 15), (17, 20), (24, 30), (36, 50)])
def test_the_votes_that_are_enough_are_the_published_ones(wins, votes):
    assert e_value(wins, votes - wins) >= ENOUGH
    assert e_value(wins - 1, votes - wins + 1) < ENOUGH


@given(st.integers(0, 300), st.integers(0, 300))
def test_the_interval_holds_the_share_seen_and_agrees_with_the_evidence(wins, losses):
    low, high = interval(wins, losses)
    assert 0 <= low <= (wins / (wins + losses) if wins + losses else 0.5) <= high <= 1
    assert interval(losses, wins) == pytest.approx((1 - high, 1 - low), abs=1e-6)
    if abs(e_value(wins, losses) / ENOUGH - 1) > 1e-6:
        assert (e_value(wins, losses) >= ENOUGH) == (not low < 0.5 < high)


@given(st.integers(0, 200), st.integers(0, 200))
def test_evidence_is_a_fair_bet(wins, losses):
    """What it is worth now is what it is worth on average after one more vote without a preference."""
    after = (e_value(wins + 1, losses) + e_value(wins, losses + 1)) / 2
    assert after == pytest.approx(e_value(wins, losses), rel=1e-9)


def test_whoever_looks_after_every_vote_is_seldom_misled():
    chance, called = random.Random(7), 0
    for _ in range(1000):
        wins = 0
        for count in range(1, 101):
            wins += chance.random() < 0.5
            if e_value(wins, count - wins) >= ENOUGH:
                called += 1
                break
    assert called / 1000 <= 1 / ENOUGH


@given(VOTES, st.integers(2, 5))
def test_a_voter_who_votes_again_counts_once(votes, times):
    once, often = pair_result(votes, 0, 1), pair_result(votes * times, 0, 1)
    assert once == often
    assert once.voters <= len({vote.voter for vote in votes})


@given(VOTES)
def test_the_order_shown_and_the_order_of_options_change_nothing(votes):
    turned = [PairVote(vote.voter, vote.second, vote.first, vote.chosen) for vote in votes]
    assert pair_results(turned, 3) == pair_results(votes, 3)
    one, other = pair_result(votes, 0, 2), pair_result(votes, 2, 0)
    assert (one.wins, one.losses, one.ties, one.preferred) == (other.losses, other.wins, other.ties, other.preferred)


@given(VOTES)
def test_strengths_are_shares(votes):
    found = strengths(votes, 3)
    assert sum(found) == pytest.approx(1)
    assert all(0 < one < 1 for one in found)


def test_a_preference_is_called_and_nothing_before():
    votes = [PairVote(f"v{n}", 0, 1, 0) for n in range(8)]
    assert pair_result(votes[:7], 0, 1).advice == "continue"
    done = pair_result(votes, 0, 1)
    assert (done.advice, done.preferred, done.wins, done.share) == ("preferred", 0, 8, 1.0)


def test_no_clear_preference_ends_it_too():
    votes = [PairVote(f"v{n}", 0, 1, None if n % 3 == 0 else n % 2) for n in range(preference.MOST_VOTERS)]
    assert pair_result(votes, 0, 1).advice == "no_preference"


def test_the_pair_known_least_is_asked_next():
    votes = [PairVote(f"v{n}", 0, 1, 0) for n in range(8)] + [PairVote(f"w{n}", 0, 2, n % 2 * 2) for n in range(4)]
    assert next_pair(votes, 3) == (1, 2)
    assert next_pair([], 2) == (0, 1)


def test_a_better_option_is_stronger_and_the_first_place_is_watched():
    votes = [PairVote(f"v{n}", n % 2, 1 - n % 2, 1) for n in range(12)]
    weak, strong = strengths(votes, 2)
    assert strong > 0.8 > weak
    assert place_bias(votes)[:2] == (6, 6)
    assert place_bias(votes[:5])[2] is None
    first, second, evidence = place_bias([PairVote(f"v{n}", 0, 1, 0) for n in range(12)])
    assert (first, second) == (12, 0)
    assert evidence is not None
    assert evidence > ENOUGH
