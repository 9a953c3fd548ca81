"""Agora's own Python SDK, unmodified, drives the whole REST API of a real twin process."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from agora_agent import Agent as AgentBuilder
from agora_agent import Agora as PoolAgora
from agora_agent import Area, DeepgramSTT, MiniMaxTTS, OpenAI, OpenAIRealtime
from agora_agent.agents.types.start_agents_request_properties import StartAgentsRequestProperties
from agora_agent.client import Agora
from agora_agent.core.api_error import ApiError

from greenroom.agora.tokens import rtc_rtm_token
from tests.conftest import RunningTwin, until

pytestmark = pytest.mark.twin

AGENT_UID, USER_UID = 100, 1002


@pytest.fixture
def channel() -> str:
    return f"contract-{uuid4().hex[:10]}"


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    """As the SDK makes it, which never closes its own."""
    with httpx.Client(timeout=60, follow_redirects=True) as opened:
        yield opened


@pytest.fixture
def sdk(twin: RunningTwin, channel: str, http: httpx.Client) -> Agora:
    return connect(twin, rtc_rtm_token(twin.app_id, twin.certificate, channel, AGENT_UID), http)


def connect(twin: RunningTwin, token: str, http: httpx.Client) -> Agora:
    return Agora(
        httpx_client=http,
        base_url=f"{twin.url}/api/conversational-ai-agent",
        authorization=f"agora token={token}",
        username="",
        password="",
    )


def properties(twin: RunningTwin, channel: str, **changes: Any) -> Any:
    body = {
        "channel": channel,
        "token": rtc_rtm_token(twin.app_id, twin.certificate, channel, AGENT_UID),
        "agent_rtc_uid": str(AGENT_UID),
        "remote_rtc_uids": [str(USER_UID)],
        "idle_timeout": 120,
        "asr": {"vendor": "ares", "language": "en-US"},
        "tts": {"vendor": "openai", "credential_mode": "managed", "params": {"voice": "coral"}},
        "llm": {
            "credential_mode": "managed",
            "url": "https://api.openai.com/v1/chat/completions",
            "system_messages": [{"role": "system", "content": "You are the front desk of a small hotel."}],
            "params": {"model": "gpt-4o-mini"},
        },
    }
    return StartAgentsRequestProperties.model_validate(body | changes)


@pytest.fixture
def agent(sdk: Agora, twin: RunningTwin, channel: str) -> Iterator[str]:
    """A running agent; stopped afterwards unless the test did."""
    started = sdk.agents.start(twin.app_id, name=channel, properties=properties(twin, channel))
    assert started.agent_id
    assert started.status in ("STARTING", "RUNNING")
    until(lambda: status(sdk, twin, started.agent_id) == "RUNNING")
    yield started.agent_id
    if status(sdk, twin, started.agent_id) == "RUNNING":
        sdk.agents.stop(twin.app_id, started.agent_id)


def status(sdk: Agora, twin: RunningTwin, agent_id: str | None) -> str | None:
    return sdk.agents.get(twin.app_id, agent_id or "").status


def refused(call: Callable[[], Any]) -> tuple[int | None, str]:
    with pytest.raises(ApiError) as error:
        call()
    assert set(error.value.body) >= {"detail", "reason"}
    return error.value.status_code, error.value.body["reason"]


def test_an_agent_lives_from_start_to_stop(sdk: Agora, twin: RunningTwin, channel: str, agent: str):
    """Rows 17, 22: started, seen running, stopped, seen stopped."""
    state = sdk.agents.get(twin.app_id, agent)
    assert (state.agent_id, state.status, state.start_ts is not None) == (agent, "RUNNING", True)
    sdk.agents.stop(twin.app_id, agent)
    until(lambda: status(sdk, twin, agent) == "STOPPED")
    assert sdk.agents.get(twin.app_id, agent).message == "agent exits with reason: OK"
    assert refused(lambda: sdk.agents.stop(twin.app_id, agent)) == (404, "TaskNotFound")


def test_a_running_agent_is_listed(sdk: Agora, twin: RunningTwin, channel: str, agent: str):
    """Row 27."""
    assert [item.agent_id for item in sdk.agents.list(twin.app_id, channel=channel, state="0,1,2", limit=5)] == [agent]
    assert [item.agent_id for item in sdk.agents.list(twin.app_id, channel=channel, from_time=time.time() + 60)] == []


def test_the_sdk_pages_through_the_list(sdk: Agora, twin: RunningTwin, channel: str, agent: str):
    other = sdk.agents.start(twin.app_id, name=f"{channel}-2", properties=properties(twin, channel, agent_rtc_uid="101"))
    try:
        listed = [item.agent_id for item in sdk.agents.list(twin.app_id, channel=channel, state="0,1,2,4,6", limit=1)]
        assert sorted(filter(None, listed)) == sorted(filter(None, [agent, other.agent_id]))
    finally:
        until(lambda: status(sdk, twin, other.agent_id) in ("RUNNING", "FAILED"))
        if status(sdk, twin, other.agent_id) == "RUNNING":
            sdk.agents.stop(twin.app_id, other.agent_id or "")


def test_a_running_agent_takes_what_is_said_to_it(sdk: Agora, twin: RunningTwin, channel: str, agent: str):
    spoken = sdk.agents.speak(twin.app_id, agent, text="Welcome to the hotel.", priority="INTERRUPT", interruptable=True)
    assert (spoken.agent_id, spoken.channel) == (agent, channel)
    stopped = sdk.agents.interrupt(twin.app_id, agent)
    assert (stopped.agent_id, stopped.channel) == (agent, channel)
    thought = sdk.agent_management.agent_think(
        twin.app_id, agent, text="Say hello.", on_speaking_action="interrupt", metadata={"from": "test"}
    )
    assert (thought.agent_id, thought.channel) == (agent, channel)


def test_a_running_agent_can_be_changed(sdk: Agora, twin: RunningTwin, agent: str):
    """Row 29: the prompt and the model's parameters, without a restart."""
    change: Any = {"llm": {"system_messages": [{"role": "system", "content": "Be brief."}], "params": {"max_tokens": 9}}}
    updated = sdk.agents.update(twin.app_id, agent, properties=change)
    assert (updated.agent_id, updated.status) == (agent, "RUNNING")


