"""How soon, and how rarely too soon, the agent answers real people who hesitate: by meaning, and by silence in the same run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.signal import resample_poly

from bench.acoustics import sounds, waits
from bench.answering import SHORT_ANSWER, stage_times
from bench.figures import Goal, cut_off, spread
from bench.model_server import InstantModel
from bench.scene import Scene, opened_database
from bench.speech import MIC_RATE, Pcm
from bench.utterances import RATE, utterances
from greenroom.clock import Clock
from greenroom.http_security.addresses import place_of
from greenroom.services.agents.agent_service import AgentService
from greenroom.store.agents import AgentStore
from greenroom.store.tool_hosts import ToolHostStore
from tests.browser.ears import record

GOAL = Goal("by meaning: p50 ≤ 400, p90 ≤ 700, cut off ≤ 2 %", "meaning.p90", 700)
GREETING_S, AFTER_S = 6.5, 3.6
#: Longer than any hesitation of the set, shorter than the wait after an utterance.
APART_S = 1.6
QUICK = 3
MODES = {
    "meaning": {"turns.end_mode": "semantic", "turns.semantic_silence": 320},
    "silence_640": {"turns.end_mode": "vad", "turns.silence": 640},
}


def turn_taking(scene: Scene) -> dict[str, Any]:
    """Both modes hear the same sound and ask an instant model."""
    with InstantModel(SHORT_ANSWER) as model:
        return {"turn_taking_ms": {name: _talk(scene, model.url, settings) for name, settings in MODES.items()}}


def _talk(scene: Scene, model: str, settings: dict[str, Any]) -> dict[str, Any]:
    _edit(scene, {**settings, "llm.vendor": "compatible", "llm.compatible.url": model, "tools.enable": False})
    chosen = utterances()[:: len(utterances()) // QUICK] if scene.quick else utterances()
    mic = microphone([one.sound for one in chosen], GREETING_S, AFTER_S)
    with scene.tab(*mic) as tab:
        scene.say(tab, tuple(mic))
        recording = record(tab.page)
        tab.end()
    found = waits(sounds(recording.said, APART_S), sounds(recording.heard))
    times = [w.waited_ms for w in found if w.waited_ms is not None]
    cut = sum(w.cut_off for w in found)
    return spread(times) | {
        "asked": len(chosen),
        **cut_off(cut, len(chosen)),
        "unanswered": sum(w.waited_ms is None and not w.cut_off for w in found),
        "each": [None if w.waited_ms is None else round(w.waited_ms) for w in found],
        "stages": {name: spread(ms) for name, ms in stage_times(scene).items()},
    }


def microphone(said: Sequence[Any], before_s: float, after_s: float) -> list[float | Pcm]:
    """16 kHz sounds for a browser's microphone: silence of ``before_s``, then each with ``after_s`` behind it."""
    mic: list[float | Pcm] = [before_s]
    for sound in said:
        mic += [_spoken(sound), after_s]
    return mic


def _spoken(sound: Any) -> Pcm:
    wide = resample_poly(sound, MIC_RATE, RATE)
    return (wide * 32767).clip(-32768, 32767).astype(np.int16)


def _edit(scene: Scene, values: dict[str, Any]) -> None:
    """In the draft of the first agent, which the page then opens."""
    with opened_database(scene.studio) as database:
        agents = AgentService(AgentStore(database, Clock()))
        agent = agents.default()
        draft = agents.draft(agent.id)
        agents.save(agent.id, {**draft.settings, **values}, draft.revision, "bench")
        ToolHostStore(database, Clock()).allow(agent.id, place_of(values["llm.compatible.url"]))
