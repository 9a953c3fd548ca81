"""Model servers on this computer are found with their models, each through its own API."""

from __future__ import annotations

import asyncio

import pytest

from greenroom.twin.agent.brain.local_server import LocalServer, find
from tests.twin.agent.brain.shelf import LLAMA_CPP, LM_STUDIO, OLLAMA, LocalModels
from tests.twin.agent.model_server import ModelServer, writes

pytestmark = pytest.mark.twin


async def models_of(pages, name: str = "Ollama"):
    server = await LocalModels(pages).open()
    try:
        return await find([LocalServer("Nobody", 9), LocalServer(name, server.port)]), server.port
    finally:
        await server.close()


async def test_ollama_tells_its_models_their_sizes_and_which_are_in_memory():
    found, port = await models_of(OLLAMA)
    assert [(m.model, m.detail, m.size, m.loaded) for m in found] == [
        ("llama3.2:3b", "3.2B · Q4_K_M", 2019393189, False),
        ("qwen2.5:1.5b", "", 986061892, True),
    ]
    assert {(m.server, m.url) for m in found} == {("Ollama", f"http://127.0.0.1:{port}/v1")}


async def test_lm_studio_tells_which_models_chat():
    found, _ = await models_of(LM_STUDIO, "LM Studio")
    assert [(m.model, m.detail, m.loaded) for m in found] == [("phi-4-mini", "phi3 · Q4_K_M", False)]


async def test_llama_cpp_tells_the_one_it_has_loaded():
    found, _ = await models_of(LLAMA_CPP, "llama.cpp")
    assert [(m.model, m.detail, m.size, m.loaded) for m in found] == [("qwen.gguf", "1.5B", 1117320192, True)]


@pytest.mark.parametrize("listing", [b"{}", b'{"data": []}', b"<html>", b'{"data": 5}', b'{"data": [{"id": 5}]}', b"[]", b"5"])
async def test_a_server_without_models_is_not_taken(server, listing):
    server.behavior = writes(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + listing)
    assert await find([LocalServer("Web", server.port)]) == []


async def test_a_server_that_keeps_quiet_holds_nobody_up():
    server = await ModelServer().open()
    server.behavior = writes(b"", every_s=5)
    async with asyncio.timeout(4):
        assert await find([LocalServer("Silent", server.port)]) == []
    await server.close()