def test_history_holds_what_was_said_while_the_agent_runs(sdk: Agora, twin: RunningTwin, agent: str):
    sdk.agent_management.agent_think(twin.app_id, agent, text="What is your name?")
    until(lambda: {c.role for c in sdk.agents.get_history(twin.app_id, agent).contents or []} >= {"user", "assistant"})
    history = sdk.agents.get_history(twin.app_id, agent)
    assert (history.agent_id, history.status) == (agent, "RUNNING")
    assert "What is your name?" in [c.content for c in history.contents or []]
    sdk.agents.stop(twin.app_id, agent)
    until(lambda: status(sdk, twin, agent) == "STOPPED")
    assert refused(lambda: sdk.agents.get_history(twin.app_id, agent)) == (404, "TaskNotFound")


def test_turns_remain_after_the_end_with_their_latencies(sdk: Agora, twin: RunningTwin, channel: str, agent: str):
    """Row 89."""
    sdk.agent_management.agent_think(twin.app_id, agent, text="What is your name?")
    until(lambda: bool(sdk.agents.get_turns(twin.app_id, agent).total_turn_count))
    sdk.agents.stop(twin.app_id, agent)
    until(lambda: status(sdk, twin, agent) == "STOPPED")
    answer = sdk.agents.get_turns(twin.app_id, agent, page_index=1, page_size=50)
    assert (answer.agent_id, answer.channel) == (agent, channel)
    assert answer.pagination
    assert (answer.pagination.page_index, answer.pagination.is_last_page) == (1, True)
    (turn, *_) = answer.turns or []
    assert turn.start
    assert turn.end
    assert (turn.turn_id, turn.start.type) == (1, "api_think")
    assert turn.end.type in ("ok", "interrupted")


def test_a_name_is_given_once(sdk: Agora, twin: RunningTwin, channel: str, agent: str):
    """Row 18: 409."""
    again = properties(twin, channel, agent_rtc_uid="101")
    assert refused(lambda: sdk.agents.start(twin.app_id, name=channel, properties=again)) == (409, "TaskConflict")


def test_a_field_that_is_missing_is_named(sdk: Agora, twin: RunningTwin, channel: str):
    """Row 18: 400."""
    body = properties(twin, channel).model_copy(update={"idle_timeout": -1})
    with pytest.raises(ApiError) as error:
        sdk.agents.start(twin.app_id, name=channel, properties=body)
    assert error.value.status_code == 400
    assert error.value.body["detail"].startswith("Invalid value at properties.idle_timeout")


@pytest.mark.parametrize(
    ("certificate", "life_s", "age_s"),
    [pytest.param("0" * 32, 600, 0, id="forged"), pytest.param(None, 600, 700, id="expired")],
)
def test_a_stranger_is_not_let_in(twin: RunningTwin, certificate: str | None, life_s: int, age_s: int, http: httpx.Client):
    """Row 18: 401."""
    issued = int(time.time()) - age_s
    token = rtc_rtm_token(twin.app_id, certificate or twin.certificate, "any", 1, life_s=life_s, issued_at=issued)
    assert refused(lambda: connect(twin, token, http).agents.get(twin.app_id, "A42")) == (401, "Unauthorized")


