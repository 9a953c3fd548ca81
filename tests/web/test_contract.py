"""The samples' backend as routes: off without a key, never for another site's page."""

from __future__ import annotations

import asyncio
import json
import time

import httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from greenroom.model.session import API
from greenroom.web.contract import BODY_MAX_BYTES, contract_routes
from greenroom.web.key_throttle import WAITING_OF_ONE
from greenroom.web.sample_backend import SampleBackend

pytestmark = pytest.mark.twin

KEY = "a-key-of-the-tests"
BEARER = {"authorization": f"Bearer {KEY}"}


@pytest.fixture
def api(harness):
    with TestClient(Starlette(routes=contract_routes(SampleBackend(harness.external, API), KEY))) as opened:
        yield opened


def test_health_is_for_everybody(api, client):
    """row 15"""
    assert api.get("/health").json() == {"status": "ok", "service": "greenroom"}
    assert client.get("/health").status_code == 200


@pytest.mark.parametrize("path", ["/start-agent", "/hangup-agent?agent_id=a"])
def test_without_the_key_nothing_is_done(api, client, path):
    """rows 5, 15"""
    in_address = f"{path}{'&' if '?' in path else '?'}key={KEY}"  # no key
    for answer in (api.get(path), api.get(path, headers={"authorization": "Bearer wrong"}), api.get(in_address)):
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="greenroom"')
    off = client.get(path, headers=BEARER)
    assert (off.status_code, "www-authenticate" in off.headers) == (403, False), "no key would help"
    assert "GREENROOM_API_KEY" in off.json()["advice"]


def test_an_agent_from_start_to_end(api):
    """rows 6, 9, 15, 62"""
    started = api.get("/start-agent", params={"prompt": "Be brief."}, headers=BEARER)
    assert started.status_code == 200
    assert started.headers["cache-control"] == "no-store"
    agent_id = json.loads(started.json()["agent_response"]["response"])["agent_id"]
    assert api.get("/hangup-agent", params={"agent_id": agent_id}, headers=BEARER).json()["agent_response"]["success"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"[" * 5000, b"\xff", bytes(BODY_MAX_BYTES + 1)])
def test_a_body_that_is_none_is_refused(api, body):
    assert api.post("/speak", content=body, headers=BEARER).status_code == 400


@pytest.mark.parametrize("half", [b"\\ud83d", b"\xed\xa0\xbd"], ids=["escaped", "encoded"])
def test_half_a_character_is_no_fault_of_the_server(api, harness, half):
    agent_id = harness.session(harness.run()).agora_agent_id
    said = b'{"agent_id": "' + agent_id.encode() + b'", "text": "Hello ' + half + b'"}'
    assert api.post("/speak", content=said, headers=BEARER).status_code == 200
    assert api.post("/client-keys", content=b'{"' + half + b'": 1}', headers=BEARER).status_code in (400, 403)


def test_a_page_of_another_site_cannot_ask(api):
    answer = api.options("/start-agent", headers={"origin": "https://evil.example", "access-control-request-method": "GET"})
    assert "access-control-allow-origin" not in answer.headers


def test_each_wrong_key_is_answered_later_and_logged_and_the_right_one_at_once(api, caplog):
    with caplog.at_level("INFO", logger="greenroom.security"):
        for _ in range(4):
            assert api.get("/start-agent", headers={"authorization": "Bearer guess"}).status_code == 401
        begun = time.monotonic()
        assert api.post("/speak", content=b"[", headers=BEARER).status_code == 400
        right_s = time.monotonic() - begun
    waits = [record.args["wait_s"] for record in caplog.records if record.args and record.args["event"] == "api_key_refused"]
    assert waits == sorted(waits)
    assert waits[-1] >= 8 * waits[0]
    assert "guess" not in caplog.text
    assert right_s < waits[-1], "who has the key does not wait for others' guesses"


async def test_a_client_whose_wrong_keys_wait_gets_no_answer_to_further_guesses(harness):
    """Without it, whoever opens many connections may guess as fast as the server answers."""
    app = Starlette(routes=contract_routes(SampleBackend(harness.external, API), KEY))

    async def guess(address: str, bearer: str) -> int:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app, client=(address, 1)), base_url="http://test") as client:
            return (await client.post("/speak", content=b"[", headers={"authorization": f"Bearer {bearer}"})).status_code

    waiting = [asyncio.create_task(guess("203.0.113.5", "guess")) for _ in range(WAITING_OF_ONE)]
    while await guess("203.0.113.5", KEY) != 429:
        assert not all(attempt.done() for attempt in waiting)
    assert await guess("203.0.113.6", KEY) == 400, "others go on"
    assert await guess("127.0.0.1", KEY) == 400
    assert set(await asyncio.gather(*waiting)) == {401}
    assert await guess("203.0.113.5", KEY) == 400
