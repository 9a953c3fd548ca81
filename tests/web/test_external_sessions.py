"""Agents that programs start: each is a session with a version, turns, an owner and an end, and counts against every cap."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from greenroom.agora.webhooks import signatures
from greenroom.errors import LimitReached
from greenroom.model.launch import LaunchRequest
from greenroom.model.session import API, SessionId
from greenroom.services.calls.agent_runs import AGENT_NAME
from greenroom.services.calls.leases import LEASE_S
from greenroom.web.contract import contract_routes
from greenroom.web.sample_backend import SampleBackend
from tests.conftest import PATIENCE_S, until
from tests.full_disk import full_disk
from tests.services.conftest import WEBHOOK_SECRET, Harness, make_harness

pytestmark = pytest.mark.twin

KEY = "a-key-of-the-tests"
HEADERS = {"authorization": f"Bearer {KEY}"}


def api_of(harness: Harness) -> TestClient:
    return TestClient(Starlette(routes=contract_routes(SampleBackend(harness.external, API), KEY)), headers=HEADERS)


@pytest.fixture
def api(harness: Harness) -> TestClient:
    return api_of(harness)


def start(api: TestClient, **query: str) -> tuple[str, SessionId]:
    """Agora's id of the agent, and the session's."""
    answer = api.get("/start-agent", params=query)
    assert answer.status_code == 200, answer.text
    told = json.loads(answer.json()["agent_response"]["response"])
    return told["agent_id"], SessionId(told["session_id"])


def test_the_session_says_where_it_came_from_and_on_whose_behalf(harness: Harness, api: TestClient) -> None:
    agent_id, session_id = start(api, channel="lobby")
    session = harness.session(session_id)
    assert (session.origin, session.caller, session.principal) == ("api", "external", "api_key:GREENROOM_API_KEY")
    assert (session.state, session.agora_agent_id, session.channel) == ("running", agent_id, "lobby")
    assert harness.agents.versions.get(session.version_id).number == session.version_number == 1
    assert KEY not in repr(session)


def test_a_client_hears_of_its_agent_even_if_the_database_goes_away_at_that_moment(harness: Harness, api, monkeypatch) -> None:
    """Else an agent that nobody knows would talk to an empty channel."""
    attach = harness.sessions.attach_agent

    def attach_and_break(*arguments: Any) -> bool:
        attached = attach(*arguments)
        harness.base.database.close()
        return attached

    monkeypatch.setattr(harness.sessions, "attach_agent", attach_and_break)
    agent_id, _ = start(api)
    assert agent_id


def test_what_a_request_changes_stays_with_its_session_and_makes_no_version(harness: Harness, api: TestClient) -> None:
    agent = harness.agents.default()
    sessions = [harness.session(start(api, prompt=f"Greet caller {number}.")[1]) for number in range(3)]
    assert len(harness.agents.versions.of(agent.id)) == 1
    assert [session.overrides for session in sessions] == [{"prompt.system": f"Greet caller {n}."} for n in range(3)]
    body = harness.calls.runs.join_body(sessions[1])
    assert body["properties"]["llm"]["system_messages"][0]["content"] == "Greet caller 1."
    used = harness.records.get(sessions[1].id)
    assert used.settings["prompt.system"] == "Greet caller 1."
    assert harness.agents.draft(agent.id).settings["prompt.system"] != "Greet caller 1."


def test_a_version_is_launched_as_it_was(harness: Harness, api: TestClient) -> None:
    agent = harness.agents.default()
    harness.agents.versions.freeze(agent.id)
    draft = harness.agents.draft(agent.id)
    harness.agents.save(agent.id, {**draft.settings, "prompt.greeting": "Another greeting."}, draft.revision)
    assert harness.session(start(api, version="1")[1]).version_number == 1
    assert harness.session(start(api)[1]).version_number == 2
    assert api.get("/start-agent", params={"version": "9"}).status_code == 404
    assert api.get("/start-agent", params={"version": "one"}).status_code == 400


def test_hanging_up_ends_the_session(harness: Harness, api: TestClient) -> None:
    agent_id, session_id = start(api)
    for _ in range(2):
        assert api.get("/hangup-agent", params={"agent_id": agent_id}).status_code == 200
    session = harness.session(session_id)
    assert (session.end_reason, session.agent_stopped) == ("ended", True)
    assert harness.agent_status(session_id) in ("STOPPING", "STOPPED")


def test_its_turns_come_from_the_agents_memory_while_it_runs_and_at_the_end(harness: Harness, api: TestClient) -> None:
    agent_id, session_id = start(api)
    until(lambda: harness.agent_status(session_id) == "RUNNING")
    assert api.post("/speak", json={"agent_id": agent_id, "text": "Mind the step."}).status_code == 200
    until(lambda: any("Mind" in line.content for line in harness.agora.history(agent_id).lines))
    harness.guard.tick()
    assert any("Mind the step" in turn.text for turn in harness.sessions.transcript.turns(session_id))
    assert api.post("/speak", json={"agent_id": agent_id, "text": "And the door."}).status_code == 200
    until(lambda: any("door" in line.content for line in harness.agora.history(agent_id).lines))
    api.get("/hangup-agent", params={"agent_id": agent_id})
    said = [turn.text for turn in harness.sessions.transcript.turns(session_id)]
    assert sum("Mind the step" in text for text in said) == 1
    assert any("And the door" in text for text in said)
    assert harness.session(session_id).turn_count == len(said)


def test_its_turns_have_the_times_and_latencies_that_agora_measured(harness: Harness, api: TestClient) -> None:
    agent_id, session_id = start(api)
    until(lambda: harness.agent_status(session_id) == "RUNNING")
    harness.calls.commands.send(session_id, "Are dogs welcome?")
    until(
        lambda: any(line.role == "assistant" and "dog" in line.content.lower() for line in harness.agora.history(agent_id).lines)
    )
    until(lambda: any(report.ended_at for report in harness.agora.turns(agent_id)))
    api.get("/hangup-agent", params={"agent_id": agent_id})
    turns = harness.sessions.transcript.turns(session_id)
    reports = harness.agora.turns(agent_id)
    assert [turn.speaker for turn in turns][-2:] == ["user", "agent"]
    assert all(turn.ended_ms >= turn.started_ms >= 0 for turn in turns)
    assert turns[-1].latency_ms == reports[-1].latency_ms
    assert turns[-1].started_ms - turns[-2].started_ms == turns[-1].latency_ms


def notify(client: TestClient, harness: Harness, session_id: SessionId, event: int, **payload: object) -> bool:
    session = harness.session(session_id)
    named = {"agent_id": session.agora_agent_id, "name": AGENT_NAME + session_id, "channel": session.channel}
    notice = {"productId": 17, "eventType": event, "notifyMs": harness.clock.now_ms(), "payload": {**named, **payload}}
    raw = json.dumps(notice).encode()
    answer = client.post("/api/agora/notifications", content=raw, headers=signatures(WEBHOOK_SECRET, raw))
    assert answer.status_code == 200, answer.text
    return answer.json()["taken"]


def test_its_turns_and_its_end_come_from_agoras_notifications(client: TestClient, harness: Harness, api: TestClient) -> None:
    _, session_id = start(api)
    contents = [{"role": "assistant", "content": "Good day."}, {"role": "user", "content": "Are dogs welcome?"}]
    contents.append({"role": "assistant", "content": "They are."})
    assert notify(client, harness, session_id, 103, contents=contents)
    assert notify(client, harness, session_id, 102, message="Idle for too long")
    turns = [(turn.turn_id, turn.speaker, turn.text) for turn in harness.sessions.transcript.turns(session_id)]
    assert [turn for turn in turns if turn[2] in ("Are dogs welcome?", "They are.")] == [
        (1, "user", "Are dogs welcome?"),
        (1, "agent", "They are."),
    ]
    assert harness.session(session_id).end_reason == "idle"


def test_a_notification_without_an_id_is_taken_once(client: TestClient, harness: Harness, api: TestClient) -> None:
    _, session_id = start(api)
    error = {"errors": [{"module": "tts", "code": 401, "message": "bad key"}]}
    assert [notify(client, harness, session_id, 110, **error) for _ in range(2)] == [True, False]
    another = {"errors": [{"module": "llm", "code": 429, "message": "too many"}]}
    assert notify(client, harness, session_id, 110, **another)
    assert [event.kind for event in harness.sessions.transcript.events(session_id)].count("notice_110") == 2


# ── its lease


def test_an_agent_that_agora_says_runs_keeps_its_lease(harness: Harness, api: TestClient) -> None:
    _, session_id = start(api)
    for _ in range(4):
        harness.clock.ahead_s += LEASE_S["external"] - 1
        harness.guard.tick()
    assert harness.session(session_id).state == "running"


def test_an_agent_nobody_vouches_for_is_stopped_within_30_seconds(harness: Harness, twin, api: TestClient) -> None:
    _, session_id = start(api)
    order = {"endpoint": "get", "status": 503, "times": 1000}
    httpx.post(f"{twin.url}/twin/faults", json=order, timeout=PATIENCE_S, trust_env=False).raise_for_status()
    try:
        while harness.session(session_id).state != "ended" and harness.clock.ahead_s < 60:
            harness.clock.ahead_s += 1
            harness.guard.tick()
    finally:
        httpx.post(f"{twin.url}/twin/faults", json={**order, "status": 0, "times": 1}, timeout=PATIENCE_S, trust_env=False)
    assert harness.clock.ahead_s < 30
    session = harness.session(session_id)
    assert session.end_reason == "stage_lost"
    assert session.end_detail.startswith("No news from Agora of this agent for ")
    until(lambda: harness.agent_status(session_id) in ("STOPPING", "STOPPED"))


def test_a_renewed_token_renews_the_lease(harness: Harness, api: TestClient) -> None:
    agent_id, session_id = start(api)
    answer = api.get("/renew-token", params={"agent_id": agent_id})
    assert answer.json()["token"].startswith("007")
    assert answer.json()["uid"] == str(harness.session(session_id).user_uid)
    assert api.get("/renew-token", params={"agent_id": "unknown"}).status_code == 404
    api.get("/hangup-agent", params={"agent_id": agent_id})
    assert api.get("/renew-token", params={"agent_id": agent_id}).status_code == 409


@pytest.mark.sqlite_only
def test_on_a_full_disk_a_running_call_gets_its_token_while_its_channel_is_reserved(harness: Harness, api: TestClient) -> None:
    agent_id, _ = start(api)
    with full_disk(1):
        assert api.get("/renew-token", params={"agent_id": agent_id}).json()["token"].startswith("007")
        harness.clock.ahead_s += 23.5 * 3600
        refused = api.get("/renew-token", params={"agent_id": agent_id})
        assert refused.status_code in (503, 507), "the token would outlive the reservation"
    assert api.get("/renew-token", params={"agent_id": agent_id}).status_code == 200


# ── caps


def test_caps_count_what_programs_start(twin, tmp_path) -> None:
    harness = make_harness(twin.url, tmp_path, max_agents=2)
    api = api_of(harness)
    agent_id, _ = start(api)
    harness.launch()
    refused = api.get("/start-agent")
    assert (refused.status_code, "the limit is 2" in refused.json()["error"]) == (429, True)
    with pytest.raises(LimitReached):
        harness.launch()
    api.get("/hangup-agent", params={"agent_id": agent_id})
    start(api)


@pytest.mark.parametrize(("cap", "place"), [({"max_day_s": 600}, "twin"), ({"max_day_cost": 1.0}, "cloud")])
def test_the_minutes_and_the_money_of_programs_count(twin, tmp_path, cap, place) -> None:
    harness = make_harness(twin.url, tmp_path, place=place, **cap)
    api = api_of(harness)
    agent_id, session_id = start(api)
    harness.clock.ahead_s += 700
    api.get("/hangup-agent", params={"agent_id": agent_id})
    assert harness.session(session_id).length_s in range(699, 760)
    assert "in 24 hours" in api.get("/start-agent").json()["error"]
    with pytest.raises(LimitReached):
        harness.launch()


@pytest.mark.parametrize("road", ["studio", "api"])
def test_fifty_launches_at_once_take_exactly_what_the_cap_leaves(twin, tmp_path, road) -> None:
    harness = make_harness(twin.url, tmp_path, max_agents=10)
    agent = harness.agents.default()
    api = SampleBackend(harness.external, API)

    def launch(number: int) -> bool:
        if road == "api":
            return api.start({}).status == 200
        try:
            harness.calls.launch(LaunchRequest(agent.id))
        except LimitReached:
            return False
        return True

    with ThreadPoolExecutor(50) as threads:
        assert sum(threads.map(launch, range(50))) == 10
    assert len(harness.sessions.unfinished()) == 10
    for session in harness.sessions.unfinished():
        harness.calls.end(session.id, "stopped")


@pytest.mark.parametrize("road", ["studio", "api"])
def test_of_fifty_launches_at_a_spent_cap_none_gets_through(twin, tmp_path, road) -> None:
    harness = make_harness(twin.url, tmp_path, max_agents=1000, max_day_s=60)
    spent = harness.run()
    harness.clock.ahead_s += 61
    harness.calls.end(spent, "ended")
    agent = harness.agents.default()
    api = SampleBackend(harness.external, API)

    def refused(number: int) -> bool:
        if road == "api":
            return api.start({}).status == 429
        try:
            harness.calls.launch(LaunchRequest(agent.id))
        except LimitReached:
            return True
        return False

    with ThreadPoolExecutor(50) as threads:
        assert all(threads.map(refused, range(50)))
    assert harness.sessions.unfinished() == []


# ── parameters


@pytest.mark.parametrize(
    "name",
    ["enable_aivad", "voice_stability", "deepgram_model", "rime_speaker", "rime_model_id", "enable_mllm", "llm_style", "promt"],
)
def test_a_parameter_that_cannot_be_used_is_refused_by_its_name(harness: Harness, api: TestClient, name: str) -> None:
    answer = api.get("/start-agent", params={name: "true"})
    assert answer.status_code == 400
    assert name in answer.json()["error"]
    assert answer.json()["advice"]
    assert harness.sessions.unfinished() == []


@pytest.mark.parametrize(
    ("query", "path", "value"),
    [
        ({"tts_vendor": "elevenlabs", "voice_stability": "0.4"}, ("tts", "params", "stability"), 0.4),
        ({"asr_vendor": "deepgram", "deepgram_model": "nova-3"}, ("asr", "params", "model"), "nova-3"),
        ({"tts_vendor": "rime", "rime_speaker": "cove"}, ("tts", "params", "speaker"), "cove"),
        ({"tts_vendor": "rime", "rime_model_id": "mistv2"}, ("tts", "params", "modelId"), "mistv2"),
        ({"tts_skip_patterns": "3,4"}, ("tts", "skip_patterns"), [3, 4]),
        ({"enable_sal": "true"}, ("advanced_features", "enable_sal"), True),
        ({"turn_detection_mode": "semantic"}, ("turn_detection", "config", "end_of_speech", "mode"), "semantic"),
    ],
)
def test_the_samples_other_parameters_are_settings(api: TestClient, query, path, value) -> None:
    answer = api.get("/start-agent", params={"connect": "false", "debug": "", **query})
    assert answer.status_code == 200, answer.text
    found = answer.json()["debug"]["agent_payload"]["properties"]
    for name in path:
        found = found[name]
    assert found == value


def test_mcp_servers_are_taken_as_json(api: TestClient) -> None:
    servers = [{"name": "rooms", "endpoint": "https://mcp.example.com/mcp"}]
    query = {"connect": "false", "debug": "", "mcp_servers": json.dumps(servers)}
    answer = api.get("/start-agent", params=query)
    assert answer.status_code == 200, answer.text
    sent = answer.json()["debug"]["agent_payload"]["properties"]["llm"]["mcp_servers"]
    assert [(one["name"], one["endpoint"]) for one in sent] == [("rooms", "https://mcp.example.com/mcp")]


def test_a_debug_copy_is_made_without_reading_any_key(twin, tmp_path) -> None:
    harness = make_harness(twin.url, tmp_path, environ={"OPENAI_API_KEY": "sk-canary", "DEEPGRAM_API_KEY": "dg-canary"})
    agent = harness.agents.default()
    draft = harness.agents.draft(agent.id)
    settings = {**draft.settings, "llm.vendor": "openai", "brain.headers": {"X-Trace": "${OPENAI_API_KEY}|${DEEPGRAM_API_KEY}"}}
    harness.agents.save(agent.id, settings, draft.revision)
    harness.keys.decide("DEEPGRAM_API_KEY", "api.openai.com", "allowed")
    answer = api_of(harness).get("/start-agent", params={"connect": "false", "debug": ""})
    assert answer.status_code == 200, answer.text
    assert "canary" not in answer.text
    assert harness.config.app_certificate not in answer.text
