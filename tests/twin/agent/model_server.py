"""A real HTTP server that speaks OpenAI's chat completions as it is told to, and remembers what it was asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

Send = Callable[[bytes], Coroutine[Any, Any, None]]
Behavior = Callable[[Send], Coroutine[Any, Any, None]]

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


class ModelServer:
    """Listens on a free port of this machine. ``behavior`` writes the whole answer, head and all."""

    def __init__(self) -> None:
        self.behavior: Behavior = says("Hello from the model.")
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.hung_up = 0
        self.port = 0
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1/chat/completions"

    async def open(self) -> ModelServer:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:]) if name}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.headers.append(headers | {":path": head[0].split(" ")[1]})
        if body:
            self.bodies.append(json.loads(body))

        async def send(piece: bytes) -> None:
            writer.write(piece)
            await writer.drain()

        try:
            await self.behavior(send)
        except (ConnectionError, asyncio.CancelledError):
            self.hung_up += 1
        finally:
            writer.close()


def event(text: str) -> bytes:
    """One server-sent event with a piece of text."""
    return b"data: " + json.dumps({"choices": [{"delta": {"content": text}}]}, ensure_ascii=False).encode() + b"\n\n"


def says(*pieces: str, every_s: float = 0.0) -> Behavior:
    async def behavior(send: Send) -> None:
        await send(HEAD)
        for piece in pieces:
            await send(event(piece))
            await asyncio.sleep(every_s)
        await send(b"data: [DONE]\n\n")

    return behavior


def writes(*pieces: bytes, every_s: float = 0.0) -> Behavior:
    """Raw bytes, one write each."""

    async def behavior(send: Send) -> None:
        for piece in pieces:
            await send(piece)
            await asyncio.sleep(every_s)

    return behavior


def refuses(status: int) -> Behavior:
    return writes(f"HTTP/1.1 {status} No\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}".encode())


def calls_tools(*calls: tuple[str, str], said: str = "", identity: str = "") -> Behavior:
    """Tool calls as OpenAI streams them: a name first, then the arguments in pieces, each call under its index.

    ``identity``: the id of every call, as some servers give one to all.
    """

    async def behavior(send: Send) -> None:
        await send(HEAD + (event(said) if said else b""))
        for index, (name, arguments) in enumerate(calls):
            function: dict[str, Any] = {"name": name, "arguments": ""}
            await send(_delta([{"index": index, "id": identity or f"call_{index}", "type": "function", "function": function}]))
            for piece in (arguments[:5], arguments[5:]):
                await send(_delta([{"index": index, "function": {"arguments": piece}}]))
        await send(b"data: [DONE]\n\n")

    return behavior


def in_turn(*behaviors: Behavior) -> Behavior:
    """The first request gets the first, the last one goes on for ever."""
    waiting = list(behaviors)

    async def behavior(send: Send) -> None:
        await (waiting.pop(0) if len(waiting) > 1 else waiting[0])(send)

    return behavior


def _delta(calls: list[dict[str, Any]]) -> bytes:
    return b"data: " + json.dumps({"choices": [{"delta": {"tool_calls": calls}}]}).encode() + b"\n\n"
