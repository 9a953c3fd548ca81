"""A language model that takes no time: a server on this machine that speaks OpenAI's chat completions, streamed."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class InstantModel:
    """Answers every question with ``answer``, word by word, at once. Use as a context."""

    def __init__(self, answer: str) -> None:
        events = [json.dumps({"choices": [{"delta": {"content": f"{word} "}}]}) for word in answer.split()]
        body = "".join(f"data: {event}\n\n" for event in [*events, "[DONE]"]).encode()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("_Told", (_ModelServerHandler,), {"body": body}))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, name="instant model")

    @property
    def url(self) -> str:
        """The whole address of the chat completions."""
        return f"http://127.0.0.1:{self._server.server_port}/v1/chat/completions"

    def __enter__(self) -> InstantModel:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


class _ModelServerHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60
    body = b""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: {len(self.body)}\r\n\r\n"
        self.wfile.write(head.encode() + self.body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: standard output is the figures', and what was asked is nobody's business."""
