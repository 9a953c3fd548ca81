"""A real HTTP server on loopback that plays any vendor: it answers from a script and keeps what it was asked."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class ScriptedAnswer:
    """``hang``: say nothing until the server ends."""

    status: int = 200
    body: bytes = b"{}"
    kind: str = "application/json"
    hang: bool = False


@dataclass(frozen=True)
class VendorRequest:
    method: str
    path: str
    headers: Message
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class ScriptedVendor:
    """``address`` sends a vendor's URL here; which host it was for is kept in ``hosts``."""

    url: str
    answer: ScriptedAnswer = field(default_factory=ScriptedAnswer)
    asked: list[VendorRequest] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def address(self, url: str) -> str:
        parts = urlsplit(url)
        self.hosts.append(parts.netloc)
        return f"{self.url}{parts.path}" + (f"?{parts.query}" if parts.query else "")


def serve() -> tuple[ThreadingHTTPServer, ScriptedVendor]:
    """Listening on a free port; the caller sets ``vendor.over``, shuts the server down and closes it."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            vendor.asked.append(VendorRequest(self.command, self.path, self.headers, raw))
            answer = vendor.answer
            if answer.hang:
                vendor.over.wait(10)
                return
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = _answer

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    vendor = ScriptedVendor(f"http://127.0.0.1:{server.server_address[1]}")
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return server, vendor
