"""Word errors of the twin's ear against those of the bare recognizer on the same sound: real utterances, as spoken and with a
hesitation. The clock is the audio's.

Bare is the model of the recognizer's wheel on the whole recording: with its own voice detection, as the wheel has it, and
without. The twin amplifies, pads, cuts at pauses and joins what it recognized.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jiwer
import numpy as np
from moonshine_voice.transcriber import ModelArch, Transcriber
from moonshine_voice.utils import get_assets_path

from bench.end_of_turn import heard_turns, room_around
from bench.figures import Goal
from bench.references import reference
from bench.remembering import FinalsOnly, RememberingModels
from bench.scene import Scene
from bench.utterances import RATE, RealUtterance, held_out, utterances
from greenroom.rehearsal import text_match
from greenroom.rehearsal.spoken_numbers import spelled
from greenroom.twin.agent.hearing.pause_judge import PauseJudge
from greenroom.twin.agent.turns import Timing

GOAL = Goal("the twin makes no more errors than the better bare recognizer", "twin_minus_bare", 0)
QUICK = 6
SEMANTIC = Timing(silence_ms=320, semantic=True)
#: Of the room, before and after what the bare recognizer gets.
_AROUND_S = 0.5


def word_errors(scene: Scene) -> dict[str, Any]:
    """Percent of the words said, over all utterances whose text is known."""
    known = [one for one in (*utterances(), *held_out()) if reference(one.name)]
    chosen = known[:: max(1, len(known) // QUICK)] if scene.quick else known
    heard = {"twin": _twin(chosen), "bare": _bare(chosen, vad_threshold="0.0"), "bare_own_vad": _bare(chosen)}
    rates = {name: _percent([reference(one.name) for one in chosen], texts) for name, texts in heard.items()}
    apart = round(rates["twin"] - min(rates["bare"], rates["bare_own_vad"]), 1)
    return {"word_errors_percent": {**rates, "twin_minus_bare": apart, "utterances": len(chosen)}}


def _twin(chosen: Sequence[RealUtterance]) -> list[str]:
    with ThreadPoolExecutor(1) as hearing, ThreadPoolExecutor(1) as judging:
        models = RememberingModels()
        judge, transcription = PauseJudge(models, judging, models), FinalsOnly(models, hearing)
        turns = [asyncio.run(heard_turns(one, SEMANTIC, transcription, judge))[1] for one in chosen]
    return [" ".join(turn.text for turn in found) for found in turns]


def _bare(chosen: Sequence[RealUtterance], **options: str) -> list[str]:
    model = Transcriber(os.path.join(str(get_assets_path()), "tiny-en"), ModelArch.TINY, options=options)
    sounds = [room_around(one.sound, _AROUND_S, _AROUND_S).astype(np.float32).tolist() for one in chosen]
    return [" ".join(line.text for line in model.transcribe_without_streaming(sound, RATE).lines) for sound in sounds]


def _percent(said: Sequence[str], heard: Sequence[str]) -> float:
    return round(100 * jiwer.wer([_plain(text) for text in said], [_plain(text) for text in heard]), 1)


def _plain(text: str) -> str:
    return " ".join(text_match.words(spelled(text)))
