"""When the ear alone decides that a turn is over, and how often too soon: the trade-off, by meaning and by silence.

The clock is the audio's, and recognition keeps up, so that the load of the machine changes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.acoustics import sounds
from bench.figures import Goal, cut_off, spread
from bench.remembering import FinalsOnly, RememberingGate, RememberingModels
from bench.scene import Scene
from bench.utterances import RATE, RealUtterance, Sound, held_out, utterances
from greenroom.twin.agent.ear import Ear
from greenroom.twin.agent.hearing.pause_judge import PauseJudge
from greenroom.twin.agent.hearing.transcription_queue import TranscriptionQueue
from greenroom.twin.agent.turns import Timing
from greenroom.twin.agent.utterance import Utterance
from tests.twin.agent.clocks import AudioClock, feed
from tests.twin.agent.test_ear import EarEvents

GOAL = Goal("by meaning at 320 ms: p50 ≤ 350, cut off ≤ 2 %", "meaning.320.cut_off_percent", 2)
BEFORE_S, AFTER_S = 1.0, 4.0
QUICK = 6
MEANING_MS, SILENCE_MS = (160, 240, 320, 400, 480), (480, 640, 800)
#: A caller's room: noise 84 dB below full scale.
_ROOM = 6e-5


def end_of_turn(scene: Scene) -> dict[str, Any]:
    """For each setting: milliseconds from the last sound to the decision, and the utterances that were cut off."""
    sets = {"tuned": utterances(), "held_out": held_out(), "both": (*utterances(), *held_out())}
    timings = {f"meaning.{ms}": Timing(silence_ms=ms, semantic=True) for ms in MEANING_MS}
    timings |= {f"silence.{ms}": Timing(silence_ms=ms) for ms in SILENCE_MS}
    figures: dict[str, Any] = {}
    with ThreadPoolExecutor(1) as hearing, ThreadPoolExecutor(1) as judging:
        models = RememberingModels()
        for name, chosen in sets.items():
            chosen = chosen[:QUICK] if scene.quick else chosen
            for setting, timing in timings.items() if chosen else ():
                judge = PauseJudge(models, judging, models)
                found = asyncio.run(_decisions(chosen, timing, FinalsOnly(models, hearing), judge))
                _put(figures, setting if name == "tuned" else f"{name}.{setting}", found)
    return {"end_of_turn_ms": figures}


def _put(figures: dict[str, Any], path: str, value: dict[str, Any]) -> None:
    *rooms, last = path.split(".")
    for room in rooms:
        figures = figures.setdefault(room, {})
    figures[last] = value


async def _decisions(
    chosen: Sequence[RealUtterance], timing: Timing, transcription: TranscriptionQueue, judge: PauseJudge
) -> dict[str, Any]:
    waits, cut, reasons = [], [], []
    for one in chosen:
        ends_at, turns = await heard_turns(one, timing, transcription, judge)
        if len(turns) == 1 and turns[0].decided_at >= ends_at:
            waits.append((turns[0].decided_at - ends_at) * 1000)
            reasons.append(turns[0].ended_by)
        else:
            cut.append(one.name)
    return spread(waits) | {
        "asked": len(chosen),
        **cut_off(len(cut), len(chosen)),
        "cut": cut,
        "ended_by": {reason: reasons.count(reason) for reason in sorted(set(reasons))},
    }


@cache
def _gate(name: str) -> RememberingGate:
    return RememberingGate()


async def heard_turns(
    one: RealUtterance, timing: Timing, transcription: TranscriptionQueue, judge: PauseJudge
) -> tuple[float, list[Utterance]]:
    """When its last sound was, and the turns that the ear made of it."""
    told, clock = EarEvents(), AudioClock()
    ear = Ear(7, _gate(one.name).again(), transcription, timing, clock, told, judge=judge)
    sound = room_around(one.sound, BEFORE_S, AFTER_S)
    ends_at = clock.at + sounds(sound.astype(np.float32), pause_s=AFTER_S)[-1].end
    await feed(ear, (sound.clip(-1, 1) * 32767).astype(np.int16), clock)
    await ear.close()
    return ends_at, told.utterances


def room_around(sound: Sound, before_s: float, after_s: float) -> NDArray[np.float64]:
    """``sound`` in a quiet room, with seconds of room noise before and after it."""
    whole = np.concatenate([np.zeros(int(before_s * RATE)), sound, np.zeros(int(after_s * RATE))])
    return whole + np.random.default_rng(5).normal(0, _ROOM, len(whole))
