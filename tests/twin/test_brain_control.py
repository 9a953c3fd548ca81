"""The twin's endpoints for brains, as a client of this computer uses them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette

from greenroom.clock import Clock
from greenroom.model.brain_choice import BrainChoice
from greenroom.twin.agent.brain import local_server
from greenroom.twin.agent.brain.assigned import AssignedBrains
from greenroom.twin.agent.brain.pool import BrainPool
from greenroom.twin.brain_control import BrainControl
from greenroom.twin.rest import RequestRefused, on_refused
from tests.conftest import PATIENCE_S
from tests.twin.agent.brain.shelf import OLLAMA, LocalModels
from tests.twin.agent.model_server import refuses

pytestmark = pytest.mark.twin

SCRIPTED = {"kind": "scripted"}


@pytest_asyncio.fixture
async def models() -> AsyncIterator[LocalModels]:
    server = LocalModels(OLLAMA)
    await server.open()
    yield server
    await server.close()


@pytest_asyncio.fixture
async def brains(models, monkeypatch) -> AsyncIterator[AssignedBrains]:
    monkeypatch.setattr(local_server.find, "__defaults__", ([local_server.LocalServer("Ollama", models.port)],))
    opened = AssignedBrains(BrainPool(lambda: None), BrainChoice("scripted"))
    await opened.open()
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def client(brains) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=BrainControl(brains, Clock()).routes(), exception_handlers={RequestRefused: on_refused})
    here = httpx.ASGITransport(app, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=here, base_url="http://127.0.0.1", timeout=PATIENCE_S) as opened:
        yield opened


def served(models: LocalModels) -> dict[str, str]:
    return {"kind": "server", "url": f"http://127.0.0.1:{models.port}/v1", "model": "llama3.2:3b", "name": "Ollama"}


async def test_what_was_found_is_listed_with_what_answers_now(client, models):
    body = (await client.get("/twin/brains")).json()
    assert body["answering"].startswith("Scripted responder")
    assert [offer["label"] for offer in body["offers"]][:2] == ["llama3.2:3b", "qwen2.5:1.5b"]
    assert body["offers"][0]["choice"] == served(models)


async def test_a_question_is_answered_and_measured(client, models):
    answer = await client.post("/twin/brains/try", json={"choice": served(models), "key": "sk-1", "question": "Hello?"})
    assert answer.json()["answer"] == "Hi there."
    assert answer.json()["first_token_ms"] >= 0
    assert models.headers[-1]["authorization"] == "Bearer sk-1"


async def test_a_brain_that_fails_says_why_without_the_key(client, models):
    models.chat = refuses(401)
    answer = await client.post("/twin/brains/try", json={"choice": served(models), "key": "sk-1", "question": "Hello?"})
    assert (answer.status_code, answer.json()["detail"]) == (409, "the model's server answered 401")


async def test_the_brain_for_all_and_for_one_are_taken_over(client, brains, models):
    answer = await client.post("/twin/brains/use", json={"choice": served(models)})
    assert answer.json() == {"answering": "llama3.2:3b (Ollama)"} == {"answering": brains.label}
    assigned = await client.post("/twin/brains/assign", json={"choice": SCRIPTED, "name": "ava"})
    assert assigned.status_code == 204
    assert (await brains.borrow("ava")).label.startswith("Scripted")
    assert (await brains.borrow("ben")).label == "llama3.2:3b (Ollama)"


async def test_a_file_is_looked_at_before_it_is_used(client, tmp_path):
    answer = await client.post("/twin/brains/look", json={"choice": {"kind": "gguf", "path": str(tmp_path / "x.gguf")}})
    assert "can't be read" in answer.json()["refused"]
    used = await client.post("/twin/brains/use", json={"choice": {"kind": "gguf", "path": str(tmp_path / "x.gguf")}})
    assert used.status_code == 409


@pytest.mark.parametrize(
    "choice", [{"kind": "magic"}, {"kind": "gguf"}, {"kind": "server", "url": "ftp://x"}, {"kind": "server"}, {"kind": 5}]
)
@pytest.mark.parametrize("path", ["look", "use"])
async def test_a_choice_that_is_none_is_refused(client, choice, path):
    answer = await client.post(f"/twin/brains/{path}", json={"choice": choice})
    assert answer.status_code == 400


async def test_pages_of_other_origins_are_refused(client):
    for method, path in (("GET", ""), ("POST", "/look"), ("POST", "/try"), ("POST", "/use"), ("POST", "/assign")):
        answer = await client.request(method, f"/twin/brains{path}", headers={"origin": "https://evil.example"})
        assert answer.status_code == 403, path


async def test_a_conversation_is_answered_for_a_caller_that_a_model_plays(client, models):
    said = [{"role": "system", "content": "You are Maria."}, {"role": "user", "content": "How can I help you?"}]
    answer = await client.post("/twin/brains/chat", json={"choice": served(models), "key": "sk-1", "messages": said})
    assert (answer.status_code, bool(answer.json()["answer"])) == (200, True)
    wrong = await client.post("/twin/brains/chat", json={"choice": served(models), "messages": [{"role": "user"}]})
    assert (wrong.status_code, "content must be a text" in wrong.json()["detail"]) == (400, True)
