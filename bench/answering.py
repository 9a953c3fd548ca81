"""From the end of a person's speech to the agent's first sound, as a microphone and a loudspeaker have it."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import Any

from bench.acoustics import Wait, sounds, waits
from bench.figures import Goal, spread
from bench.model_server import InstantModel
from bench.scene import Scene, opened_database, use_own_model
from bench.speech import Pcm, sentences
from greenroom.catalog.active import value_at
from greenroom.catalog.templates import TEMPLATES
from greenroom.clock import Clock
from greenroom.store.sessions import SessionStore
from tests.browser.ears import record

GOAL = Goal("scripted brain: p50 ≤ 700, p90 ≤ 1000", "scripted.p90", 1000)
MADE, REAL, QUICK = 6, 6, 2
#: The greeting takes 4 s; then the first question.
GREETING_S = 6.5
#: Silence after a sentence: the answer begins within one second. Out of its prompt the scripted responder reads what fits
#: (4 s), to the recordings it says what it is (7 s); the own model says little.
AFTER_MADE_S, AFTER_REAL_S, AFTER_OWN_S = 5.5, 8.0, 3.6
RECORD_WITHIN_S = 3.0
SHORT_ANSWER = "Yes, that is quite right."


def answering(scene: Scene) -> dict[str, Any]:
    """With the keyless responder and with a model server of the person's own; both are instant."""
    silence = _silence_ms()
    scripted = _talk(scene)
    with InstantModel(SHORT_ANSWER) as model:
        own = _talk(scene, model.url)
    return {"voice_to_voice_ms": {"silence_wait_ms": silence, "scripted": scripted, "own_model": own}}


def _talk(scene: Scene, own_model: str = "") -> dict[str, Any]:
    made, real = sentences(*((QUICK, QUICK) if scene.quick else (MADE, REAL)))
    mic: list[float | Pcm] = [GREETING_S]
    for question, remark in zip(made, real, strict=True):
        mic += [question, AFTER_OWN_S if own_model else AFTER_MADE_S, remark, AFTER_OWN_S if own_model else AFTER_REAL_S]
    with scene.tab(*mic) as tab:
        if own_model:
            use_own_model(tab, own_model)
        scene.say(tab, tuple(mic))
        recording = record(tab.page)
        tab.end()
    found = waits(sounds(recording.said), sounds(recording.heard))
    parts = {name: spread(ms)["p50"] for name, ms in stage_times(scene).items()}
    return _figures(found, len(made) + len(real)) | {"stages_p50": parts}


def _figures(found: list[Wait], asked: int) -> dict[str, Any]:
    times = [w.waited_ms for w in found if w.waited_ms is not None]
    figures = spread(times)
    if times:
        silence = _silence_ms()
        figures["without_the_wait"] = {name: figures[name] - silence for name in ("p50", "p90")}
    return figures | {
        "asked": asked,
        "cut_off": sum(w.cut_off for w in found),
        "unanswered": sum(w.waited_ms is None and not w.cut_off for w in found),
        "each": [None if w.waited_ms is None else round(w.waited_ms) for w in found],
    }


def _silence_ms() -> int:
    """The ready agent's shortest end-of-turn wait."""
    return int(value_at("turns.semantic_silence", TEMPLATES[0].values))


def stage_times(scene: Scene) -> dict[str, list[int]]:
    """What the agent itself says about the parts of its answers, milliseconds by Agora's names: they are in the newest session's
    record a moment after its end."""
    parts: defaultdict[str, list[int]] = defaultdict(list)
    deadline = time.monotonic() + RECORD_WITHIN_S
    with opened_database(scene.studio) as database:
        sessions = SessionStore(database, Clock())
        while not parts and time.monotonic() < deadline:
            time.sleep(0.1)
            for turn in sessions.transcript.turns(sessions.newest(1)[0].id):
                for name, ms in turn.stages.items() if turn.turn_id else ():
                    parts[name].append(ms)
    return dict(parts)
