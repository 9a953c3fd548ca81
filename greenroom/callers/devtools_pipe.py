"""The DevTools protocol over a pipe: JSON messages, each ended by a zero byte. No port is opened."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import socket
from collections.abc import Callable, Mapping
from typing import Any

LONGEST_MESSAGE = 1 << 24
Json = Mapping[str, Any]
#: Gets an event's method and parameters.
OnEvent = Callable[[str, Json], None]


class BrowserLost(Exception):
    """The browser ended, refused a command, or took too long."""


class DevToolsPipe:
    """Our end of the pipe. ``listeners``: the callbacks for the pages' events, by DevTools session."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Json]] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self.listeners: dict[str, OnEvent] = {}

    @property
    def open(self) -> bool:
        return self._reading is not None and not self._reading.done()

    async def connect(self, ours: socket.socket, on_end: Callable[[], None]) -> None:
        """Read from the socket ``ours`` in the background. ``on_end`` is called when the browser has closed its end."""
        reader, self._writer = await asyncio.open_connection(sock=ours, limit=LONGEST_MESSAGE)
        self._reading = asyncio.create_task(self._read(reader, on_end))

    async def call(self, method: str, params: Json, session: str = "", within_s: float = 10.0) -> Json:
        """Send a command and return its result. ``session``: the page's, "" = the browser. Raises BrowserLost."""
        if self._writer is None or not self.open:
            raise BrowserLost("The browser ended.")
        number = next(self._numbers)
        command = {"id": number, "method": method, "params": params} | ({"sessionId": session} if session else {})
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        try:
            self._writer.write(json.dumps(command).encode() + b"\0")
            await self._writer.drain()
            async with asyncio.timeout(within_s):
                found = await answer
        except TimeoutError as error:
            raise BrowserLost(f"The browser didn't answer within {within_s:g} s.") from error
        except OSError as error:
            raise BrowserLost("The browser ended.") from error
        finally:
            self._answers.pop(number, None)
        if "error" in found:
            raise BrowserLost(f"The browser refused {method}: {found['error'].get('message', '')}")
        return found["result"]

    async def close(self) -> None:
        """Close our end and stop reading. Idempotent."""
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    # ── inside

    async def _read(self, reader: asyncio.StreamReader, on_end: Callable[[], None]) -> None:
        try:
            while True:
                self._take(json.loads((await reader.readuntil(b"\0"))[:-1]))
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError, ValueError, RecursionError):
            pass  # the browser closed its end or wrote nonsense: either way the calls that wait fail below
        finally:
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(BrowserLost("The browser ended."))
            on_end()

    def _take(self, message: Json) -> None:
        if "id" in message:
            answer = self._answers.get(message["id"])
            if answer is not None and not answer.done():
                answer.set_result(message)
        elif listener := self.listeners.get(message.get("sessionId", "")):
            listener(message["method"], message.get("params", {}))
