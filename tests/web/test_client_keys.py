"""Browser clients of other origins: which may ask, and what a short-lived key opens."""

from __future__ import annotations

import json

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from greenroom.errors import NotAllowed
from greenroom.http_security.allowed_hosts import AllowedHosts
from greenroom.http_security.client_origins import ClientOrigins
from greenroom.http_security.host_guard import HostGuard
from greenroom.model.session import API
from greenroom.services.calls import ClientKeys
from greenroom.web.contract import CLIENT_PATHS, contract_routes
from greenroom.web.sample_backend import SampleBackend

KEY, APP = "a-key-of-the-tests", "https://app.example"
BEARER = {"authorization": f"Bearer {KEY}"}
PREFLIGHT = {"access-control-request-method": "GET", "access-control-request-headers": "authorization"}


@pytest.fixture
def api(harness):
    keys = ClientKeys(b"secret of the tests", harness.clock)
    app = Starlette(
        routes=contract_routes(SampleBackend(harness.external, API), KEY, harness.clock, keys),
        middleware=[
            Middleware(ClientOrigins, (APP,), CLIENT_PATHS),
            Middleware(HostGuard, AllowedHosts(), AllowedHosts(origins=(APP,)), CLIENT_PATHS),
        ],
    )
    with TestClient(app, base_url="http://localhost", client=("127.0.0.1", 5)) as opened:
        yield opened


def client_key(api, **asked) -> dict[str, str]:
    answer = api.post("/client-keys", json=asked, headers=BEARER)
    assert answer.status_code == 200
    return {"authorization": f"Bearer {answer.json()['client_key']}", "origin": APP}


def agent_of(answer) -> str:
    assert answer.status_code == 200, answer.text
    return json.loads(answer.json()["agent_response"]["response"])["agent_id"]


@pytest.mark.twin
def test_a_browser_client_starts_and_ends_its_own_agent_and_no_other(api):
    """row 15"""
    mine, other = client_key(api), client_key(api)
    started = api.get("/start-agent", headers=mine)
    agent_id = agent_of(started)
    assert started.headers["access-control-allow-origin"] == APP
    for path in ("/hangup-agent", "/renew-token"):
        assert api.get(path, params={"agent_id": agent_id}, headers=other).status_code == 403
    assert api.post("/speak", json={"agent_id": agent_id, "text": "Hi"}, headers=other).status_code == 403
    assert api.get("/renew-token", params={"agent_id": agent_id}, headers=mine).status_code == 200
    assert api.get("/hangup-agent", params={"agent_id": agent_id}, headers=mine).status_code == 200


@pytest.mark.twin
def test_a_client_key_is_for_its_agent_and_shows_no_body(api, harness):
    name = harness.agents.list()[0].name
    key = client_key(api, profile=name)
    assert api.get("/start-agent", params={"profile": "another"}, headers=key).status_code == 403
    assert api.get("/start-agent", params={"debug": "1"}, headers=key).status_code == 403
    assert api.get("/start-agent", params={"connect": "false"}, headers=key).status_code == 200


@pytest.mark.unit
def test_an_expired_or_altered_key_opens_nothing(api, harness):
    key = client_key(api, lifetime_s=60)
    altered = {"authorization": key["authorization"][:-2] + "xx"}
    assert api.get("/hangup-agent", params={"agent_id": "a"}, headers=altered).status_code == 401
    harness.clock.ahead_s += 61
    expired = api.get("/start-agent", headers=key)
    assert (expired.status_code, "expired" in expired.json()["error"]) == (401, True)


@pytest.mark.unit
def test_a_client_key_makes_no_further_keys(api):
    assert api.post("/client-keys", json={}, headers=client_key(api)).status_code == 403
    assert api.post("/client-keys", json={"lifetime_s": 10**9}, headers=BEARER).status_code == 400
    assert api.post("/client-keys", json={"x": 1}, headers=BEARER).status_code == 400


@pytest.mark.unit
def test_only_listed_origins_and_only_the_backend_s_paths_are_shared(api):
    def shared(path: str, origin: str) -> bool:
        return api.options(path, headers={"origin": origin, **PREFLIGHT}).headers.get("access-control-allow-origin") == origin

    assert shared("/start-agent", APP)
    assert not shared("/start-agent", "https://evil.example")
    assert not shared("/client-keys", APP), "the API key belongs to a server"
    foreign = api.post("/speak", json={"agent_id": "a", "text": "x"}, headers={**BEARER, "origin": "https://evil.example"})
    assert foreign.status_code == 403
    for path in ("/start-agent", "/hangup-agent?agent_id=a", "/renew-token?agent_id=a", "/health"):
        assert api.get(path, headers={**BEARER, "origin": "https://evil.example"}).status_code == 403
        assert api.get(path, headers={**BEARER, "sec-fetch-site": "cross-site"}).status_code == 403
        assert api.get(path, headers={**BEARER, "origin": APP}).status_code != 403
    assert "access-control-allow-credentials" not in api.get("/health", headers={"origin": APP}).headers


@pytest.mark.unit
def test_auth_check_answers_the_samples_clients_and_guesses_as_slowly_as_any_other(api, caplog):
    assert api.get("/auth-check").json() == {"auth_required": True, "authenticated": False}
    assert api.get("/auth-check", headers=client_key(api)).json()["authenticated"]
    with caplog.at_level("INFO", logger="greenroom.security"):
        assert not api.get("/auth-check", headers={"authorization": "Bearer guess"}).json()["authenticated"]
    assert "api_key_refused" in caplog.text


@pytest.mark.unit
@pytest.mark.parametrize("text", ["", "gck_", "gck_.", "gck_e30.x", "gck_\udc80.\udc80", "gck_" + "a" * 700])
def test_no_text_is_taken_for_a_key_by_mistake(harness, text):
    with pytest.raises(NotAllowed):
        ClientKeys(b"s", harness.clock).read(text)


@pytest.mark.unit
def test_a_parameter_that_is_given_twice_is_named(api):
    answer = api.get("/start-agent?connect=false&version=1&version=2", headers=BEARER)
    assert answer.status_code == 400
    assert answer.json()["error"] == "version is given twice."
