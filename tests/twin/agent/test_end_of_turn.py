"""End of turn by meaning: what a turn waits for, and what the real model makes of real speech."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from bench.utterances import utterances
from greenroom.speech.hearing import HearingError
from greenroom.speech.silero import SileroGate
from greenroom.twin.agent.ear import Ear
from greenroom.twin.agent.hearing.next_word import NextWord
from greenroom.twin.agent.hearing.pause_judge import CERTAIN, SELDOM_ENDS, PauseJudge
from greenroom.twin.agent.hearing.smart_turn import SmartTurn, log_mel
from greenroom.twin.agent.hearing.transcription_queue import TranscriptionQueue
from greenroom.twin.agent.turns import PauseVerdict, Timing, TurnEvent, TurnTaker
from greenroom.twin.seat import HEARD_RATE
from tests.twin.agent.clocks import AudioClock, feed
from tests.twin.agent.conftest import shipped, silence
from tests.twin.agent.test_ear import Counting, EarEvents

pytestmark = pytest.mark.unit

FRAME_MS = 32
SEMANTIC = Timing(silence_ms=320, semantic=True, max_wait_ms=3000)


class FixedJudge:
    """An end-of-turn model with one opinion."""

    def __init__(self, completeness: float) -> None:
        self.value, self.asked = completeness, 0

    def completeness(self, pcm) -> float:
        self.asked += 1
        if self.value < 0:
            raise RuntimeError("it is broken")
        return self.value


def spoken(timing: Timing) -> TurnTaker:
    """In the middle of a turn."""
    turns = TurnTaker(timing)
    for _ in range(20):
        turns.push(0.9, FRAME_MS)
    assert turns.speaking
    return turns


def silence_until_end(turns: TurnTaker, *, judged: PauseVerdict | None, most_ms: int = 10_000) -> int:
    """Milliseconds of silence until the turn ends; ``judged`` is what the model says at the pause."""
    for ms in range(FRAME_MS, most_ms, FRAME_MS):
        moments = turns.push(0.0, FRAME_MS)
        if TurnEvent.PAUSE in moments and judged is not None:
            turns.judge(judged)
        if TurnEvent.END in moments:
            return ms
    return most_ms


def test_a_complete_turn_ends_after_the_set_silence_and_never_before():
    turns = spoken(SEMANTIC)
    assert silence_until_end(turns, judged=PauseVerdict.COMPLETE) == 320
    assert (turns.ended_by, turns.ended_after_ms) == ("meaning", 320)


def test_an_incomplete_turn_ends_after_the_longest_wait():
    turns = spoken(SEMANTIC)
    assert silence_until_end(turns, judged=PauseVerdict.INCOMPLETE) == 3008
    assert turns.ended_by == "longest_wait"


@pytest.mark.parametrize(("silence_ms", "ends_ms"), [(320, 576), (800, 800)])
def test_a_turn_that_may_be_complete_ends_by_silence(silence_ms, ends_ms):
    turns = spoken(Timing(silence_ms=silence_ms, semantic=True))
    assert silence_until_end(turns, judged=PauseVerdict.UNSURE) == ends_ms
    assert turns.ended_by == "silence"


def test_a_doubtful_turn_waits_longer_than_an_unsure_one():
    turns = spoken(SEMANTIC)
    assert silence_until_end(turns, judged=PauseVerdict.DOUBTFUL) == 928
    assert turns.ended_by == "silence"


def test_without_an_end_to_waiting_an_incomplete_turn_waits_for_the_caller():
    turns = spoken(Timing(silence_ms=320, semantic=True, max_wait_ms=-1))
    assert silence_until_end(turns, judged=PauseVerdict.INCOMPLETE) == 10_000
    assert turns.push(0.9, FRAME_MS) == (TurnEvent.RESUME,)


def test_a_judgment_counts_for_its_own_pause_only():
    turns = spoken(SEMANTIC)
    for _ in range(6):
        turns.push(0.0, FRAME_MS)
    turns.judge(PauseVerdict.COMPLETE)
    assert turns.push(0.9, FRAME_MS) == (TurnEvent.RESUME,)
    assert silence_until_end(turns, judged=None) == 576


def test_a_verdict_that_comes_too_late_leaves_the_turn_to_silence():
    turns = spoken(SEMANTIC)
    assert silence_until_end(turns, judged=None) == 576
    assert turns.ended_by == "silence"


def test_a_verdict_that_comes_late_ends_the_turn_at_once():
    turns = spoken(SEMANTIC)
    for _ in range(12):
        turns.push(0.0, FRAME_MS)
    assert turns.judge(PauseVerdict.COMPLETE) == (TurnEvent.END,)
    assert (turns.speaking, turns.ended_by, turns.ended_after_ms) == (False, "meaning", 384)
    assert turns.judge(PauseVerdict.COMPLETE) == ()


@pytest.mark.parametrize(("silence_ms", "looks_ms"), [(320, 224), (2000, 224), (240, 128), (160, 64), (0, 64)])
def test_the_voice_is_judged_once_a_pause_in_time_for_the_end_of_the_turn(silence_ms, looks_ms):
    turns = spoken(Timing(silence_ms=silence_ms, semantic=True))
    for _ in range(2):
        moments = [turns.push(0.0, FRAME_MS) for _ in range(14)]
        assert [number * FRAME_MS for number, moment in enumerate(moments, 1) if TurnEvent.LOOK in moment] == [looks_ms]
        assert turns.push(0.9, FRAME_MS) == (TurnEvent.RESUME,)


def test_by_silence_the_model_has_no_say():
    turns = spoken(Timing(silence_ms=640))
    moments = [moment for _ in range(10) for moment in turns.push(0.0, FRAME_MS)]
    assert moments == [TurnEvent.PAUSE]
    turns = spoken(Timing(silence_ms=640))
    assert silence_until_end(turns, judged=PauseVerdict.INCOMPLETE) == 640
    assert turns.ended_by == "silence"


# ── the real model on real speech


@pytest.fixture(scope="module")
def model() -> SmartTurn:
    return SmartTurn()


def test_the_spectrogram_has_whispers_shape_and_range():
    features = log_mel(shipped("beckett"))
    assert features.shape == (80, 800)
    assert features.dtype == np.float32
    assert float(features.max() - features.min()) <= 2.0 + 1e-5
    assert np.isfinite(log_mel(np.zeros(0, np.int16))).all()


def test_a_finished_sentence_sounds_complete_and_a_broken_one_does_not(model):
    speech = shipped("beckett")
    assert model.completeness(speech) >= CERTAIN
    assert model.completeness(speech[: 5 * HEARD_RATE]) < CERTAIN


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as threads:
        yield threads


async def test_recorded_speech_ends_by_meaning_soon_after_its_end(model, pool, recognizer):
    heard, clock = EarEvents(), AudioClock()
    transcription = TranscriptionQueue(recognizer, pool)
    ear = Ear(7, SileroGate(), transcription, SEMANTIC, clock, heard, judge=PauseJudge(model, pool))
    await feed(ear, np.concatenate([silence(0.5), shipped("beckett"), silence(4.0)]), clock)
    ends = [utterance.ended_by for utterance in heard.utterances]  # which ones by meaning differs between processors
    assert ends.count("meaning") > len(ends) / 2
    assert all(utterance.decided_at - utterance.ended_at >= 0.32 - 1e-6 for utterance in heard.utterances)
    await ear.close()


class CountingSentences(Counting):
    """A recognizer whose words may be a whole turn."""

    def transcribe(self, pcm) -> str:
        return f"This is {super().transcribe(pcm)}."


@pytest.mark.parametrize(("completeness", "why"), [(0.9, "meaning"), (0.1, "silence"), (-1.0, "silence")])
async def test_the_ear_reports_why_a_turn_ended_also_when_the_model_fails(pool, completeness, why):
    heard, clock, judge = EarEvents(), AudioClock(), FixedJudge(completeness)
    ear = Ear(
        7, SileroGate(), TranscriptionQueue(CountingSentences(), pool), SEMANTIC, clock, heard, judge=PauseJudge(judge, pool)
    )
    await feed(ear, np.concatenate([silence(0.5), shipped("beckett")[: 2 * HEARD_RATE], silence(4.0)]), clock)
    assert heard.utterances[-1].ended_by == why
    assert judge.asked >= 1
    await ear.close()


# ── what the words add


async def judged(judge: PauseJudge, text: str, *, waits_on_request: bool = False) -> PauseVerdict:
    """What the judge says of a pause after ``text``."""

    async def said() -> str:
        return text

    return await judge.verdict(np.zeros(0, np.int16), judge.read(said()), waits_on_request=waits_on_request)


@pytest.mark.parametrize(
    ("completeness", "text", "verdict"),
    [
        (0.95, "It was the age of wisdom.", PauseVerdict.COMPLETE),
        (0.95, "Yes.", PauseVerdict.COMPLETE),
        (0.95, "42.", PauseVerdict.COMPLETE),
        (0.95, "Inshallah.", PauseVerdict.UNSURE),
        (0.95, "I would like a room for", PauseVerdict.INCOMPLETE),
        (0.95, "Two people, and, um.", PauseVerdict.INCOMPLETE),
        (0.95, "Not now,", PauseVerdict.DOUBTFUL),
        (0.6, "What are you?", PauseVerdict.UNSURE),
        (0.02, "Do you remember the day?", PauseVerdict.UNSURE),
        (0.95, "Hold on a second.", PauseVerdict.INCOMPLETE),
        (0.95, "Well, let me think.", PauseVerdict.INCOMPLETE),
    ],
)
async def test_the_words_correct_the_voice(pool, completeness, text, verdict):
    assert await judged(PauseJudge(FixedJudge(completeness), pool), text, waits_on_request=True) is verdict


class FixedSentences:
    """A language model with one opinion."""

    def __init__(self, probability: float) -> None:
        self.value = probability

    def probability(self, text: str) -> float:
        return self.value


@pytest.mark.parametrize(
    ("completeness", "ends", "text", "verdict"),
    [
        (0.95, 0.3, "It was the age of wisdom.", PauseVerdict.COMPLETE),
        (0.95, 0.3, "Better than it was.", PauseVerdict.COMPLETE),  # "was" ends few sentences, this is one
        (0.95, 0.13, "And then there was", PauseVerdict.INCOMPLETE),
        (0.95, 0.1, "Do you remember the day?", PauseVerdict.DOUBTFUL),
        (0.95, 0.13, "Do you remember the day,", PauseVerdict.DOUBTFUL),
        (0.95, 0.0, "We have still that.", PauseVerdict.INCOMPLETE),
        (0.95, 0.9, "Two people, um.", PauseVerdict.INCOMPLETE),
        (0.2, 0.9, "What are you talking about?", PauseVerdict.COMPLETE),
        (0.02, 0.9, "Do you remember the day?", PauseVerdict.UNSURE),
        (0.2, 0.3, "It was the age of wisdom.", PauseVerdict.UNSURE),
        (0.95, 0.0, "No matter.", PauseVerdict.COMPLETE),  # too few words for the language model
        (0.95, 0.9, "Hold on a second.", PauseVerdict.INCOMPLETE),
    ],
)
async def test_the_language_model_corrects_the_voice(pool, completeness, ends, text, verdict):
    judge = PauseJudge(FixedJudge(completeness), pool, FixedSentences(ends))
    assert await judged(judge, text, waits_on_request=True) is verdict


@pytest.fixture(scope="module")
def sentences() -> NextWord:
    return NextWord()


@pytest.mark.parametrize(
    ("open_text", "complete_text"),
    [
        ("What are you?", "What are you talking about?"),
        ("We laugh less heartily, so we have still that.", "We laugh less heartily, so we have still that resource."),
        ("I would like a room for", "I would like a room for two nights."),
        ("", "Yes, I think so."),
    ],
)
def test_the_language_model_knows_which_words_end_a_sentence(sentences, open_text, complete_text):
    assert sentences.probability(open_text) < SELDOM_ENDS < sentences.probability(complete_text)


def test_a_long_monologue_is_judged_by_its_last_words(sentences):
    monologue = "It was the best of times and " * 200
    assert sentences.probability(monologue + "then we went") < sentences.probability(monologue + "then we all went home")


async def test_a_hesitation_in_the_middle_of_a_sentence_does_not_end_the_turn(model, pool, recognizer, sentences):
    one = next(one for one in utterances() if one.name == "endg 4.74 +520")
    sound = np.concatenate([np.zeros(8000), one.sound, np.zeros(32_000)])
    heard, clock = EarEvents(), AudioClock()
    transcription = TranscriptionQueue(recognizer, pool)
    ear = Ear(7, SileroGate(), transcription, SEMANTIC, clock, heard, judge=PauseJudge(model, pool, sentences))
    await feed(ear, (sound.clip(-1, 1) * 32767).astype(np.int16), clock)
    assert len(heard.utterances) == 1
    assert "resource" in heard.utterances[0].text
    await ear.close()


async def test_a_request_to_wait_counts_only_when_the_setting_says_so(pool):
    judge = PauseJudge(FixedJudge(0.95), pool)
    assert await judged(judge, "Hold on a second.") is PauseVerdict.COMPLETE


async def test_an_unrecognized_pause_is_judged_by_its_sound(pool):
    async def failed() -> str:
        raise HearingError("no")

    judge = PauseJudge(FixedJudge(0.9), pool)
    assert await judge.verdict(np.zeros(0, np.int16), judge.read(failed())) is PauseVerdict.COMPLETE


class Waiting:
    """An end-of-turn model that answers when the language model was asked."""

    def __init__(self) -> None:
        self.asked, self.lengths = threading.Event(), []

    def completeness(self, pcm) -> float:
        self.lengths.append(len(pcm))
        return 0.9 if self.asked.wait(10) else 0.0

    def probability(self, text: str) -> float:
        self.asked.set()
        return 0.2


async def test_words_are_judged_while_the_voice_is(pool):
    both = Waiting()
    with ThreadPoolExecutor(1) as sentence_threads:
        assert await judged(PauseJudge(both, pool, both, sentence_threads), "It was a season of light.") is PauseVerdict.COMPLETE


async def test_the_voice_of_a_long_turn_is_judged_by_its_last_eight_seconds(pool):
    """Its words are recognized in stretches, and a stretch that has just begun is too short to judge the voice by."""
    heard, clock, both = EarEvents(), AudioClock(), Waiting()
    judge = PauseJudge(both, pool, both)
    both.asked.set()
    ear = Ear(7, SileroGate(), TranscriptionQueue(CountingSentences(), pool), SEMANTIC, clock, heard, judge=judge)
    speech = np.tile(shipped("two_cities")[int(1.1 * HEARD_RATE) : int(2.6 * HEARD_RATE)], 7)
    await feed(ear, np.concatenate([silence(0.5), speech, silence(4.0)]), clock)
    assert max(both.lengths) == both.lengths[-1] == 8 * HEARD_RATE
    await ear.close()
