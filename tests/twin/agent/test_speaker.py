"""The mouth: one clock, no gap, no burst, a soft end."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from greenroom.clock import Clock
from greenroom.twin.agent.speaker import AHEAD_FRAMES, FADE_SAMPLES, Clip, Speaker

pytestmark = pytest.mark.unit


class ScriptedMouth:
    """A speaker that runs, and what it has sent."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.frames: list[np.ndarray] = []
        self.pts: list[int] = []
        self.previewed: list[np.ndarray] = []
        self.speaker = Speaker(self.take, clock or Clock(), self.previewed.append)

    def take(self, pcm, pts_ms: int) -> None:
        self.frames.append(pcm)
        self.pts.append(pts_ms)

    async def frames_sent(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.frames) < count:
                await asyncio.sleep(0.005)

    async def __aenter__(self) -> ScriptedMouth:
        self.task = asyncio.create_task(self.speaker.run())
        return self

    async def __aexit__(self, *error: object) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


def tone(seconds: float) -> np.ndarray:
    return np.full(int(seconds * 48_000), 8000, np.int16)


async def test_frames_of_20_ms_come_at_the_pace_of_time_whether_it_speaks_or_not():
    async with ScriptedMouth() as mouth:
        loop = asyncio.get_running_loop()
        start = loop.time()
        await mouth.frames_sent(60)
        took = loop.time() - start
    assert all(frame.shape == (960,) and frame.dtype == np.int16 for frame in mouth.frames)
    assert mouth.pts == [20 * n for n in range(len(mouth.pts))]
    assert abs(took - 60 * 0.02) < 0.2


async def test_clips_follow_each_other_without_a_gap_and_know_where_they_began():
    async with ScriptedMouth() as mouth:
        first, second = Clip("one", tone(0.1)), Clip("two", tone(0.09))
        began = []
        second.on_start = lambda: began.append(mouth.speaker.now_ms)
        mouth.speaker.say(first)
        mouth.speaker.say(second)
        await mouth.speaker.down_to(1)
        assert first.played_ms == 100
        await mouth.speaker.down_to(0)
    assert second.started_ms == (first.started_ms or 0) + 100
    assert began == [second.started_ms]
    assert (first.length_ms, second.length_ms, second.played_ms) == (100, 90, 90)
    sent = np.concatenate(mouth.frames)
    loud = np.flatnonzero(sent)
    assert len(loud) == loud[-1] - loud[0] + 1 == int(48_000 * 0.19)


async def test_what_is_said_is_foreseen_at_the_same_pace_also_across_clips():
    """row 43: the lips are drawn before the sound is heard"""
    mouth = ScriptedMouth()
    for text, seconds in (("one", 0.1), ("two", 0.05), ("three", 0.01), ("four", 0.1)):
        rising = (np.arange(int(seconds * 48_000)) + 100 * len(text)).astype(np.int16)
        mouth.speaker.say(Clip(text, rising))
    async with mouth:
        await mouth.frames_sent(20)
    for ahead, frame in zip(mouth.previewed, mouth.frames[AHEAD_FRAMES:], strict=False):
        assert np.array_equal(ahead, frame)


async def test_to_stop_fades_within_milliseconds_and_drops_what_waits():
    async with ScriptedMouth() as mouth:
        first, second = Clip("one", tone(1.0)), Clip("two", tone(1.0))
        mouth.speaker.say(first)
        mouth.speaker.say(second)
        await mouth.frames_sent(10)
        played, count = first.played, len(mouth.frames)
        mouth.speaker.stop()
        await mouth.speaker.down_to(0)
        await mouth.frames_sent(count + 5)
    tail = np.concatenate(mouth.frames[count:])
    assert np.flatnonzero(tail)[-1] < FADE_SAMPLES
    assert np.all(np.diff(tail[:FADE_SAMPLES].astype(int)) <= 0)
    assert 0 < first.played == played < 48_000
    assert second.started_ms is None


async def test_something_said_right_after_a_stop_is_heard_after_the_fade():
    async with ScriptedMouth() as mouth:
        mouth.speaker.say(Clip("one", tone(1.0)))
        await mouth.frames_sent(5)
        mouth.speaker.stop()
        clip = Clip("two", tone(0.06))
        mouth.speaker.say(clip)
        await mouth.speaker.down_to(0)
    assert clip.played_ms == 60


async def test_a_clip_without_sound_holds_nobody_up():
    async with ScriptedMouth() as mouth:
        clip = Clip("…", tone(0))
        mouth.speaker.say(clip)
        await mouth.speaker.down_to(0)
    assert clip.started_ms is not None


class Jumping(Clock):
    """A clock that was away for a while."""

    def __init__(self) -> None:
        self.away = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.away


async def test_after_a_short_delay_it_catches_up_and_after_a_long_one_it_skips():
    clock = Jumping()
    async with ScriptedMouth(clock) as mouth:
        await mouth.frames_sent(3)
        clock.away += 0.1
        before = len(mouth.frames)
        await mouth.frames_sent(before + 5)
        assert mouth.speaker.late_frames == 0
        clock.away += 60.0
        before = len(mouth.frames)
        await mouth.frames_sent(before + 2)
        assert len(mouth.frames) - before <= 4
        assert 2990 <= mouth.speaker.late_frames <= 3001
    assert mouth.pts == [20 * n for n in range(len(mouth.pts))]
