"""A caller's voice through Agora's own Web SDK in a headless browser: to Agora's network, or to the twin's edge."""

from __future__ import annotations

import asyncio
import base64
import binascii
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from greenroom.callers.channel_client import GONE, CallerLost
from greenroom.callers.devtools_pipe import BrowserLost
from greenroom.callers.headless_browser import CallerPage, HeadlessBrowser
from greenroom.callers.microphone import loud_part
from greenroom.callers.transcript_reader import TranscriptReader
from greenroom.callers.voice_path import OnHeard, OnSent, SpokenLine, VoicePath
from greenroom.model.call import Ticket
from greenroom.speech.sound import SENT_RATE, Pcm

JOIN_S, LEAVE_S = 40.0, 3.0
LOST = "The caller's browser closed unexpectedly."
_BLOCK = SENT_RATE // 100
#: Samples in a 20 ms chunk, as the page sends them, and how many chunks to compare: the fastest shows how far its clock is off.
_CHUNK, _CHUNKS = SENT_RATE // 50, 100


class BrowserVoice(VoicePath):
    """``room``: the noise around the caller at 48 kHz. Both sides' sound is timed by the page's audio clock."""

    def __init__(self, ticket: Ticket, browser: HeadlessBrowser, room: Pcm, heard: OnHeard, sent: OnSent) -> None:
        super().__init__()
        self._ticket = ticket
        self._browser = browser
        self._room = room
        self._heard = heard
        self._sent = sent
        self._reader = TranscriptReader()
        self._page: CallerPage | None = None
        self._delays: deque[float] = deque(maxlen=_CHUNKS)
        self._reached = 0
        self._sounded = asyncio.Event()
        self._began: asyncio.Future[int] | None = None
        self._gone = False

    async def join(self) -> None:
        edge = self._ticket.edge
        address = replace(edge, path="") if edge is not None else None  # this computer's own port
        seat = {name: getattr(self._ticket, name) for name in ("app_id", "channel", "token", "uid", "agent_uid")}
        seat |= {"edge": {"domain": address.domain, "port": address.port} if address else None, "room": _encoded(self._room)}
        try:
            self._page = await self._browser.open(self._on_page_event)
            refused = await self._page.call("join", seat, within_s=JOIN_S)
        except BrowserLost as error:
            await self.leave()
            raise CallerLost(str(error)) from error
        if refused:
            await self.leave()
            raise CallerLost(f"The caller couldn't join the channel. {refused}")

    async def say(self, pcm: Pcm) -> SpokenLine:
        if self._page is None or self._gone:
            raise CallerLost(LOST)
        self._began = asyncio.get_running_loop().create_future()
        try:
            await self._page.call("say", _encoded(pcm))
        except BrowserLost as error:
            raise CallerLost(str(error)) from error
        began = await self._began
        while self._reached < began + len(pcm):
            if self._gone:
                raise CallerLost(LOST)
            self._sounded.clear()
            await self._sounded.wait()
        first, last = loud_part(pcm)
        return SpokenLine(self._at(began + first * _BLOCK), self._at(began + (last + 1) * _BLOCK))

    async def leave(self) -> None:
        page, self._page = self._page, None
        if page is None:
            return
        try:
            if not self._gone:
                await page.call("leave", within_s=LEAVE_S)
        except BrowserLost:
            pass  # with its page it is out of the channel
        finally:
            await self._browser.close_page(page)

    # ── inside

    def _on_page_event(self, kind: str, fields: Mapping[str, Any]) -> None:
        if kind == "sound":
            self._sound(int(fields["frame"]), _samples(fields["heard"], _CHUNK), _samples(fields["said"], _CHUNK // 3))
        elif kind == "began" and self._began is not None and not self._began.done():
            self._began.set_result(int(fields["frame"]))
        elif kind == "piece":
            if (message := self._reader.feed(base64.b64decode(fields["data"]))) is not None:
                self.messages.put_nowait(message)
        elif kind == "agent_left":
            self.messages.put_nowait(GONE)
        elif kind in ("lost", "gone") and not self._gone:
            self._lose()

    def _lose(self) -> None:
        self._gone = True
        self.messages.put_nowait(None)
        self._sounded.set()
        if self._began is not None and not self._began.done():
            self._began.set_exception(CallerLost(LOST))

    def _sound(self, frame: int, heard: Pcm, said: Pcm) -> None:
        ended = frame + _CHUNK
        self._delays.append(time.monotonic() - ended / SENT_RATE)
        self._heard(heard, self._at(frame))
        self._sent(said, self._at(ended))
        self._reached = ended
        self._sounded.set()

    def _at(self, frame: int) -> float:
        """When a sample of the page's audio clock sounded, monotonic seconds."""
        return frame / SENT_RATE + min(self._delays)


def _encoded(pcm: Pcm) -> str:
    return base64.b64encode(np.ascontiguousarray(pcm, "<i2").tobytes()).decode("ascii")


def _samples(text: str, count: int) -> Pcm:
    """The samples; "" is silence."""
    try:
        found = np.frombuffer(base64.b64decode(text), "<i2").astype(np.int16)
    except (binascii.Error, ValueError):
        found = np.zeros(0, np.int16)
    return found if len(found) == count else np.zeros(count, np.int16)
