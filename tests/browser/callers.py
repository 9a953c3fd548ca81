"""People with a browser and Agora's SDK, and what they saw and heard."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, BrowserContext
from starlette.responses import FileResponse
from starlette.routing import BaseRoute, Route

from greenroom.agora.tokens import rtc_rtm_token
from greenroom.twin.seat import SENT_RATE, SENT_SAMPLES, Seat, Uid
from tests.browser.conftest import eventually
from tests.twin.edge.serving import APP_ID, CERTIFICATE, EdgeServer

PAGE = Path(__file__).with_name("edge_page.html")


def page_routes(sdk: Path) -> list[BaseRoute]:
    return [
        Route("/page", lambda request: FileResponse(PAGE)),
        Route("/sdk.js", lambda request: FileResponse(sdk)),
        Route("/favicon.ico", lambda request: FileResponse(PAGE)),
    ]


def token(channel: str, uid: Uid = 0, *, life_s: int = 3600, issued_at: int | None = None) -> str:
    return rtc_rtm_token(APP_ID, CERTIFICATE, channel, uid, life_s=life_s, issued_at=issued_at)


class Caller:
    """One page with one client object of the SDK."""

    def __init__(self, context: BrowserContext, server: EdgeServer) -> None:
        self.page = context.new_page()
        self.page.goto(f"{server.url}/page")

    def join(self, channel: str, uid: Uid | None = None, **who: Any) -> dict[str, Any]:
        """``{uid, ms}``, or ``{error, text}``. Without ``token=`` with a good one."""
        who = {"appId": APP_ID, "channel": channel, "uid": uid, "token": token(channel, uid or 0), **who}
        return self.page.evaluate("who => join(who)", who)

    def do(self, script: str, *argument: Any) -> Any:
        return self.page.evaluate(script, *argument)

    @property
    def seen(self) -> list[list[Any]]:
        return self.page.evaluate("seen")

    def sees(self, *event: Any, within_s: float = 15.0) -> None:
        """Wait until an event that begins so has been noted."""
        wanted = list(event)
        eventually(
            lambda: any(noted[: len(wanted)] == wanted for noted in self.seen),
            within_s=within_s,
            else_say=lambda: f"{wanted}: {self.seen}",
        )

    def forget(self) -> None:
        """Note events from here on."""
        self.page.evaluate("seen.length = 0")

    def hears(self, uid: Uid, hz: float, within_s: float = 15.0) -> None:
        """Wait until ``uid`` sounds like ``hz``, clearly and to the analyser's resolution."""

        def look() -> bool:
            sound = self.do("uid => heard(uid)", uid)
            return abs(sound["hz"] - hz) < 6 and sound["db"] > -50

        eventually(look, within_s=within_s, else_say=lambda: f"no {hz} Hz: {self.do('uid => heard(uid)', uid)}")

    def hears_nothing_of(self, uid: Uid, within_s: float = 15.0) -> None:
        eventually(
            lambda: self.do("uid => heard(uid)", uid)["db"] < -90, within_s=within_s, else_say=lambda: f"{uid} still sounds"
        )


@contextmanager
def callers(browser: Browser, server: EdgeServer, count: int) -> Iterator[list[Caller]]:
    contexts = [browser.new_context() for _ in range(count)]
    try:
        yield [Caller(context, server) for context in contexts]
    finally:
        for context in contexts:
            context.close()


@contextmanager
def singing(server: EdgeServer, seat: Seat, hz: float, amplitude: int = 9000) -> Iterator[None]:
    """``seat`` sends a tone, 20 ms at a time, paced as an agent paces itself."""
    stop = threading.Event()

    async def sing() -> None:
        start, sent = server.loop.time(), 0
        while not stop.is_set():
            at = (np.arange(SENT_SAMPLES) + sent * SENT_SAMPLES) / SENT_RATE
            seat.send_audio((np.sin(2 * np.pi * hz * at) * amplitude).astype(np.int16), sent * 20)
            sent += 1
            await asyncio.sleep(max(0.0, start + sent * 0.02 - server.loop.time()))

    song = asyncio.run_coroutine_threadsafe(sing(), server.loop)
    try:
        yield
    finally:
        stop.set()
        song.result(5.0)


def pitch(frames: list[Any], seconds: float = 0.5) -> float:
    """The strongest frequency of the last ``seconds`` of 16 kHz frames, in Hz; 0 for silence."""
    pcm = np.concatenate(frames[-int(seconds * 50) :]).astype(np.float64)
    if pcm.std() < 50:
        return 0.0
    spectrum = np.abs(np.fft.rfft(pcm * np.hanning(len(pcm))))
    return float(spectrum.argmax() * 16_000 / len(pcm))
