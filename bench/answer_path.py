"""Where the time between a caller's last sound and the agent's first one goes: a budget of its stages on one clock.

The twin runs in this process, the caller is Agora's SDK in a bare page, the model answers at once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import numpy as np
from playwright.sync_api import Page

from bench.acoustics import LOUD, Wait, sounds, waits
from bench.answering import SHORT_ANSWER
from bench.figures import Goal, spread
from bench.model_server import InstantModel
from bench.scene import Scene
from bench.speech import Pcm, seconds
from bench.turn_taking import APART_S, microphone
from bench.utterances import utterances
from greenroom.agora.tokens import rtc_rtm_token
from greenroom.http_security.addresses import place_of
from greenroom.twin.agent import Engines, Talk
from greenroom.twin.agent.caller_turns import CallerTurns
from greenroom.twin.agent.ear import Ear
from greenroom.twin.agent.speaker import Speaker
from greenroom.twin.edge.channel_seat import ChannelSeat
from tests.browser.callers import page_routes
from tests.browser.conftest import RTC_SDK, launch
from tests.browser.ears import TAP, HeardRecording, record
from tests.browser.stage import write_speech
from tests.twin.edge.serving import APP_ID, CERTIFICATE, EdgeServer

GOAL = Goal("from the decision to the sound: p50 ≤ 80", "after_decision.p50", 80)
ASKED, QUICK = 14, 3
SILENCE_MS = 320
BEFORE_S, AFTER_S = 2.0, 3.2
CALLER, AGENT, CHANNEL = 7001, 8001, "bench"
LOAD_S, CALM_MS, CALIBRATIONS = 90, 500, 20


@dataclass(frozen=True, slots=True)
class Moment:
    """``at``: monotonic seconds. ``value``: a level (share of full scale), or what was reported."""

    at: float
    kind: str
    value: Any = None


def answer_path(scene: Scene) -> dict[str, Any]:
    """p50 and p90 of every stage, milliseconds."""
    every = len(utterances()) // (QUICK if scene.quick else ASKED)
    mic = microphone([one.sound for one in utterances()[::every]], BEFORE_S, AFTER_S)
    engines = Engines.build("scripted")
    with EdgeServer(extra=page_routes(RTC_SDK)) as server, InstantModel(SHORT_ANSWER) as model, _watched() as moments:
        asyncio.run_coroutine_threadsafe(engines.load(), server.loop).result(LOAD_S)
        browser = launch(scene.playwright, write_speech(scene.folder / "path.wav", *mic))
        try:
            page = browser.new_page()
            recording, starts_at = _talked(page, server, engines, model.url, mic)
        finally:
            browser.close()
            server.run(engines.close)
    found = waits(sounds(recording.said, APART_S), sounds(recording.heard))
    stages = [one for wait in found if (one := _stages(wait, starts_at, moments)) is not None]
    return {"answer_path_ms": _budget(stages) | {"asked": len(found), "cut_off": sum(wait.cut_off for wait in found)}}


def _budget(stages: Sequence[dict[str, float]]) -> dict[str, Any]:
    return {name: spread([one[name] for one in stages]) for name in (stages[0] if stages else ())}


def _stages(wait: Wait, starts_at: float, moments: Sequence[Moment]) -> dict[str, float] | None:
    """The stages of one answer; None when there was none, or not one to this."""
    if wait.waited_ms is None:
        return None
    said_at = starts_at + wait.asked.end
    heard_at = said_at + wait.waited_ms / 1000
    near = [one for one in moments if said_at - 0.4 < one.at < heard_at + 0.2]
    arrived = [one.at for one in near if one.kind == "heard" and one.value > LOUD and one.at < said_at + 0.25]
    turn = next((one.value for one in near if one.kind == "turn"), None)
    said = next((one.at for one in near if one.kind == "say"), None)
    if not arrived or turn is None or said is None:
        return None
    sent = next((one.at for one in near if one.kind == "sent" and one.value > LOUD and one.at >= said), heard_at)
    times = {
        "to_the_ear": arrived[-1] - said_at,
        "end_of_turn": turn.decided_at - arrived[-1],
        "words": turn.recognized_at - turn.decided_at,
        "model_and_voice": said - turn.recognized_at,
        "to_the_wire": sent - said,
        "to_the_loudspeaker": heard_at - sent,
        "after_decision": heard_at - turn.decided_at,
        "whole": heard_at - said_at,
    }
    return {name: 1000 * value for name, value in times.items()}


def _talked(page: Page, server: EdgeServer, engines: Engines, model: str, mic: list[float | Pcm]) -> tuple[HeardRecording, float]:
    """What was said and heard, and when that recording began (monotonic seconds)."""
    page.add_init_script(TAP)
    page.goto(f"{server.url}/page")
    page.evaluate("who => join(who)", {"appId": APP_ID, "channel": CHANNEL, "token": _token(CALLER), "uid": CALLER})

    async def begin() -> Talk:
        talk = Talk(
            "agent", "agent", APP_ID, _properties(model), take_seat=server.edge.take_seat, engines=engines, clock=server.clock
        )
        await talk.start()
        return talk

    talk = server.run(begin)
    page.wait_for_timeout(CALM_MS)
    page.evaluate("speak(null)")
    page.wait_for_function("() => window.__heardFrom !== undefined")
    page.wait_for_timeout(1000 * sum(seconds(part) if isinstance(part, np.ndarray) else part for part in mic))
    recording, starts_at = record(page), page.evaluate("window.__heardFrom") / 1000 + _page_zero(page)
    server.run(talk.stop)
    return recording, starts_at


def _page_zero(page: Page) -> float:
    """The zero of the page's clock as monotonic seconds, from the quickest of several questions."""
    quickest = (float("inf"), 0.0)
    for _ in range(CALIBRATIONS):
        before = time.monotonic()
        there = page.evaluate("performance.now()") / 1000
        after = time.monotonic()
        quickest = min(quickest, (after - before, (before + after) / 2 - there))
    return quickest[1]


