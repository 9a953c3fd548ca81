"""A chat completions server whose answers a test writes."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Messages = list[dict[str, Any]]


class ScriptedChat:
    """Answers the messages of each request with ``answer``: a text, or an HTTP status. ``asked`` keeps the messages.

    A ``strict`` one refuses parameters besides model, messages and temperature.
    """

    def __init__(self, answer: Callable[[Messages], str | int]) -> None:
        self.answer, self.asked, self.strict = answer, list[Messages](), False
        chat = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                messages = body["messages"]
                chat.asked.append(messages)
                unknown = body.keys() - {"model", "messages", "temperature"}
                said = 400 if chat.strict and unknown else chat.answer(messages)
                content = json.dumps({"choices": [{"message": {"content": str(said)}}]}).encode()
                if body.get("stream"):
                    delta = json.dumps({"choices": [{"index": 0, "delta": {"content": str(said)}}]})
                    content = f"data: {delta}\n\ndata: [DONE]\n\n".encode()
                self.send_response(said if isinstance(said, int) else 200)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1/chat/completions"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
