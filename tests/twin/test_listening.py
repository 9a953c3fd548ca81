"""A sound check ends with a reason: without models, and at what is no sound."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import cast

import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from greenroom.clock import Clock
from greenroom.speech.hearing import Recognizer
from greenroom.twin.agent import Engines
from greenroom.twin.agent.hearing.transcription_queue import TranscriptionQueue
from greenroom.twin.listening import BUSY, REFUSED, SoundCheck

pytestmark = pytest.mark.unit


class SilentEngines:
    """Hears nothing; ``failed``: its models could not be loaded."""

    def __init__(self, *, failed: bool = False) -> None:
        self.failed = failed

    def gate(self) -> SilentEngines:
        return self

    def probability(self, pcm: object) -> float:
        return 0.0

    async def transcription(self) -> TranscriptionQueue:
        if self.failed:
            raise RuntimeError("the speech models could not be loaded")
        return TranscriptionQueue(cast(Recognizer, self), ThreadPoolExecutor(1))


def ended(engines: SilentEngines, text: str = "") -> WebSocketDisconnect:
    check = SoundCheck(cast(Engines, engines), Clock())
    app = Starlette(routes=[WebSocketRoute("/ears", check.listen)])
    client = TestClient(app, "http://127.0.0.1", client=("127.0.0.1", 5000))
    with client.websocket_connect("ws://127.0.0.1/ears") as socket:
        if text:
            socket.send_text(text)
        with pytest.raises(WebSocketDisconnect) as end:
            socket.receive_json()
    return end.value


def test_models_that_could_not_be_loaded_are_said():
    end = ended(SilentEngines(failed=True))
    assert (end.code, end.reason) == (BUSY, "The speech models couldn't be loaded.")


def test_a_text_is_no_sound():
    end = ended(SilentEngines(), "hello")
    assert (end.code, end.reason) == (REFUSED, "Expected 16-bit audio, at most one second per message.")