def _properties(model: str) -> dict[str, Any]:
    end = {"mode": "semantic", "semantic_config": {"silence_duration_ms": SILENCE_MS}}
    return {
        "channel": CHANNEL,
        "token": _token(AGENT),
        "agent_rtc_uid": str(AGENT),
        "remote_rtc_uids": [str(CALLER)],
        "turn_detection": {"config": {"end_of_speech": end}},
        "asr": {"vendor": "ares"},
        "tts": {"vendor": "openai", "params": {"voice": "coral"}},
        "offline": {"private_hosts": [place_of(model)]},
        "llm": {"url": model, "api_key": "none", "greeting_message": "", "params": {"model": "instant"}},
    }


def _token(uid: int) -> str:
    return rtc_rtm_token(APP_ID, CERTIFICATE, CHANNEL, uid)


@contextmanager
def _watched() -> Iterator[list[Moment]]:
    """Notes what passes the ear, the turns, the speaker and the wire while it is open."""
    moments: list[Moment] = []

    def seen(original: Callable[..., Any], kind: str, value: Callable[..., Any]) -> Callable[..., Any]:
        def noted(owner: Any, *what: Any) -> Any:
            moments.append(Moment(time.monotonic(), kind, value(*what)))
            return original(owner, *what)

        return noted

    with (
        patch.object(Ear, "hear", seen(Ear.hear, "heard", _level)),
        patch.object(CallerTurns, "utterance_ended", seen(CallerTurns.utterance_ended, "turn", lambda uid, turn: turn)),
        patch.object(Speaker, "say", seen(Speaker.say, "say", lambda clip: clip.text)),
        patch.object(ChannelSeat, "send_audio", seen(ChannelSeat.send_audio, "sent", lambda pcm, pts_ms: _level(pcm))),
    ):
        yield moments


def _level(pcm: Pcm) -> float:
    return float(np.sqrt(np.mean(np.square(pcm / 32768.0))))
