"""Many guests on many links, from two processes at once: caps are exact, and nobody is left running."""

from __future__ import annotations

import contextlib
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from greenroom.errors import AgoraError, Conflict, LimitReached
from greenroom.model.guest_link import GuestLinkOptions
from greenroom.model.session_query import SessionQuery
from greenroom.services.calls.watchdog import LEFTOVER_FOR_S, SWEEP_EVERY_S
from tests.conftest import until
from tests.services.conftest import make_harness

pytestmark = pytest.mark.twin

#: By hand: 200 guests on 20 links, 14 s on SQLite and 13 s on PostgreSQL (27 November).
GUESTS, LINKS, AT_ONCE, THREADS = 24, 4, 2, 6


def crowd(here, there, guests, links, at_once=AT_ONCE, threads=THREADS):
    """Each guest tries once. Returns the links, the most guests seen at once on each, and how many got in."""
    agent = here.agents.list()[0].id
    made = [here.services.guest_links.create(GuestLinkOptions(agent_id=agent, at_once=at_once)) for _ in range(links)]
    keys = {link.id: here.services.guest_links.path(link).partition("#")[2] for link in made}
    most: Counter[str] = Counter()
    entered: Counter[str] = Counter()

    def visit(number):
        harness, link = (here, there)[number % 2], made[number % links]
        try:
            ticket = harness.services.guest_visits.launch(link.id, keys[link.id], "", False).ticket
        except LimitReached:
            return
        entered[link.id] += 1
        talking = Counter(session.guest_link for session in harness.sessions.unfinished())
        for link_id, count in talking.items():
            most[link_id] = max(most[link_id], count)
        with contextlib.suppress(Conflict, LimitReached, AgoraError):  # a busy twin may not confirm a start in time
            harness.calls.start_agent(ticket.session_id)
        harness.calls.end(ticket.session_id, random.choice(["ended", "tab_closed"]))

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(visit, range(guests)))
    return made, most, entered


def swept(harness):
    """One round of looking for agents whose stop is not confirmed; whether there are none."""
    harness.clock.ahead_s += SWEEP_EVERY_S
    harness.guard.sweep()
    return harness.sessions.leftovers(LEFTOVER_FOR_S, harness.clock.now()) == []


def test_caps_are_exact_and_every_session_has_its_end(twin, tmp_path):
    here, there = make_harness(twin.url, tmp_path), make_harness(twin.url, tmp_path)
    made, most, entered = crowd(here, there, GUESTS, LINKS)
    assert max(most.values()) <= AT_ONCE
    assert here.sessions.unfinished() == []
    until(lambda: swept(here) and swept(there))
    uses = {use.link.id: use for use in here.services.guest_links.list()}
    for link in made:
        assert (uses[link.id].link.visits, uses[link.id].talking) == (entered[link.id], 0)
    listed = [row.session for row in here.records.page(SessionQuery())[0]]
    assert all(session.ended_at is not None and session.end_reason for session in listed)
    assert all(session.agent_stopped for session in listed)


def test_requests_are_counted_for_both_processes(twin, tmp_path):
    here, there = make_harness(twin.url, tmp_path), make_harness(twin.url, tmp_path)
    taken = [(here, there)[n % 2].services.request_limits.hit("launches/1.2.3.4", 6, 60) for n in range(8)]
    assert taken == [True] * 6 + [False] * 2
    assert not there.services.request_limits.test("launches/1.2.3.4", 6, 60)
    assert there.services.request_limits.test("launches/5.6.7.8", 6, 60)
    for harness in (here, there):
        harness.clock.ahead_s += 61
    assert here.services.request_limits.hit("launches/1.2.3.4", 6, 60)


def test_a_clock_that_is_set_back_locks_nobody_out_for_longer_than_a_window(twin, tmp_path):
    harness = make_harness(twin.url, tmp_path)
    limits = harness.services.request_limits
    assert [limits.hit("launches/1.2.3.4", 6, 60) for _ in range(7)] == [True] * 6 + [False]
    harness.clock.wall_jump_s = -3600
    assert limits.test("launches/1.2.3.4", 6, 60)
    assert [limits.hit("launches/1.2.3.4", 6, 60) for _ in range(7)] == [True] * 6 + [False]


def test_a_counter_may_have_any_name(twin, tmp_path):
    assert make_harness(twin.url, tmp_path).services.request_limits.hit("launches/a\x00b\ud83d", 6, 60)


def test_requests_that_come_at_once_are_counted_exactly(twin, tmp_path):
    here, there = make_harness(twin.url, tmp_path), make_harness(twin.url, tmp_path)
    for client in range(5):
        start = Barrier(THREADS)

        def take(number, counter=f"launches/{client}", start=start):
            start.wait()
            return (here, there)[number % 2].services.request_limits.hit(counter, 3, 60)

        with ThreadPoolExecutor(THREADS) as pool:
            assert sum(pool.map(take, range(THREADS))) == 3
