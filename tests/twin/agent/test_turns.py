"""Turn taking: the moments of a turn out of probabilities, and cut-offs and missed ends counted on audio."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.speech.hearing import GATE_MS, GATE_SAMPLES
from greenroom.speech.silero import SileroGate
from greenroom.twin.agent.hearing.loudness import Loudness
from greenroom.twin.agent.turns import Timing, TurnEvent, TurnTaker
from greenroom.twin.seat import Pcm
from tests.twin.agent.conftest import noisy, silence

pytestmark = pytest.mark.unit

SENTENCES = (
    "What time is breakfast served on Sunday?",
    "I would like to book a double room for the second weekend in May.",
    "Yes.",
    "Could you call me a taxi to the station, please?",
    "My name is Christopher Newman and I am traveling with two children.",
    "How far is it to the old town on foot?",
    "No, thank you, that is all.",
    "We will arrive late, at about eleven in the evening.",
)


def chunks(audio: Pcm) -> list[Pcm]:
    return [audio[start : start + GATE_SAMPLES] for start in range(0, len(audio) - GATE_SAMPLES + 1, GATE_SAMPLES)]


def moments(audio: Pcm, timing: Timing) -> list[tuple[TurnEvent, float]]:
    """What a real gate and the turn taker make of audio: (moment, seconds)."""
    gate, loudness, taker, found = SileroGate(), Loudness(), TurnTaker(timing), []
    for number, chunk in enumerate(chunks(audio), 1):
        for moment in taker.push(gate.probability(chunk), GATE_MS, loudness.loud(chunk)):
            found.append((moment, number * GATE_MS / 1000))
    return found


def barged_in_ms(speech: Pcm, snr_db: float | None) -> float:
    """From the first sound of ``speech`` to the moment at which it stops an agent (160 ms of voice)."""
    audio = np.concatenate([silence(1.0), speech, silence(0.5)])
    gate, loudness, taker = SileroGate(), Loudness(), TurnTaker(Timing())
    for number, chunk in enumerate(chunks(audio if snr_db is None else noisy(audio, snr_db)), 1):
        taker.push(gate.probability(chunk), GATE_MS, loudness.loud(chunk))
        if taker.speaking and taker.voiced_ms >= 160:
            return number * GATE_MS - 1000
    return float("inf")


def counted(audio: Pcm, timing: Timing = Timing()) -> tuple[int, int]:  # noqa: B008 - frozen
    """(onsets, ends)"""
    kinds = [m for m, _ in moments(audio, timing)]
    return kinds.count(TurnEvent.ONSET), kinds.count(TurnEvent.END)


def test_a_turn_has_an_onset_a_pause_and_an_end_in_that_order():
    taker = TurnTaker(Timing(silence_ms=640, pause_ms=160, onset_ms=96))
    heard = [m for p in [0.9] * 10 + [0.0] * 25 for m in taker.push(p, 32)]
    assert heard == [TurnEvent.ONSET, TurnEvent.PAUSE, TurnEvent.END]


def test_speech_after_a_pause_takes_the_pause_back():
    taker = TurnTaker(Timing())
    heard = [m for p in [0.9] * 10 + [0.0] * 8 + [0.9] * 5 + [0.0] * 25 for m in taker.push(p, 32)]
    assert heard == [TurnEvent.ONSET, TurnEvent.PAUSE, TurnEvent.RESUME, TurnEvent.PAUSE, TurnEvent.END]


def test_a_click_is_no_turn():
    taker = TurnTaker(Timing())
    assert [m for p in [0.0] * 5 + [0.99] * 2 + [0.0] * 30 for m in taker.push(p, 32)] == []


def test_a_wait_shorter_than_the_pause_still_ends_after_a_pause():
    taker = TurnTaker(Timing(silence_ms=96, pause_ms=160))
    assert [m for p in [0.9] * 10 + [0.0] * 5 for m in taker.push(p, 32)] == [TurnEvent.ONSET, TurnEvent.PAUSE, TurnEvent.END]


def test_the_sound_right_before_an_onset_belongs_to_it_and_noise_long_before_does_not():
    heard = [(0.1, True)] * 2 + [(0.9, True)] * 3
    taker = TurnTaker(Timing())
    assert [m for p, loud in heard for m in taker.push(p, 32, loud)] == [TurnEvent.ONSET]
    assert taker.voiced_ms == 160
    taker = TurnTaker(Timing())
    for p, loud in [(0.1, True)] * 9 + [(0.1, False)] + [(0.9, True)] * 3:
        taker.push(p, 32, loud)
    assert taker.voiced_ms == 96
    taker = TurnTaker(Timing())
    for p, loud in [(0.1, True)] * 99 + [(0.9, True)] * 3:
        taker.push(p, 32, loud)
    assert taker.voiced_ms == 192


@pytest.mark.parametrize("snr_db", [None, 20])
def test_talking_over_the_agent_is_noticed_soon(say, snr_db):
    """row 61"""
    starts = ("Stop, please.", "Wait a moment.", "No, that is not what I asked.", "Excuse me.", "Actually, one question.")
    took = [barged_in_ms(say(text, voice), snr_db) for text in starts for voice in ("heart", "dale", "wren")]
    assert np.median(took) <= 210
    assert np.percentile(took, 90) <= 300


@given(st.lists(st.floats(0, 1), max_size=300))
def test_onsets_and_ends_alternate_whatever_is_heard(probabilities):
    taker = TurnTaker(Timing())
    kinds = [m for p in probabilities for m in taker.push(p, 32) if m in (TurnEvent.ONSET, TurnEvent.END)]
    assert all(a is not b for a, b in zip(kinds, kinds[1:], strict=False))
    assert not kinds or kinds[0] is TurnEvent.ONSET


@pytest.mark.parametrize("condition", ["clean", "white noise 20 dB", "white noise 10 dB"])
def test_of_24_utterances_none_is_cut_off_and_no_end_is_missed(say, condition):
    cut = missed = 0
    for voice in ("heart", "dale", "wren"):
        for text in SENTENCES:
            audio = np.concatenate([silence(0.4), say(text, voice), silence(1.1)])
            if condition != "clean":
                audio = noisy(audio, 20 if "20" in condition else 10)
            onsets, ends = counted(audio)
            cut += max(0, ends - 1)
            missed += ends == 0 or onsets == 0
    assert (cut, missed) == (0, 0)


@pytest.mark.parametrize(("pause_s", "turns"), [(0.3, 1), (0.45, 1), (1.2, 2)])
def test_a_pause_to_think_does_not_end_a_turn_and_a_long_one_does(say, pause_s, turns):
    ends = []
    for text, more in zip(SENTENCES[:4], SENTENCES[4:], strict=True):
        audio = np.concatenate([silence(0.5), say(text), silence(pause_s), say(more), silence(1.2)])
        ends.append(counted(audio)[1])
    assert ends == [turns] * 4


def test_a_shorter_wait_answers_sooner_and_cuts_off_the_same_pause(say):
    audio = np.concatenate([silence(0.5), say(SENTENCES[0]), silence(0.5), say(SENTENCES[5]), silence(1.2)])
    assert counted(audio, Timing(silence_ms=320))[1] > counted(audio, Timing(silence_ms=800))[1] == 1


def test_a_real_reader_is_heard_from_start_to_end(recording):
    found = moments(np.concatenate([silence(0.5), recording, silence(1.5)]), Timing())
    assert found[0][0] is TurnEvent.ONSET
    assert found[-1][0] is TurnEvent.END
    assert found[0][1] < 1.5


@pytest.mark.parametrize("kind", ["hum", "clicks", "silence", "hiss"])
def test_what_is_no_speech_starts_no_turn(kind):
    time = np.arange(16_000 * 6) / 16_000
    sound = {
        "hum": 2500 * np.sin(2 * np.pi * 50 * time) + 1200 * np.sin(2 * np.pi * 150 * time),
        "clicks": np.where(np.arange(len(time)) % 7919 < 20, 15_000, 0),
        "silence": np.zeros(len(time)),
        "hiss": np.random.default_rng(3).normal(0, 600, len(time)),
    }[kind]
    assert counted(sound.astype(np.int16)) == (0, 0)


def ends_after(frames: list[tuple[float, bool]], timing: Timing) -> int:
    """How many frames of (probability, faded) a turn takes to end after its tenth frame; -1 when it does not end."""
    taker = TurnTaker(timing)
    for number, (probability, faded) in enumerate([(0.9, False)] * 10 + frames, -9):
        if TurnEvent.END in taker.push(probability, 32, faded_ms=32 * faded):
            return number
    return -1


def test_silence_counts_from_the_last_sound_not_from_the_gates_memory_of_it():
    quiet = [(0.0, False)] * 30
    assert ends_after([(0.9, False)] * 3 + quiet, Timing(silence_ms=320)) == 13
    assert ends_after([(0.9, True)] * 3 + quiet, Timing(silence_ms=320)) == 10
    assert ends_after([(0.9, True)] * 9 + quiet, Timing(silence_ms=320)) == 15, "128 ms of it at most"
    assert ends_after([(0.9, True)] * 3 + [(0.9, False)] + quiet, Timing(silence_ms=320)) == 14, "speech goes on"


def test_silence_counts_from_the_middle_of_a_frame_and_ends_between_two():
    taker = TurnTaker(Timing(silence_ms=320))
    for faded_ms in [0] * 10 + [16]:
        taker.push(0.9, 32, faded_ms=faded_ms)
    assert taker.listen_ahead(400) == ()  # no pause yet
    for _ in range(9):
        taker.push(0.0, 32)
    assert taker.silent_ms == 304
    assert taker.listen_ahead(15) == ()
    assert taker.listen_ahead(16) == (TurnEvent.END,)
    assert (taker.speaking, taker.ended_after_ms) == (False, 320)


def test_speech_has_faded_when_it_is_far_below_its_own_level():
    level, rng = Loudness(), np.random.default_rng(0)

    def faded_ms(*amplitudes: float) -> int:
        parts = [rng.normal(0, amplitude, GATE_SAMPLES // len(amplitudes)) for amplitude in amplitudes]
        level.loud(np.concatenate(parts).astype(np.int16))
        return level.faded_ms

    assert not any(faded_ms(5) for _ in range(30)), "nothing was said yet"
    assert not any(faded_ms(3000) for _ in range(10))
    assert faded_ms(200) == 32
    assert faded_ms(600) == 0
    assert faded_ms(3000, 3000, 100, 100) == 16
    assert faded_ms(100, 100, 100, 3000) == 0
    assert level.faded(np.zeros(0, np.int16))
