"""A real HTTP server on loopback that answers from a script and keeps what it was asked."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class ScriptedReply:
    """One answer. ``reset`` breaks the connection instead; ``hang`` waits until the server ends."""

    status: int = 200
    body: bytes | dict[str, Any] = b""
    headers: dict[str, str] = field(default_factory=dict)
    reset: bool = False
    hang: bool = False


@dataclass(frozen=True)
class AgoraRequest:
    """One request as it came in."""

    method: str
    path: str
    authorization: str
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class ScriptedServer(ThreadingHTTPServer):
    """Gives the answers of ``script`` in order; the last one is given again and again."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script: list[ScriptedReply] = []
        self.asked: list[AgoraRequest] = []
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def says(self, *script: ScriptedReply) -> None:
        self.script, self.asked = list(script), []


class _Handler(BaseHTTPRequestHandler):
    server: ScriptedServer

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def _answer(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append(AgoraRequest(self.command, self.path, self.headers.get("Authorization", ""), raw))
        script = self.server.script
        say = script.pop(0) if len(script) > 1 else script[0]
        if say.hang:
            self.server.over.wait(10)
        if say.reset or say.hang:
            # linger 0: the connection ends with RST, not FIN
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
            return
        body = json.dumps(say.body).encode() if isinstance(say.body, dict) else say.body
        self.send_response(say.status)
        for name, value in ({"Content-Type": "application/json"} | say.headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def finish(self) -> None:
        with contextlib.suppress(OSError, ValueError):  # a reset connection cannot be flushed
            super().finish()


def run() -> Iterator[ScriptedServer]:
    """For a fixture: the server, running until the test ends."""
    server = ScriptedServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
