"""An ear on real audio: what it tells, when recognition runs, what it makes of long, short, broken and forgotten speech."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from greenroom.speech.hearing import GATE_MS, GATE_SAMPLES, HearingError
from greenroom.speech.silero import SileroGate
from greenroom.twin.agent.ear import Ear
from greenroom.twin.agent.hearing.loudness import Loudness
from greenroom.twin.agent.hearing.transcription_queue import TranscriptionQueue
from greenroom.twin.agent.turns import Timing
from greenroom.twin.agent.utterance import Utterance
from tests.twin.agent.clocks import AudioClock, feed
from tests.twin.agent.conftest import noisy, shipped, silence, word_errors

pytestmark = pytest.mark.unit

TWO_CITIES = """It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness, it
was the epoch of belief, it was the epoch of incredulity, it was the season of light, it was the season of
darkness, it was the spring of hope, it was the winter of despair, we had everything before us, we had nothing
before us, we were all going direct to heaven, we were all going direct the other way, in short, the period was so
far like the present period that some of its noisiest authorities insisted on its being received for good or for
evil in the superlative degree of comparison only"""
BECKETT = "Ever tried. Ever failed. No matter. Try again. Fail again. Fail better."
SENTENCES = (
    "What time is breakfast served on Sunday?",
    "Could you call me a taxi to the station, please?",
    "Yes.",
    "My name is Christopher and I am here with two children.",
    "How far is it to the old town on foot?",
    "No, thank you.",
    "Is there a pool nearby?",
    "Please cancel my booking for tomorrow night.",
    "The heating in my room does not work.",
    "How much is a double room?",
)


class EarEvents:
    """Whom the ear tells."""

    def __init__(self) -> None:
        self.interims: list[str] = []
        self.supposed: list[str] = []
        self.utterances: list[Utterance] = []
        self.errors: list[HearingError] = []
        self.longest_ms = 0

    def speech_started(self, uid) -> None: ...

    def speech_continued(self, uid, voiced_ms: int) -> None:
        self.longest_ms = max(self.longest_ms, voiced_ms)

    def interim(self, uid, text: str, started_at: float) -> None:
        self.interims.append(text)

    def possible_end(self, uid, text: str) -> None:
        self.supposed.append(text)

    def utterance_ended(self, uid, utterance: Utterance) -> None:
        self.utterances.append(utterance)

    def recognition_failed(self, uid, error: HearingError) -> None:
        self.errors.append(error)

    @property
    def text(self) -> str:
        return " ".join(u.text for u in self.utterances)


class Counting:
    """A recognizer that counts instead of listening."""

    label = "counting"

    def __init__(self, fails: bool = False) -> None:
        self.stretches: list[int] = []
        self.fails = fails

    def transcribe(self, pcm) -> str:
        self.stretches.append(len(pcm))
        if self.fails:
            raise HearingError("it is broken")
        return f"part{len(self.stretches)}"


@pytest.fixture
def listen(recognizer):
    """``ear, told, clock = listen()`` with the real recognizer, or another one."""
    pools: list[ThreadPoolExecutor] = []

    def begin(by=None, silence_ms: int = 640) -> tuple[Ear, EarEvents, AudioClock]:
        pools.append(ThreadPoolExecutor(1))
        told, clock = EarEvents(), AudioClock()
        transcription = TranscriptionQueue(by or recognizer, pools[-1])
        return Ear(7, SileroGate(), transcription, Timing(silence_ms=silence_ms), clock, told), told, clock

    yield begin
    for pool in pools:
        pool.shutdown()


async def test_forty_seconds_without_a_turn_are_written_down_on_the_way_word_for_word(listen):
    ear, told, clock = listen(silence_ms=1500)
    await feed(ear, np.concatenate([shipped("two_cities"), silence(2.0)]), clock, let_finish=False)
    async with asyncio.timeout(60):
        while not told.utterances:
            await asyncio.sleep(0.01)
    assert len(told.utterances) == 1
    assert told.text.endswith("only.")
    assert word_errors(TWO_CITIES, told.text) <= 12  # of 119
    assert told.interims, "something stands there before the end"
    assert len(told.interims[0]) < len(told.text)
    assert told.utterances[0].speech_ms > 38_000
    await ear.close()


async def test_a_real_reader_is_understood_turn_by_turn(listen):
    """Also that what follows, a page or a breath, does not make a turn of its own."""
    ear, told, clock = listen()
    await feed(ear, np.concatenate([silence(0.5), shipped("beckett"), silence(1.5)]), clock)
    assert len(told.utterances) == 6
    assert word_errors(BECKETT, told.text) <= 2
    await ear.close()


async def test_sentences_of_three_voices_are_understood(listen, say):
    wrong = count = 0
    for number, text in enumerate(SENTENCES):
        ear, told, clock = listen()
        await feed(ear, np.concatenate([silence(0.4), say(text, ("heart", "dale", "wren")[number % 3]), silence(0.9)]), clock)
        wrong, count = wrong + word_errors(text, told.text), count + len(text.split())
        await ear.close()
    assert wrong / count <= 0.05


async def test_a_quiet_microphone_and_a_noisy_room_are_understood(listen, say):
    asked = "How far is it to the old town on foot?"
    speech = np.concatenate([silence(0.6), say(asked, "heart"), silence(0.9)])
    for sound in ((speech * 0.05).astype(np.int16), noisy(speech, 20)):
        ear, told, clock = listen()
        await feed(ear, sound, clock)
        assert word_errors(asked, told.text) <= 1
        await ear.close()


async def test_a_cough_is_no_turn(listen, say):
    ear, told, clock = listen(by=(counting := Counting()))
    for length_ms in (60, 100, 140):
        await feed(ear, np.concatenate([silence(0.5), say("Mhm.")[: 16 * length_ms], silence(1.2)]), clock)
    assert told.utterances == []
    assert counting.stretches == []
    await ear.close()


async def test_two_clicks_half_a_second_apart_leave_no_line_in_progress(listen):
    """Such a line would never become final: too little was said for the turn to be reported."""
    ear, told, clock = listen(by=(counting := Counting()))
    ear._gate = InTurn([0.9] * 3 + [0.0] * 13 + [0.9] * 2)
    await feed(ear, silence(2.0), clock)
    assert not ear.speaking
    assert (told.interims, told.utterances, counting.stretches) == ([], [], [])
    await ear.close()


async def test_silence_after_a_stretch_that_was_put_away_is_not_given_to_the_recognizer(listen, say):
    """Asked about silence it answers "You"."""
    ear, told, clock = listen(by=(counting := Counting()), silence_ms=1500)
    sentence = say("My name is Christopher and I am here with two children.")
    await feed(ear, np.concatenate([sentence, silence(0.05), sentence, silence(2.0)]), clock)
    assert len(told.utterances) == 1
    assert told.utterances[0].text == f"part{len(counting.stretches)}"
    assert min(counting.stretches) > 16_000 // 3
    await ear.close()


async def test_speech_without_any_pause_is_cut_before_the_recognizer_loses_track(listen):
    ear, told, clock = listen(by=(counting := Counting()))
    ear._gate = Always(0.9)
    await feed(ear, np.ones(16_000 * 50, np.int16) * 900, clock)
    ear._gate = Always(0.0)
    await feed(ear, silence(1.0), clock)
    assert max(counting.stretches) <= 21 * 16_000
    assert len(told.utterances) == 1
    assert told.utterances[0].text.count("part") == 3
    await ear.close()


async def test_a_turn_ends_by_the_clock_when_no_audio_comes_any_more(listen, say):
    ear, told, clock = listen()
    await feed(ear, say("Are dogs welcome?"), clock)
    assert ear.speaking
    for _ in range(100):
        clock.at += 0.05
        ear.tick()
        await asyncio.sleep(0)
    async with asyncio.timeout(5):
        while not told.utterances:
            await asyncio.sleep(0.005)
    assert not ear.speaking
    assert "welcome" in told.text.lower()
    await ear.close()


async def test_recognition_that_fails_is_told_once_and_the_next_turn_is_heard(listen, say):
    ear, told, clock = listen(by=(counting := Counting(fails=True)))
    speech = np.concatenate([say("Are dogs welcome?"), silence(1.0)])
    await feed(ear, speech, clock)
    assert len(told.errors) == 1
    counting.fails = False
    await feed(ear, speech, clock)
    assert len(told.utterances) == 1
    await ear.close()


async def test_what_is_wanted_at_the_end_never_waits_behind_a_line_in_progress(say):
    """With a recognizer that is slower than speech no interim line is begun at all."""
    pool, told, clock = ThreadPoolExecutor(1), EarEvents(), AudioClock()
    transcription = TranscriptionQueue(counting := Counting(), pool)
    transcription._rate = 5.0
    ear = Ear(7, SileroGate(), transcription, Timing(), clock, told)
    await feed(ear, np.concatenate([say("Are dogs welcome here?"), silence(1.0)]), clock)
    assert len(counting.stretches) == 1
    assert len(told.utterances) == 1
    await ear.close()
    pool.shutdown()


async def test_the_scribe_is_busy_until_work_nobody_wants_is_really_done():
    release, pool = asyncio.Event(), ThreadPoolExecutor(1)
    loop = asyncio.get_running_loop()

    class Slow:
        label = "slow"

        def transcribe(self, pcm) -> str:
            asyncio.run_coroutine_threadsafe(release.wait(), loop).result(10)
            return "late"

    transcription = TranscriptionQueue(Slow(), pool)
    task = asyncio.create_task(transcription.transcribe(np.ones(1600, np.int16)))
    await asyncio.sleep(0.02)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert not transcription.idle
    release.set()
    async with asyncio.timeout(5):
        while not transcription.idle:
            await asyncio.sleep(0.005)
    pool.shutdown()


def test_loud_is_what_stands_out_whatever_the_level():
    rng = np.random.default_rng(0)
    for level in (5.0, 300.0):
        loudness = Loudness()
        background = [loudness.loud(rng.normal(0, level, 512).astype(np.int16)) for _ in range(200)]
        assert not any(background[100:])
        assert loudness.loud(rng.normal(0, max(400.0, level * 6), 512).astype(np.int16))


class InTurn:
    """A gate that gives these probabilities, one for each 32 ms, and silence afterwards."""

    def __init__(self, probabilities: list[float]) -> None:
        self._left = iter(probabilities)

    def probability(self, pcm) -> float:
        return next(self._left, 0.0)


class Always:
    def __init__(self, probability: float) -> None:
        self._probability = probability

    def probability(self, pcm) -> float:
        return self._probability


class LateGate:
    """Reports speech for this many frames."""

    def __init__(self, frames: int) -> None:
        self.left = frames

    def probability(self, pcm) -> float:
        self.left -= 1
        return 0.9 if self.left >= 0 else 0.0


@pytest.mark.parametrize(("loud_frames", "recognized"), [(15, 1), (18, 2)])
async def test_what_a_line_in_progress_has_of_the_end_is_not_recognized_again(loud_frames, recognized):
    """The gate reports speech for some frames after the last sound; a line in progress that begins then has all of the words."""
    told, clock, counting = EarEvents(), AudioClock(), Counting()
    sound = np.random.default_rng(0).normal(0, 3000, loud_frames * GATE_SAMPLES).astype(np.int16)
    with ThreadPoolExecutor(1) as pool:
        ear = Ear(7, LateGate(19), TranscriptionQueue(counting, pool), Timing(), clock, told)
        await feed(ear, np.concatenate([sound, silence(1.5)]), clock)
        await ear.close()
    assert len(counting.stretches) == recognized
    assert told.interims[-1] == told.text == f"part{recognized}"


@pytest.mark.parametrize(("text", "turns"), [("Yes.", 0), ("What time is breakfast served on Sunday?", 1)])
async def test_less_voice_than_a_turn_needs_is_none(say, text, turns):
    """Agora's interrupt_duration_ms while the agent is silent."""
    told, clock, counting = EarEvents(), AudioClock(), Counting()
    with ThreadPoolExecutor(1) as pool:
        ear = Ear(7, SileroGate(), TranscriptionQueue(counting, pool), Timing(), clock, told, least_voice=lambda: 900)
        await feed(ear, np.concatenate([silence(0.5), say(text), silence(1.2)]), clock)
        await ear.close()
    assert len(told.utterances) == turns
    assert bool(counting.stretches or told.interims) == bool(turns)


async def test_as_much_sound_before_a_turn_is_recognized_as_is_asked_for(say):
    lengths = []
    for prefix_ms in (None, 100, 1000):
        told, clock, counting = EarEvents(), AudioClock(), Counting()
        with ThreadPoolExecutor(1) as pool:
            ear = Ear(7, SileroGate(), TranscriptionQueue(counting, pool), Timing(), clock, told, prefix_ms=prefix_ms)
            await feed(ear, np.concatenate([silence(2.0), say("Yes."), silence(1.2)]), clock)
            await ear.close()
        lengths.append(counting.stretches[-1] // 16)
    usual, short, long = lengths
    assert (usual - short, long - short) == (pytest.approx(320 - 196, abs=GATE_MS), pytest.approx(900, abs=GATE_MS))
