"""Our own client against a real twin process: the same calls that go to Agora's cloud, also on a bad day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from greenroom.agora.client import AgoraClient, TokenAuth
from greenroom.agora.tokens import rtc_rtm_token
from greenroom.errors import AgoraBusy, AgoraRefused, AgoraUnreachable
from tests.conftest import PATIENCE_S, RunningTwin, until

pytestmark = pytest.mark.twin

AGENT_UID = 100


@pytest.fixture
def channel() -> str:
    return f"client-{uuid4().hex[:10]}"


@pytest.fixture
def client(twin: RunningTwin, channel: str) -> Iterator[AgoraClient]:
    client = AgoraClient(twin.url, twin.app_id, TokenAuth(twin.app_id, twin.certificate), timeout=PATIENCE_S)
    yield client
    for agent in client.list(channel=channel).agents:
        client.leave(agent.agent_id)
    client.close()


def properties(twin: RunningTwin, channel: str) -> dict[str, Any]:
    return {
        "channel": channel,
        "token": rtc_rtm_token(twin.app_id, twin.certificate, channel, AGENT_UID),
        "agent_rtc_uid": str(AGENT_UID),
        "remote_rtc_uids": ["1002"],
        "tts": {"vendor": "openai", "params": {"voice": "onyx"}},
        "llm": {"credential_mode": "managed", "system_messages": [{"role": "system", "content": "Be brief."}]},
    }


def order(twin: RunningTwin, **fault: Any) -> None:
    httpx.post(f"{twin.url}/twin/faults", json=fault, timeout=PATIENCE_S, trust_env=False).raise_for_status()


def test_every_method_gets_through(client: AgoraClient, twin: RunningTwin, channel: str):
    """Rows 17, 22, 27."""
    agent_id = client.join(channel, properties(twin, channel)).agent_id
    until(lambda: client.get(agent_id).status == "RUNNING")
    assert client.get(agent_id).name == channel
    assert [agent.agent_id for agent in client.list(channel=channel).agents] == [agent_id]
    assert client.update(agent_id, {"llm": {"params": {"max_tokens": 9}}}).agent_id == agent_id
    assert client.speak(agent_id, "Hello.").channel == channel
    assert client.interrupt(agent_id).agent_id == agent_id
    assert client.think(agent_id, "Who are you?").agent_id == agent_id
    assert client.history(agent_id).status == "RUNNING"
    client.leave(agent_id)
    client.leave(agent_id)
    until(lambda: client.get(agent_id).status == "STOPPED")
    assert client.turns(agent_id)[0].turn_id == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        pytest.param({"status": 504, "performed": True}, AgoraBusy, id="answer-lost"),
        pytest.param({"status": 0, "delay_s": 1.5}, AgoraUnreachable, id="time-out"),
    ],
)
def test_a_start_that_seemed_to_fail_is_found_by_name_and_stopped(
    twin: RunningTwin, channel: str, fault: dict[str, Any], error: type[Exception]
):
    """Row 18: no agent runs on behind an error message."""
    hasty = AgoraClient(twin.url, twin.app_id, TokenAuth(twin.app_id, twin.certificate), timeout=0.7)
    order(twin, endpoint="join", **fault)
    with pytest.raises(error) as lost:
        hasty.join(channel, properties(twin, channel))
    assert getattr(lost.value, "maybe_started", False)
    until(lambda: bool(hasty.find_by_name(channel, channel=channel)))
    agent_id = hasty.find_by_name(channel, channel=channel, agent_uid=AGENT_UID)
    hasty.leave(agent_id)
    until(lambda: hasty.get(agent_id).status == "STOPPED")
    assert hasty.find_by_name(channel, channel=channel) == ""
    hasty.close()


def test_a_start_waits_as_long_as_it_is_told(client: AgoraClient, twin: RunningTwin, channel: str):
    order(twin, endpoint="join", status=429, reason="ConcurrencyLimitExceeded", retry_after_s=1)
    assert client.join(channel, properties(twin, channel)).agent_id


def test_a_name_that_is_taken_is_a_refusal_with_advice(client: AgoraClient, twin: RunningTwin, channel: str):
    client.join(channel, properties(twin, channel))
    with pytest.raises(AgoraRefused, match="already running") as refused:
        client.join(channel, properties(twin, channel))
    assert (refused.value.status, refused.value.reason) == (409, "TaskConflict")


def test_the_wrong_certificate_is_a_refusal_with_advice(twin: RunningTwin, channel: str):
    stranger = AgoraClient(twin.url, twin.app_id, TokenAuth(twin.app_id, "0" * 32))
    with pytest.raises(AgoraRefused, match="credentials") as refused:
        stranger.join(channel, properties(twin, channel))
    assert "AGORA_APP_CERTIFICATE" in refused.value.advice
    stranger.close()
