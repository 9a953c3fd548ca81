"""The estimate of a run: measured lengths count, calls run side by side, and money is of the time that agents talk."""

from __future__ import annotations

import pytest

from greenroom.model.call import CallCost
from greenroom.rehearsal.reading import read
from greenroom.rehearsal.scenario import Mode
from greenroom.services.rehearsals.run_estimate import FIRST_GUESS_S, estimate

pytestmark = pytest.mark.unit

TEXT = """rehearse: 1
name: Two
scenarios:
- {id: a, caller: {lines: [{say: Hello}]}, expect: [{says: hi}]}
- {id: b, mode: voice, repeat: 8, caller: {lines: [{say: Hello}]}, expect: [{says: hi}]}
"""


def test_voice_takes_longer_and_costs_by_the_minute():
    content = read(TEXT).content
    assert content is not None
    cost = CallCost((), 0.10, "USD", "")
    parallel: dict[Mode, int] = {"text": 6, "voice": 4}
    guessed = estimate(content.scenarios, lambda one: one.repeat, {}, parallel, cost)
    assert (guessed.runs, guessed.seconds) == (9, FIRST_GUESS_S["text"] / 6 + FIRST_GUESS_S["voice"] * 2)
    known = estimate(content.scenarios, lambda one: one.repeat, {"voice": 15.0}, parallel, cost)
    assert known.price == pytest.approx(0.10 * (2 + 8 * 15) / 60)
    assert known.seconds < guessed.seconds
    assert estimate(content.scenarios[1:], lambda one: 1, {}, parallel, cost).seconds == FIRST_GUESS_S["voice"]
