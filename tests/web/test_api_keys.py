"""API keys from Settings at the samples' backend: permissions, one agent, expiry, revocation, and who is named where."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from greenroom.errors import GreenroomError, NotAllowed, NotFound
from greenroom.model.api_key import API_SCOPES, ApiKeyId
from greenroom.model.audit import AuditQuery
from greenroom.model.session import API
from greenroom.services.calls.token_service import TOKEN_LIFE_S
from greenroom.web import key_throttle
from greenroom.web.contract import Team, contract_routes
from greenroom.web.sample_backend import SampleBackend
from tests.services.conftest import Harness, make_harness

pytestmark = pytest.mark.twin


@pytest.fixture
def api(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(key_throttle, "FIRST_WAIT_S", 0.0)
    services = harness.services
    team = Team(services.api_keys, services.audit)
    backend = SampleBackend(harness.external, API)
    with TestClient(Starlette(routes=contract_routes(backend, "", harness.clock, services.client_keys, team))) as opened:
        yield opened


@pytest.fixture
def other_process(harness: Harness) -> Iterator[TestClient]:
    """On the same database."""
    there = make_harness(harness.services.twin.url, harness.config.data_dir, database_url=harness.config.database_url)
    team = Team(there.services.api_keys, there.services.audit)
    backend = SampleBackend(there.external, API)
    with TestClient(Starlette(routes=contract_routes(backend, "", there.clock, there.services.client_keys, team))) as opened:
        yield opened


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def made(harness: Harness, *scopes: str, **more: object) -> tuple[str, str]:
    key, text = harness.services.api_keys.create("Build server", scopes or API_SCOPES, **more)  # type: ignore[arg-type]
    return key.id, text


def test_a_key_starts_an_agent_in_its_name(harness: Harness, api: TestClient) -> None:
    assert api.get("/start-agent").status_code == 403
    key_id, text = made(harness)
    answer = api.get("/start-agent", headers=bearer(text))
    assert answer.status_code == 200
    (session,) = harness.calls.live()
    assert session.principal == f"api_key:Build server/{key_id}"
    (entry,) = harness.services.audit.page(AuditQuery(), 0, 10)
    assert (entry.actor, entry.kind, entry.action) == (session.principal, "launched", "external.start")
    assert harness.services.api_keys.list()[0].last_used_at is not None


def test_the_secret_is_stored_as_a_hash_and_shown_nowhere(harness: Harness, api: TestClient) -> None:
    key_id, text = made(harness)
    (stored,) = harness.services.api_keys.list()
    secret = text.partition(f"{key_id}_")[2]
    assert len(secret) >= 43
    assert secret not in repr(stored)


def test_a_key_does_what_it_was_made_for_and_nothing_else(
    harness: Harness, api: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="greenroom.security")
    _, starter = made(harness, "start")
    _, speaker = made(harness, "speak")
    started = api.get("/start-agent", headers=bearer(starter)).json()["agent_response"]["response"]
    agent_id = json.loads(started)["agent_id"]
    said = {"agent_id": agent_id, "text": "Hello."}
    for answer in (
        api.post("/speak", headers=bearer(starter), json=said),
        api.post("/client-keys", headers=bearer(starter), json={}),
        api.get("/start-agent", headers=bearer(speaker)),
        api.get("/hangup-agent", headers=bearer(speaker), params={"agent_id": agent_id}),
        api.get("/renew-token", headers=bearer(speaker), params={"agent_id": agent_id}),
    ):
        assert answer.status_code == 403
        assert "lacks the permission" in answer.json()["error"]
    events = [record.args for record in caplog.records if isinstance(record.args, dict)]
    refused = [event["path"] for event in events if event["event"] == "request_refused"]
    assert refused == ["/speak", "/client-keys", "/start-agent", "/hangup-agent", "/renew-token"]
    assert starter not in caplog.text


def test_a_key_reaches_its_own_calls_alone(harness: Harness, api: TestClient) -> None:
    _, one = made(harness)
    _, other = made(harness)
    started = api.get("/start-agent", headers=bearer(one)).json()
    agent_id, channel = json.loads(started["agent_response"]["response"])["agent_id"], started["channel"]
    for answer in (
        api.get("/hangup-agent", headers=bearer(other), params={"agent_id": agent_id}),
        api.get("/renew-token", headers=bearer(other), params={"agent_id": agent_id}),
        api.post("/speak", headers=bearer(other), json={"agent_id": agent_id, "text": "Hello."}),
        api.get("/start-agent", headers=bearer(other), params={"connect": "false", "channel": channel}),
        api.get("/start-agent", headers=bearer(other), params={"channel": channel}),
    ):
        assert answer.status_code == 403, answer.text
    assert api.get("/hangup-agent", headers=bearer(one), params={"agent_id": agent_id}).status_code == 200


def test_a_client_key_gets_no_token_for_another_visitors_channel(harness: Harness, api: TestClient) -> None:
    _, text = made(harness)
    anna, ben = (api.post("/client-keys", headers=bearer(text), json={}).json()["client_key"] for _ in range(2))
    channel = api.get("/start-agent", headers=bearer(anna)).json()["channel"]
    listening = api.get("/start-agent", headers=bearer(ben), params={"connect": "false", "channel": channel})
    assert listening.status_code == 403
    assert "token" not in listening.json()


def test_a_token_taken_beforehand_opens_no_call_of_another_key(harness: Harness, api: TestClient) -> None:
    """A token is good for a day: whoever held one for a name could listen to the call that somebody starts there later."""
    _, text = made(harness)
    anna, ben = (api.post("/client-keys", headers=bearer(text), json={}).json()["client_key"] for _ in range(2))
    early = api.get("/start-agent", headers=bearer(ben), params={"connect": "false", "channel": "lobby"})
    generated = api.get("/start-agent", headers=bearer(ben), params={"connect": "false"}).json()["channel"]
    assert early.status_code == 200
    for key in (anna, text):
        for channel in ("lobby", generated):
            refused = api.get("/start-agent", headers=bearer(key), params={"channel": channel})
            assert (refused.status_code, "agent_response" in refused.json()) == (403, False)
    assert harness.sessions.unfinished() == []
    mine = api.get("/start-agent", headers=bearer(ben), params={"channel": "lobby"})
    assert (mine.status_code, mine.json()["channel"]) == (200, "lobby"), "first tokens, then the agent, as the samples do"
    harness.calls.end(harness.sessions.unfinished()[0].id, "ended")
    assert api.get("/start-agent", headers=bearer(anna), params={"channel": "lobby"}).status_code == 403
    harness.clock.ahead_s += TOKEN_LIFE_S + 1
    later = api.get("/start-agent", headers=bearer(text), params={"channel": "lobby"})
    assert later.status_code == 200, "once no token is valid any more"


def test_a_channel_is_held_in_every_process(harness: Harness, api: TestClient, other_process: TestClient) -> None:
    _, one = made(harness)
    _, other = made(harness)
    channel = api.get("/start-agent", headers=bearer(one)).json()["channel"]
    for asked in ({"connect": "false"}, {}):
        answer = other_process.get("/start-agent", headers=bearer(other), params={"channel": channel, **asked})
        assert answer.status_code == 403
    studio = harness.launch()
    in_studio = {"connect": "false", "channel": harness.session(studio).channel}
    assert other_process.get("/start-agent", headers=bearer(other), params=in_studio).status_code == 403


def test_a_key_holds_no_endless_number_of_channels(harness: Harness, api: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("greenroom.services.calls.channel_names.MOST_HELD", 2)
    _, text = made(harness)
    answers = [api.get("/start-agent", headers=bearer(text), params={"connect": "false"}).status_code for _ in range(3)]
    assert answers == [200, 200, 429]


def test_a_key_for_one_agent_starts_no_other(harness: Harness, api: TestClient) -> None:
    name = harness.agents.list()[0].name
    _, text = made(harness, agent=name)
    assert api.get("/start-agent", headers=bearer(text), params={"profile": "another"}).status_code == 403
    assert api.post("/client-keys", headers=bearer(text), json={"profile": "another"}).status_code == 403
    assert api.post("/client-keys", headers=bearer(text), json={"profile": name}).status_code == 200
    assert api.get("/start-agent", headers=bearer(text), params={"connect": "false"}).status_code == 200


def test_a_client_key_does_no_more_than_the_key_that_issued_it(harness: Harness, api: TestClient) -> None:
    key_id, text = made(harness, "client_keys", days=1)
    client = bearer(api.post("/client-keys", headers=bearer(text), json={}).json()["client_key"])
    started = api.get("/start-agent", headers=client).json()["agent_response"]["response"]
    agent_id = json.loads(started)["agent_id"]
    (session,) = harness.calls.live()
    assert session.principal.startswith(f"api_key:Build server/{key_id}/")
    spoken = api.post("/speak", headers=client, json={"agent_id": agent_id, "text": "Hello."})
    assert spoken.status_code == 403
    assert "lacks the permission speak" in spoken.json()["error"]
    assert api.get("/renew-token", headers=client, params={"agent_id": agent_id}).status_code == 200


@pytest.mark.parametrize("how", ["revoked", "expired"])
def test_a_client_key_ends_with_the_key_that_issued_it(harness: Harness, api: TestClient, how: str) -> None:
    made(harness)  # another key stays
    key_id, text = made(harness, days=1)
    harness.clock.ahead_s += timedelta(hours=23, minutes=59).total_seconds()
    client = bearer(api.post("/client-keys", headers=bearer(text), json={"lifetime_s": 3600}).json()["client_key"])
    assert api.get("/start-agent", headers=client, params={"connect": "false"}).status_code == 200
    if how == "revoked":
        harness.services.api_keys.revoke(ApiKeyId(key_id))
    else:
        harness.clock.ahead_s += 61
    assert api.get("/start-agent", headers=client, params={"connect": "false"}).status_code == 401


@pytest.mark.parametrize("how", ["revoked", "expired", "cut", "another id", "empty", "another secret"])
def test_a_key_that_is_no_longer_or_never_was_one_opens_nothing(harness: Harness, api: TestClient, how: str) -> None:
    key_id, text = made(harness, days=1)
    if how == "revoked":
        assert harness.services.api_keys.revoke(ApiKeyId(key_id))
        assert not harness.services.api_keys.revoke(ApiKeyId(key_id))
    elif how == "expired":
        harness.clock.ahead_s += timedelta(days=1, seconds=1).total_seconds()
    else:
        other = made(harness)[1]
        text = {
            "cut": text[:-1],
            "another id": text.replace(key_id, "0" * 16),
            "empty": f"grk_{key_id}_",
            "another secret": f"grk_{key_id}_{other.rpartition('_')[2]}",
        }[how]
    answer = api.get("/start-agent", headers=bearer(text))
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="greenroom"')
    assert harness.calls.live() == []


def test_what_makes_no_key_is_said(harness: Harness) -> None:
    keys = harness.services.api_keys
    for name, scopes, days in (
        ("", API_SCOPES, 0),
        ("x" * 81, API_SCOPES, 0),
        ("a", (), 0),
        ("a", ("root",), 0),
        ("a", API_SCOPES, -1),
    ):
        with pytest.raises(GreenroomError):
            keys.create(name, scopes, days=days)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        keys.revoke(ApiKeyId("none"))
    with pytest.raises(NotAllowed):
        keys.read("")
    assert keys.list() == []
