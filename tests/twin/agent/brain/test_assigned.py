"""Which agent gets which brain, and that one is open while it is used and closed after."""

from __future__ import annotations

import asyncio
import os

import pytest
import pytest_asyncio

from greenroom.model.brain_choice import BrainChoice
from greenroom.twin.agent.brain import fit, local_server
from greenroom.twin.agent.brain.assigned import AssignedBrains, Assignment
from greenroom.twin.agent.brain.base import BrainError
from greenroom.twin.agent.brain.gguf import GgufBrain
from greenroom.twin.agent.brain.openai_compatible import OpenAICompatible
from greenroom.twin.agent.brain.pool import BrainPool
from greenroom.twin.agent.brain.scripted import ScriptedBrain
from tests.twin.agent.brain.shelf import OLLAMA, LocalModels

pytestmark = pytest.mark.twin

ASK = [{"role": "user", "content": "Hello?"}]
SCRIPTED = BrainChoice("scripted")
OWN = {"url": "http://127.0.0.1:9/v1/chat/completions", "api_key": "sk"}


@pytest_asyncio.fixture
async def brains(tmp_path, monkeypatch):
    monkeypatch.setattr(local_server.find, "__defaults__", ((),))
    opened = AssignedBrains(BrainPool(lambda: None, str(tmp_path)), SCRIPTED)
    await opened.open()
    yield opened
    await opened.close()


async def said(brain, **params) -> str:
    return "".join([token async for token in brain.stream(ASK, params)])


async def test_the_brain_for_all_answers_where_nothing_else_is_assigned(brains):
    assert isinstance(await brains.borrow("ava"), ScriptedBrain)
    assert brains.label == ScriptedBrain.label


async def test_a_server_is_asked_for_the_model_that_was_chosen_with_the_key(brains):
    server = await LocalModels(OLLAMA).open()
    choice = BrainChoice("server", url=f"http://127.0.0.1:{server.port}/v1/", model="llama3.2:3b", name="Ollama")
    brains.assign("ava", Assignment(choice, "sk-1"))
    brain = await brains.borrow("ava")
    assert brain.label == "llama3.2:3b (Ollama)"
    assert await said(brain, model="gpt-4o-mini", max_tokens=9) == "Hi there."
    assert (server.bodies[-1]["model"], server.bodies[-1]["max_tokens"]) == ("llama3.2:3b", 9)
    assert (server.headers[-1][":path"], server.headers[-1]["authorization"]) == ("/v1/chat/completions", "Bearer sk-1")
    await brains.give_back(brain)
    await server.close()
    assert isinstance(await brains.borrow("ava"), ScriptedBrain), "an assignment is for one agent, once"


async def test_an_agents_own_server_goes_before_the_brain_for_all_but_not_before_one_chosen_for_it(brains):
    assert isinstance(brains.own_server(OWN, "ava"), OpenAICompatible)
    brains.assign("ava", Assignment(SCRIPTED))
    assert isinstance(brains.own_server(OWN, "ava"), OpenAICompatible)
    brains.assign("ava", Assignment(SCRIPTED, replaces_own=True))
    assert brains.own_server(OWN, "ava") is None
    assert brains.own_server({**OWN, "credential_mode": "managed"}) is None
    assert brains.own_server({**OWN, "style": "anthropic"}) is None


async def test_what_cannot_be_opened_fails_at_each_answer_and_not_the_agent(brains, tmp_path):
    brains.assign("ava", Assignment(BrainChoice("gguf", path=str(tmp_path / "gone.gguf"))))
    brain = await brains.borrow("ava")
    with pytest.raises(BrainError, match=r"gone\.gguf can't be read"):
        await said(brain)
    await brains.give_back(brain)


async def test_a_choice_for_all_that_cannot_be_opened_or_loaded_keeps_the_one_before(brains, tmp_path, make_model):
    for path in (
        str(tmp_path / "gone.gguf"),
        make_model(general__architecture="unheard_of", unheard_of__block_count=1, unheard_of__attention__head_count=1),
    ):
        with pytest.raises(BrainError):
            await brains.use(BrainChoice("gguf", path=path))
        assert brains.label == ScriptedBrain.label
        assert isinstance(await brains.borrow("ava"), ScriptedBrain)


