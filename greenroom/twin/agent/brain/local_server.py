"""Finds model servers on this computer, and their models: Ollama, LM Studio and llama.cpp at their default ports.

Each is asked in its own API for what the common one (``/v1/models``) doesn't tell: sizes, and whether a model is loaded.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from greenroom.outside_json import Shape, UnreadableJson, fitting, read

PROBE_TIMEOUT_S = 0.4
_MOST_MODELS, _LARGEST_ANSWER = 100, 1 << 20
#: Parts of the names of models that don't chat: they turn texts into vectors, rank them, or recognize speech.
_NO_CHAT = ("embed", "rerank", "bge-", "minilm", "whisper")


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A program that serves models, and the port of 127.0.0.1 on which it listens by default."""

    name: str
    port: int


LOCAL_SERVERS: tuple[LocalServer, ...] = (
    LocalServer("Ollama", 11434),
    LocalServer("LM Studio", 1234),
    LocalServer("llama.cpp", 8080),
)


@dataclass(frozen=True, slots=True)
class ServedModel:
    """A model of a server. ``size``: bytes of its weights, 0 = not known. ``loaded``: it is in memory already."""

    server: str
    url: str
    model: str
    detail: str = ""
    size: int = 0
    loaded: bool = False


class _OllamaDetails(Shape, frozen=True):
    family: str = ""
    parameter_size: str = ""
    quantization_level: str = ""


class _OllamaModel(Shape, frozen=True):
    name: str
    size: int = 0
    details: _OllamaDetails = _OllamaDetails()


class _StudioModel(Shape, frozen=True):
    id: str
    type: str = "llm"
    state: str = ""
    quantization: str = ""
    arch: str = ""


class _Meta(Shape, frozen=True):
    size: int = 0
    n_params: int = 0
    ftype: str = ""


class _PlainModel(Shape, frozen=True):
    id: str
    meta: _Meta = _Meta()


async def find(servers: Sequence[LocalServer] = LOCAL_SERVERS) -> list[ServedModel]:
    """All models of the servers that answer within :data:`PROBE_TIMEOUT_S`, in the order of ``servers``."""
    async with httpx.AsyncClient(timeout=PROBE_TIMEOUT_S, trust_env=False) as client:
        found = await asyncio.gather(*(_models(client, server) for server in servers))
    return [model for models in found for model in models]


async def _models(client: httpx.AsyncClient, server: LocalServer) -> list[ServedModel]:
    root = f"http://127.0.0.1:{server.port}"
    url = f"{root}/v1"
    common = fitting(await _rows(client, f"{url}/models", "data"), _PlainModel)
    if not common:
        return []
    if rows := fitting(await _rows(client, f"{root}/api/tags", "models"), _OllamaModel):
        running = await _rows(client, f"{root}/api/ps", "models")
        names = {row.get("name") for row in running if isinstance(row, dict)}
        models: Iterable[ServedModel] = _of_ollama(server, url, rows, names)
    elif studio := fitting(await _rows(client, f"{root}/api/v0/models", "data"), _StudioModel):
        models = _of_studio(server, url, studio)
    else:
        models = _of_any(server, url, common)
    return [model for model in models if not _no_chat(model.model)][:_MOST_MODELS]


def _of_ollama(server: LocalServer, url: str, rows: Iterable[_OllamaModel], running: set[Any]) -> Iterator[ServedModel]:
    for row in rows:
        if "bert" not in row.details.family:
            detail = _joined(row.details.parameter_size, row.details.quantization_level)
            yield ServedModel(server.name, url, row.name, detail, row.size, row.name in running)


def _of_studio(server: LocalServer, url: str, rows: Iterable[_StudioModel]) -> Iterator[ServedModel]:
    for row in rows:
        if row.type in ("llm", "vlm"):
            yield ServedModel(server.name, url, row.id, _joined(row.arch, row.quantization), 0, row.state == "loaded")


def _of_any(server: LocalServer, url: str, rows: Iterable[_PlainModel]) -> Iterator[ServedModel]:
    """llama.cpp serves the one model it has loaded, and tells its size."""
    for row in rows:
        parameters = f"{row.meta.n_params / 1e9:.1f}B" if row.meta.n_params else ""
        yield ServedModel(server.name, url, row.id, _joined(parameters, row.meta.ftype), row.meta.size, row.meta.size > 0)


async def _rows(client: httpx.AsyncClient, url: str, name: str) -> list[Any]:
    """The list ``name`` in a server's answer; empty when no server answers, or its answer has another shape."""
    try:
        answer = await client.get(url)
        if answer.status_code != 200 or len(answer.content) > _LARGEST_ANSWER:
            return []
        rows = read(answer.content, dict[str, Any]).get(name)
    except (httpx.HTTPError, UnreadableJson):
        return []
    return rows if isinstance(rows, list) else []


def _no_chat(model: str) -> bool:
    return any(part in model.lower() for part in _NO_CHAT)


def _joined(*parts: str) -> str:
    return " · ".join(filter(None, parts))
