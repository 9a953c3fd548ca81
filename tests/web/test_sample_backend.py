"""The backend contract of Agora's samples, served over a real twin: tokens, agents, refusals, overrides."""

from __future__ import annotations

import json

import httpx
import pytest

from greenroom.agora.tokens import read_token
from greenroom.model.session import API
from greenroom.services.calls.sample_parameters import KEYS, OF_A_VENDOR, SETTINGS
from greenroom.web.sample_backend import SampleBackend
from tests.conftest import PATIENCE_S, until
from tests.services.conftest import make_harness

pytestmark = pytest.mark.twin


def agents_of(harness):
    return [one for one in harness.running.overview().agents if one.session and one.session.origin == "api"]


@pytest.fixture
def contract(harness):
    return SampleBackend(harness.external, API)


@pytest.fixture
def started(contract):
    reply = contract.start({})
    yield reply
    response = json.loads(reply.body["agent_response"]["response"])
    contract.hang_up({"agent_id": response["agent_id"]})


def test_tokens_without_an_agent(harness, contract):
    """rows 5, 6, 9: in this form the response is an object"""
    replies = [contract.start({"connect": "false"}) for _ in range(2)]
    for reply in replies:
        assert reply.status == 200
        assert reply.body["agent_response"] == {"status_code": 200, "response": {"mode": "token_only"}, "success": True}
        assert len(reply.body["channel"]) == 10
        assert reply.body["channel"].isalnum()
    assert replies[0].body["channel"] != replies[1].body["channel"]
    assert agents_of(harness) == []


def test_each_token_is_for_its_own_uid_in_the_channel(harness, contract):
    """rows 7, 8: rtc and rtm, and no two viewers are the same person"""
    one, other = (contract.start({"connect": "false", "channel": "lobby"}).body for _ in range(2))
    assert one["uid"] != other["uid"]
    assert len({one["uid"], one["agent"]["uid"], one["agent_video_token"]["uid"]}) == 3
    for ticket in (one["user_token"], one["agent_video_token"]):
        grant = read_token(ticket["token"], harness.config.app_certificate)
        assert (grant.channel, grant.uid, grant.rtm_user) == ("lobby", ticket["uid"], ticket["uid"])


def test_an_agent_starts_and_is_hung_up(harness, contract, started):
    """rows 9, 15, 22: in this form the response is JSON in a string"""
    assert started.status == 200
    response = json.loads(started.body["agent_response"]["response"])
    until(lambda: len(agents_of(harness)) == 1)
    for _ in range(2):  # idempotent
        reply = contract.hang_up({"agent_id": response["agent_id"], "channel": started.body["channel"]})
        assert reply.body["agent_response"]["success"] is True
    until(lambda: agents_of(harness) == [])


def test_it_says_a_text(harness, contract, started):
    """row 62"""
    agent_id = json.loads(started.body["agent_response"]["response"])["agent_id"]
    until(lambda: any(one.status == "RUNNING" for one in agents_of(harness)))
    reply = contract.speak({"agent_id": agent_id, "text": "Mind the step.", "priority": "APPEND"})
    assert (reply.status, reply.body) == (200, {"agent_id": agent_id, "success": True})
    until(lambda: any("Mind the step" in line.content for line in harness.agora.history(agent_id).lines))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"text": "x"}, "agent_id"),
        ({"agent_id": "a/../b", "text": "x"}, "agent_id"),
        ({"agent_id": 7, "text": "x"}, "agent_id"),
        ({"agent_id": "a", "text": "  "}, "text"),
        ({"agent_id": "a", "text": "x", "priority": "LOUD"}, "priority"),
    ],
)
def test_what_cannot_be_said_is_named(harness, contract, body, said):
    reply = contract.speak(body)
    assert reply.status == 400
    assert said in reply.body["error"]


def test_speaking_to_nobody_gives_agoras_own_status(harness, contract):
    reply = contract.speak({"agent_id": "nobody", "text": "Hello?"})
    assert reply.status == 404
    assert reply.body["agent_response"]["success"] is False


@pytest.mark.parametrize("status", [403, 503])
def test_a_refused_start_is_no_success(harness, contract, twin, status):
    """rows 9, 18: the samples' backend answers 200 here"""
    order = {"endpoint": "join", "status": status, "reason": "ServiceNotEnabled", "times": 1}
    httpx.post(f"{twin.url}/twin/faults", json=order, timeout=PATIENCE_S, trust_env=False).raise_for_status()
    reply = contract.start({})
    assert reply.status == status
    assert reply.body["agent_response"]["success"] is False
    assert reply.body["advice"]
    assert agents_of(harness) == []