async def test_a_model_file_is_shared_and_closed_by_the_last_who_leaves(brains, packaged_model):
    choice = BrainChoice("gguf", path=packaged_model)
    for name in ("ava", "ben"):
        brains.assign(name, Assignment(choice))
    ava, ben = await brains.borrow("ava"), await brains.borrow("ben")
    assert ava is ben
    await ava.load()
    assert brains.pool.loaded_files == [packaged_model]
    await brains.give_back(ava)
    assert ben.loaded
    await brains.give_back(ben)
    assert not ben.loaded
    assert brains.pool.loaded_files == []


async def test_the_model_for_all_stays_loaded_until_another_is_chosen(brains, packaged_model):
    brain = await brains.use(BrainChoice("gguf", path=packaged_model))
    assert isinstance(brain, GgufBrain)
    await brain.load()
    await brains.give_back(await brains.borrow("ava"))
    assert brain.loaded
    await brains.use(SCRIPTED)
    assert not brain.loaded


async def test_auto_takes_a_downloaded_model_then_a_servers_then_the_script(brains, monkeypatch, make_model):
    assert isinstance(await brains.use(BrainChoice("auto")), ScriptedBrain)
    await brains.use(SCRIPTED)
    server = await LocalModels(OLLAMA).open()
    monkeypatch.setattr(local_server.find, "__defaults__", ([local_server.LocalServer("Ollama", server.port)],))
    assert (await brains.use(BrainChoice("auto"))).label == "llama3.2:3b (Ollama)"
    await brains.use(SCRIPTED)
    make_model("downloaded")
    assert (await brains.use(BrainChoice("auto"))).label == "downloaded (model file)"
    await server.close()


async def test_auto_follows_a_server_that_is_started_or_stopped_and_skips_what_does_not_fit(brains, monkeypatch):
    await brains.use(BrainChoice("auto"))
    server = await LocalModels(OLLAMA).open()
    monkeypatch.setattr(local_server.find, "__defaults__", ([local_server.LocalServer("Ollama", server.port)],))
    in_a_call = await brains.borrow("ava")
    await brains.offers()
    assert brains.label == in_a_call.label == ScriptedBrain.label, "a call keeps its brain"
    await brains.give_back(in_a_call)
    await brains.offers()
    assert brains.label == "llama3.2:3b (Ollama)"
    monkeypatch.setattr(fit, "available_bytes", lambda: fit.SPARE_BYTES + 1)
    await brains.offers()
    assert brains.label == "qwen2.5:1.5b (Ollama)", "it is in memory"
    await server.close()
    brain = await brains.borrow("ava")
    assert isinstance(brain, ScriptedBrain)
    assert brains.label == ScriptedBrain.label
    await brains.give_back(brain)


async def test_everything_found_is_offered_with_its_figures(brains, monkeypatch, make_model):
    server = await LocalModels(OLLAMA).open()
    monkeypatch.setattr(local_server.find, "__defaults__", ([local_server.LocalServer("Ollama", server.port)],))
    make_model("small", size=1_000_000)
    make_model("huge", size=900_000_000_000)
    found = {offer.label: offer for offer in await brains.offers()}
    await server.close()
    assert list(found) == [
        "llama3.2:3b",
        "qwen2.5:1.5b",
        "huge",
        "small",
        "SmolLM2-135M (built in)",
        "Scripted responder",
    ]
    assert found["llama3.2:3b"].need > 2_000_000_000
    assert found["small"].tokens_per_s > 0
    assert "is free" in found["huge"].refused
    assert found["qwen2.5:1.5b"].loaded


async def test_a_file_that_cannot_be_loaded_is_passed_over_by_the_automatic_brain(tmp_path, monkeypatch, make_model):
    monkeypatch.setattr(local_server.find, "__defaults__", ((),))
    make_model("damaged")  # a good head, and no weights
    brains = AssignedBrains(BrainPool(lambda: None, str(tmp_path)), BrainChoice("auto"))
    await brains.open()
    caller = await brains.borrow("ava")
    assert caller.label == "damaged (model file)"
    async with asyncio.timeout(60):
        while brains.label != ScriptedBrain.label:
            await asyncio.sleep(0.05)
    with pytest.raises(BrainError, match="could not be loaded"):
        await said(caller)
    other = await brains.borrow("kai")
    assert isinstance(other, ScriptedBrain)
    await brains.give_back(other)
    await brains.offers()
    assert brains.label == ScriptedBrain.label, "a search takes it up again"
    os.utime(tmp_path / "damaged.gguf", ns=(1, 1))
    await brains.offers()
    assert brains.label == "damaged (model file)", "a file that was replaced is tried again"
    await brains.give_back(caller)
    await brains.close()
