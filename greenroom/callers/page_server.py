"""Serves the callers' page to the browser on this computer, from the stage's build. The files are public: no key is asked for."""

from __future__ import annotations

import asyncio
import contextlib
import json
from pathlib import Path

BUILD_DIR = Path(__file__).parents[2] / "components" / "call" / "frontend" / "build"
_PAGE = (
    '<!doctype html><meta charset="utf-8"><title>A simulated caller</title><script type="importmap">{}</script>'
    '<script type="module" src="caller-page.js"></script>'
)
_SDK = "AgoraRTC_N-production-*.js"
_LONGEST_REQUEST = 16_384
_READ_S = 10.0


class PageServer:
    """An HTTP server on the loopback address, at a port that the system chooses."""

    def __init__(self) -> None:
        self._server: asyncio.Server | None = None

    @property
    def built(self) -> bool:
        return (BUILD_DIR / "caller-page.js").is_file()

    async def start(self) -> str:
        """Listen, if it doesn't yet. Returns the page's address."""
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_LONGEST_REQUEST)
        return f"http://localhost:{self._server.sockets[0].getsockname()[1]}/"

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        faults = (OSError, ValueError, IndexError, asyncio.IncompleteReadError, asyncio.LimitOverrunError)
        with contextlib.suppress(*faults):  # a request that is cut short or no HTTP gets no answer
            async with asyncio.timeout(_READ_S):
                head = await reader.readuntil(b"\r\n\r\n")
            name = head.split(b" ", 2)[1].decode("ascii", "replace").split("?")[0].lstrip("/")
            body, kind = await asyncio.to_thread(self._file, name)
            status = "200 OK" if body is not None else "404 Not Found"
            body = body or b""
            lines = (f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", "Connection: close", "", "")
            writer.write("\r\n".join(lines).encode() + body)
            await writer.drain()
        writer.close()

    def _file(self, name: str) -> tuple[bytes | None, str]:
        if not name:
            sdk = next((f"./{one.name}" for one in BUILD_DIR.glob(_SDK)), "")
            return _PAGE.format(json.dumps({"imports": {"agora-rtc-sdk-ng": sdk}})).encode(), "text/html; charset=utf-8"
        if not name.endswith(".js") or "/" in name or "\\" in name:
            return None, "text/plain"
        try:
            return (BUILD_DIR / name).read_bytes(), "text/javascript; charset=utf-8"
        except OSError:
            return None, "text/plain"
