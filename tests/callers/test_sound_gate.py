"""The gate: sound begins with two loud blocks and ends after a quarter second; noise alone is silence."""

from __future__ import annotations

import random

import pytest

from greenroom.callers.sound_gate import AGENT, MICROPHONE, SoundGate

pytestmark = pytest.mark.unit


def changes(levels: list[float], settings=AGENT) -> list[tuple[str, float]]:
    gate, found = SoundGate(settings), []
    for number, level in enumerate(levels):
        if change := gate.feed(number * 10.0, level):
            found.append((change, gate.started_ms if change == "on" else gate.last_ms))
    return found


def test_sound_has_a_beginning_and_an_end():
    assert changes([0.0] * 10 + [0.1] * 20 + [0.0] * 30) == [("on", 100.0), ("off", 290.0)]


def test_a_pause_inside_a_sentence_does_not_end_it():
    assert [change for change, _ in changes([0.1] * 20 + [0.0] * 20 + [0.1] * 20)] == ["on"]


@pytest.mark.parametrize("settings", [AGENT, MICROPHONE])
def test_a_click_and_steady_noise_are_no_sound(settings):
    chance = random.Random(1)
    noise = [0.002 * (1 + 0.3 * chance.random()) for _ in range(500)]
    noise[250] = 0.4
    assert changes(noise, settings) == []