def test_a_profile_is_an_agent_by_name_whatever_its_case(harness, contract):
    """row 10"""
    reply = contract.start({"connect": "false", "profile": "AVA, FRONT DESK", "debug": ""})
    assert "Linden House" in json.dumps(reply.body["debug"]["agent_payload"])
    refused = contract.start({"profile": "nobody"})
    assert refused.status == 400
    assert "nobody" in refused.body["error"]


def sent(contract, **query):
    reply = contract.start({"connect": "false", "debug": "", **query})
    assert reply.status == 200, reply.body
    return reply.body["debug"]["agent_payload"]["properties"]


def test_what_the_query_says_replaces_what_the_agent_says(contract, harness):
    """row 9"""
    said = sent(contract, prompt="Be brief.", greeting="Hi.", idle_timeout="45", max_history="8", vad_silence_duration_ms="700")
    assert said["llm"]["system_messages"][0]["content"] == "Be brief."
    assert said["llm"]["greeting_message"] == "Hi."
    assert said["llm"]["max_history"] == 8
    assert said["idle_timeout"] == 45
    voice = sent(contract, tts_vendor="openai", voice_id="ash")["tts"]
    assert (voice["vendor"], voice["params"]["voice"]) == ("openai", "ash")


def test_a_cloned_voice_is_used_by_its_id(contract, harness):
    """row 93"""
    voice = sent(contract, tts_vendor="elevenlabs", voice_id="my-own-clone-4711")["tts"]
    assert (voice["vendor"], voice["params"]["voice_id"]) == ("elevenlabs", "my-own-clone-4711")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("tts_vendor", "nobody"),
        ("max_history", "many"),
        ("max_history", "0"),
        ("idle_timeout", "0"),
        ("channel", "a/b"),
        ("sample_rate", "{"),
        *((name, "sk-1") for name in KEYS),
    ],
)
def test_what_does_not_fit_is_named_and_starts_nothing(harness, contract, name, text):
    reply = contract.start({name: text})
    assert reply.status == 400
    assert reply.body["error"]
    assert text == "0" or "sk-1" not in json.dumps(reply.body)
    assert agents_of(harness) == []


def test_every_parameter_is_known_to_some_setting():
    from greenroom.catalog import rules

    vendors = {role: [vendor.id for vendor in found] for role, found in rules.VENDORS.items()}
    chosen = dict.fromkeys(vendors, "x")
    for name, templates in SETTINGS.items():
        keys = [t.format(**{**chosen, role: vendor}) for t in templates for role in vendors for vendor in vendors[role]]
        assert any(key.endswith(".vendor") or rules.setting_of(key) for key in keys), name
    assert all(rules.setting_of(key) for _, _, key in OF_A_VENDOR.values())


def test_the_debug_copy_holds_no_key(twin, tmp_path):
    harness = make_harness(twin.url, tmp_path, environ={"DEEPGRAM_API_KEY": "dg-secret-value"})
    contract = SampleBackend(harness.external, API)
    reply = contract.start({"connect": "false", "debug": "", "asr_vendor": "deepgram"})
    text = json.dumps(reply.body["debug"])
    assert "dg-secret-value" not in text
    assert harness.config.app_certificate not in json.dumps(reply.body)


def test_a_cap_holds_here_too(twin, tmp_path):
    harness = make_harness(twin.url, tmp_path, max_agents=1)
    harness.launch()
    reply = SampleBackend(harness.external, API).start({})
    assert reply.status == 429
    assert "the limit is 1" in reply.body["error"]


def test_one_function_does_all_three(harness, contract):
    """row 16"""
    started = contract.lambda_form({})
    agent_id = json.loads(started.body["agent_response"]["response"])["agent_id"]
    until(lambda: any(one.status == "RUNNING" for one in agents_of(harness)))
    assert contract.lambda_form({}, {"agent_id": agent_id, "text": "Hello."}).status == 200
    assert contract.lambda_form({"hangup": "true", "agent_id": agent_id}).status == 200
    until(lambda: agents_of(harness) == [])


@pytest.mark.parametrize("connect", ["true", "false"])
def test_an_agent_that_lacks_a_setting_is_answered_with_its_name(contract, connect):
    """A client of the API sees no form in which a setting could be highlighted."""
    reply = contract.start({"connect": connect, "avatar_vendor": "anam"})
    assert reply.status == 400
    assert "avatar.anam.avatar" in reply.body["advice"]
    assert "highlighted" not in json.dumps(reply.body)
