"""How soon the agent falls silent when it is talked over."""

from __future__ import annotations

from typing import Any

from bench.acoustics import silencings, sounds
from bench.figures import Goal, spread
from bench.model_server import InstantModel
from bench.scene import Scene, use_own_model
from bench.speech import QUESTIONS, RECORDED, Pcm, recorded, spoken
from tests.browser.ears import record

GOAL = Goal("p50 ≤ 200, p90 ≤ 350", "p50", 200)
TIMES, QUICK = 7, 3
GREETING_S = 6.5
#: After a sentence: about 0.7 s until the answer begins, and the rest of this into it.
INTO_THE_ANSWER_S = 2.4
#: Breaths of the agent are shorter, the wait for its next answer is longer.
BREATH_S = 0.5
LONG_ANSWER = " ".join(
    ["Well, let me tell you about the river and the old town and the mill that stands between the two of them"] * 4
)


def interrupting(scene: Scene) -> dict[str, Any]:
    """Everything the person says is answered at length and interrupts the answer to what was said before."""
    sentences = [spoken(text) for text in QUESTIONS] + [recorded(*stretch) for stretch in RECORDED]
    mic: list[float | Pcm] = [GREETING_S, sentences[0]]
    for index in range(QUICK if scene.quick else TIMES):
        mic += [INTO_THE_ANSWER_S, sentences[1 + index]]
    mic.append(1.5)
    with InstantModel(LONG_ANSWER) as model, scene.tab(*mic) as tab:
        use_own_model(tab, model.url)
        scene.say(tab, tuple(mic))
        recording = record(tab.page)
        tab.end()
    times = silencings(sounds(recording.said), sounds(recording.heard, BREATH_S))
    return {"barge_in_ms": spread(times) | {"tried": (len(mic) - 3) // 2, "each": [round(t) for t in times]}}