def test_an_unknown_agent_is_not_found(sdk: Agora, twin: RunningTwin):
    """Row 18: 404."""
    assert refused(lambda: sdk.agents.get(twin.app_id, "A42")) == (404, "TaskNotFound")


def test_an_agent_whose_token_does_not_open_the_channel_fails_with_the_reason(sdk: Agora, twin: RunningTwin, channel: str):
    """Row 18: as with Agora, the start is accepted and the agent fails."""
    elsewhere = rtc_rtm_token(twin.app_id, twin.certificate, "elsewhere", AGENT_UID)
    started = sdk.agents.start(twin.app_id, name=channel, properties=properties(twin, channel, token=elsewhere))
    until(lambda: status(sdk, twin, started.agent_id) == "FAILED")
    message = sdk.agents.get(twin.app_id, started.agent_id or "").message or ""
    assert message.startswith("agent exits with reason: ")


def test_the_high_level_sdk_reaches_the_twin_by_its_environment_variable(
    sdk: Agora, twin: RunningTwin, agent: str, http: httpx.Client, monkeypatch: pytest.MonkeyPatch
):
    """GatewayCode written for Agora rehearses against the twin without a change."""
    monkeypatch.setenv("AGORA_AGENTS_API_BASE_URL", twin.url)
    PoolAgora(area=Area.US, app_id=twin.app_id, app_certificate=twin.certificate, httpx_client=http).stop_agent(agent)
    until(lambda: status(sdk, twin, agent) == "STOPPED")


@pytest.fixture
def quickstart(twin: RunningTwin, http: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> AgentBuilder:
    """The agent of Agora's Python quickstart, unmodified but for the address of the API."""
    monkeypatch.setenv("AGORA_AGENTS_API_BASE_URL", twin.url)
    return AgentBuilder(
        client=PoolAgora(area=Area.US, app_id=twin.app_id, app_certificate=twin.certificate, httpx_client=http),
        instructions="You are Ada, a developer advocate.",
        greeting="Hi there! How can I help?",
        failure_message="Please wait a moment.",
        max_history=50,
        turn_detection={  # pyright: ignore[reportArgumentType]
            "config": {
                "speech_threshold": 0.5,
                "start_of_speech": {"mode": "vad", "vad_config": {"interrupt_duration_ms": 160, "prefix_padding_ms": 300}},
                "end_of_speech": {"mode": "vad", "vad_config": {"silence_duration_ms": 480}},
            }
        },
        advanced_features={"enable_rtm": True, "enable_tools": True},  # pyright: ignore[reportArgumentType]
        parameters={"audio_scenario": "chorus", "data_channel": "rtm", "enable_error_message": True, "enable_metrics": True},  # pyright: ignore[reportArgumentType]
    )


def started(builder: AgentBuilder, channel: str) -> Any:
    session = builder.create_session(
        channel=channel,
        agent_uid=str(AGENT_UID),
        remote_uids=[str(USER_UID)],
        enable_string_uid=False,
        idle_timeout=30,
        expires_in=3600,
    )
    session.start()
    return session


def test_agoras_quickstart_runs(quickstart: AgentBuilder, sdk: Agora, twin: RunningTwin, channel: str):
    """Managed Deepgram, OpenAI and MiniMax: the SDK sends their presets and partial blocks."""
    builder = (
        quickstart.with_stt(DeepgramSTT(model="nova-3", language="en"))
        .with_llm(OpenAI(model="gpt-4o-mini", max_history=15, max_tokens=1024, temperature=0.7, top_p=0.95))
        .with_tts(MiniMaxTTS(model="speech_2_6_turbo", voice_id="English_captivating_female1"))
    )
    session = started(builder, channel)
    until(lambda: status(sdk, twin, session.id) == "RUNNING")
    session.say("Welcome.")
    session.stop()
    until(lambda: status(sdk, twin, session.id) == "STOPPED")


def test_a_realtime_agent_runs_and_refuses_to_speak_a_given_text(
    quickstart: AgentBuilder, sdk: Agora, twin: RunningTwin, channel: str
):
    model = OpenAIRealtime(api_key="k", model="gpt-realtime")
    session = started(quickstart.with_mllm(model), channel)
    until(lambda: status(sdk, twin, session.id) == "RUNNING")
    assert refused(lambda: sdk.agents.speak(twin.app_id, session.id, text="Welcome."))[0] == 400
    session.stop()
