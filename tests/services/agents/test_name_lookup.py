"""A public name that leads into this computer's own network is found, and a slow name service holds no page up."""

from __future__ import annotations

import threading

import pytest

from greenroom.services.agents import name_lookup
from greenroom.services.agents.name_lookup import NameLookup, addresses_of
from tests.conftest import until

pytestmark = pytest.mark.unit


class LookupClock:
    now = 100.0

    def monotonic(self) -> float:
        return self.now


def test_a_name_is_private_when_one_of_its_addresses_is():
    known = {"public.example": ["93.184.216.34"], "inside.example": ["93.184.216.34", "10.0.0.8"], "gone.example": []}
    lookup = NameLookup(LookupClock(), known.__getitem__)  # pyright: ignore[reportArgumentType]
    places = {"public.example:443", "inside.example:443", "inside.example:8080", "gone.example:443"}
    assert lookup.leading_inside(places) == {"inside.example:443", "inside.example:8080"}


def test_an_answer_holds_for_a_minute():
    asked, clock = [], LookupClock()
    lookup = NameLookup(clock, lambda host: asked.append(host) or ["10.0.0.8"])  # pyright: ignore[reportArgumentType]
    for after_s in (0, name_lookup.CACHED_S, 1):
        clock.now += after_s
        assert lookup.leading_inside({"inside.example:443"})
    assert len(asked) == 2


def test_a_slow_answer_counts_when_it_is_there(monkeypatch):
    monkeypatch.setattr(name_lookup, "WAIT_S", 0.0)
    answers = threading.Event()
    lookup = NameLookup(LookupClock(), lambda host: ["10.0.0.8"] if answers.wait(30) else [])  # pyright: ignore[reportArgumentType]
    assert lookup.leading_inside({"inside.example:443"}) == frozenset()
    answers.set()
    until(lambda: lookup.leading_inside({"inside.example:443"}) == {"inside.example:443"})


def test_the_machines_own_name_service_is_asked():
    assert "127.0.0.1" in addresses_of("localhost")
    assert addresses_of("no-such-host.invalid") == []
