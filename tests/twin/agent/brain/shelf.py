"""A small HTTP server that speaks the APIs of local model servers: each path with its answer, chat as a stream."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import Iterator, Mapping
from typing import Any

from tests.twin.agent.model_server import ModelServer, Send, says

OLLAMA = {
    "/v1/models": {"object": "list", "data": [{"id": "nomic-embed-text:latest"}, {"id": "llama3.2:3b"}, {"id": "qwen2.5:1.5b"}]},
    "/api/tags": {
        "models": [
            {"name": "nomic-embed-text:latest", "size": 274302450, "details": {"family": "nomic-bert"}},
            {
                "name": "llama3.2:3b",
                "size": 2019393189,
                "details": {"family": "llama", "parameter_size": "3.2B", "quantization_level": "Q4_K_M"},
            },
            {"name": "qwen2.5:1.5b", "size": 986061892, "details": None},
        ]
    },
    "/api/ps": {"models": [{"name": "qwen2.5:1.5b", "size_vram": 0}]},
}
LM_STUDIO = {
    "/v1/models": {"data": [{"id": "phi-4-mini"}, {"id": "text-embedding-nomic"}]},
    "/api/v0/models": {
        "data": [
            {"id": "phi-4-mini", "type": "llm", "state": "not-loaded", "quantization": "Q4_K_M", "arch": "phi3"},
            {"id": "text-embedding-nomic", "type": "embeddings", "state": "not-loaded"},
        ]
    },
}
LLAMA_CPP = {"/v1/models": {"data": [{"id": "qwen.gguf", "meta": {"size": 1117320192, "n_params": 1543714304}}]}}


class LocalModels(ModelServer):
    """``pages``: path → JSON of the answer. Chats get ``behavior``."""

    def __init__(self, pages: Mapping[str, Any]) -> None:
        super().__init__()
        self.pages = pages
        self.chat = says("Hi ", "there.")
        self.behavior = self._answer

    async def _answer(self, send: Send) -> None:
        path = self.headers[-1][":path"]
        if path.endswith("/chat/completions"):
            await self.chat(send)
            return
        page = self.pages.get(path)
        status, body = ("200 OK", json.dumps(page)) if page is not None else ("404 Not Found", "404 page not found")
        await send(f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())


@contextlib.contextmanager
def serving(pages: Mapping[str, Any]) -> Iterator[LocalModels]:
    """The same for tests without a loop: it answers from a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = LocalModels(pages)
    asyncio.run_coroutine_threadsafe(server.open(), loop).result(10)
    yield server
    asyncio.run_coroutine_threadsafe(_closed(server), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


async def _closed(server: LocalModels) -> None:
    await server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0)  # the sockets close in the loop's next round
