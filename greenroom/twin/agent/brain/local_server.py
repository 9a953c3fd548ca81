"""Finds a model server on this computer: Ollama, LM Studio or llama.cpp at their default ports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import httpx

from greenroom.twin.agent.brain.openai_compatible import OpenAICompatible

PROBE_TIMEOUT_S = 0.4


@dataclass(frozen=True, slots=True)
class LocalServer:
    name: str
    port: int


LOCAL_SERVERS: tuple[LocalServer, ...] = (
    LocalServer("Ollama", 11434),
    LocalServer("LM Studio", 1234),
    LocalServer("llama.cpp", 8080),
)


async def find(servers: Sequence[LocalServer] = LOCAL_SERVERS) -> OpenAICompatible | None:
    """The first of these servers that lists a model; None when none does within :data:`PROBE_TIMEOUT_S`."""
    async with httpx.AsyncClient(timeout=PROBE_TIMEOUT_S, trust_env=False) as client:
        for known in servers:
            root = f"http://127.0.0.1:{known.port}/v1"
            try:
                answer = await client.get(f"{root}/models")
                model = str(answer.raise_for_status().json()["data"][0]["id"])
            except (httpx.HTTPError, ValueError, KeyError, IndexError, TypeError):
                continue
            return OpenAICompatible(f"{root}/chat/completions", model=model, label=f"{known.name}: {model}")
    return None
