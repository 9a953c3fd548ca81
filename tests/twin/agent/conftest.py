"""The real models, loaded once; speech is made by the twin's own voices or taken from a recording in a wheel."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import moonshine_voice
import numpy as np
import pytest
import pytest_asyncio
import soundfile
from scipy.signal import resample_poly

from greenroom.catalog.voices import offline_voice
from greenroom.clock import Clock
from greenroom.http_security.addresses import place_of
from greenroom.speech.hibari import HibariVoices
from greenroom.speech.moonshine import Moonshine
from greenroom.twin.agent import Engines, Talk
from greenroom.twin.seat import HEARD_RATE, Pcm
from tests.twin.agent.model_server import ModelServer
from tests.twin.agent.room import PERSON, AgentRoom

Say = Callable[..., Pcm]
Call = Callable[..., Awaitable[tuple[Talk, AgentRoom]]]

NUMBERS = {"7": "seven", "10": "ten", "11": "eleven", "12": "twelve", "120": "one hundred and twenty"}
QUICK, UNHURRIED = {"params": {"speed": 1.8}}, {"params": {"speed": 1.0}}
PROMPT = "You are Ava. Breakfast is served from seven to ten. Dogs are welcome. Parking is free behind the house."


@pytest.fixture(scope="session")
def engines() -> Iterator[Engines]:
    """All of it, with the scripted brain. Loaded on a loop of its own: what it holds is bound to none."""
    loaded = Engines.build("scripted")
    asyncio.run(loaded.load())
    yield loaded
    asyncio.run(loaded.close())


@pytest.fixture(scope="session")
def voices(engines) -> HibariVoices:
    return asyncio.run(engines.voices())


@pytest.fixture(scope="session")
def recognizer() -> Moonshine:
    return Moonshine()


@pytest.fixture(scope="session")
def say(voices: HibariVoices) -> Say:
    """``say("text", voice="dale")`` → 16 kHz speech without silence around it."""

    @cache
    def render(text: str, voice: str = "dale", speed: float = 1.0) -> Pcm:
        sound = voices.render(text, offline_voice(voice), speed).astype(np.float32)
        return trimmed(resample_poly(sound, 1, 3).astype(np.int16))

    return render


@pytest.fixture(scope="session")
def recording() -> Pcm:
    """A real reader: Beckett, out of the recognizer's wheel; 16 kHz."""
    return shipped("beckett")


@pytest_asyncio.fixture
async def call(engines) -> AsyncIterator[Call]:
    """``await call(greeting_message=…)`` → an agent that sits in a room with one person, and the room. Ended afterwards."""
    talks: list[Talk] = []

    async def begin(
        room: AgentRoom | None = None, properties: dict[str, Any] | None = None, **llm: Any
    ) -> tuple[Talk, AgentRoom]:
        room = room or AgentRoom(PERSON)
        talk = Talk("agent", "ava", "app", joined(properties, llm), take_seat=room, engines=engines, clock=Clock())
        talks.append(talk)
        await talk.start()
        return talk, room

    yield begin
    for talk in talks:
        await talk.stop()


@pytest_asyncio.fixture
async def server() -> AsyncIterator[ModelServer]:
    """A model's server on this machine."""
    opened = await ModelServer().open()
    yield opened
    await opened.close()


def joined(properties: dict[str, Any] | None, llm: dict[str, Any]) -> dict[str, Any]:
    """A join body's ``properties`` for the tests: quick to answer, quick to speak, with a prompt."""
    silence = {"config": {"end_of_speech": {"vad_config": {"silence_duration_ms": 320}}}}
    told = {"system_messages": [{"role": "system", "content": PROMPT}], **llm}
    usual = {"channel": "room", "remote_rtc_uids": ["*"], "turn_detection": silence, "llm": told, "tts": QUICK}
    offline = (properties or {}).get("offline", {})
    allowed = [*offline.get("private_hosts", []), place_of(str(llm.get("url", "")))]
    return usual | (properties or {}) | {"offline": {**offline, "private_hosts": allowed}}


def shipped(name: str) -> Pcm:
    """A recording out of the recognizer's wheel, at 16 kHz."""
    path = next(Path(moonshine_voice.__file__).parent.rglob(f"{name}.wav"))
    sound, rate = soundfile.read(path, dtype="float32")
    mono = sound if sound.ndim == 1 else sound[:, 0]
    return (np.clip(resample_poly(mono, HEARD_RATE, rate), -1, 1) * 32767).astype(np.int16)


def trimmed(pcm: Pcm, threshold: int = 250) -> Pcm:
    loud = np.flatnonzero(np.abs(pcm.astype(np.int32)) > threshold)
    return pcm[loud[0] : loud[-1] + 1] if len(loud) else pcm


def silence(seconds: float, noise: float = 2.0) -> Pcm:
    return np.random.default_rng(1).normal(0, noise, int(seconds * HEARD_RATE)).astype(np.int16)


def noisy(pcm: Pcm, snr_db: float) -> Pcm:
    """White noise at ``snr_db`` below the speech."""
    level = float(np.sqrt((pcm.astype(np.float64) ** 2).mean())) / 10 ** (snr_db / 20)
    mixed = pcm + np.random.default_rng(2).normal(0, level, len(pcm))
    return np.clip(mixed, -32768, 32767).astype(np.int16)


def words(text: str) -> list[str]:
    """As they sound: the recognizer writes some numbers in figures."""
    found: list[str] = re.findall(r"[a-z0-9']+", text.lower())
    return [NUMBERS.get(word, word) for word in found]


def word_errors(said: str, heard: str) -> int:
    """Words to insert, drop or change."""
    a, b = words(said), words(heard)
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        corner, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            corner, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, corner + (x != y))
    return row[-1]
