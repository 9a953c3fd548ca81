"""What Agora's TypeScript SDK and the Next.js quickstart send, sent by Node as they send it; and our own JavaScript export.

The SDK itself is no dependency: these are the bodies that its builder makes, with a managed vendor for each key that is left out.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from greenroom.agora.tokens import rtc_rtm_token
from greenroom.services.agents import agent_files
from tests.conftest import RunningTwin, until

pytestmark = [pytest.mark.twin, pytest.mark.skipif(shutil.which("node") is None, reason="no Node is installed")]

AGENT_UID, USER_UID = 123456, 1002
CORPUS = Path("tests/corpus/imports")
SEND = """
const { url, token, bodies } = JSON.parse(require("fs").readFileSync(0, "utf8"));
(async () => {
  const answers = [];
  for (const body of bodies) {
    const headers = { "Content-Type": "application/json", Authorization: `agora token=${token}` };
    const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
    answers.push([answer.status, await answer.json()]);
  }
  console.log(JSON.stringify(answers));
})();
"""
SPOKEN = {"system_messages": [{"role": "system", "content": "You are Ada."}], "greeting_message": "Hi there!", "max_history": 15}
VAD = {
    "config": {
        "speech_threshold": 0.5,
        "start_of_speech": {"mode": "vad", "vad_config": {"interrupt_duration_ms": 160, "prefix_padding_ms": 300}},
        "end_of_speech": {"mode": "vad", "vad_config": {"silence_duration_ms": 480}},
    }
}
QUICKSTART: dict[str, Any] = {
    "turn_detection": VAD,
    "advanced_features": {"enable_rtm": True, "enable_tools": True},
    "parameters": {"data_channel": "rtm", "enable_error_message": True},
    "idle_timeout": 30,
}
BODIES: dict[str, dict[str, Any]] = {
    "quickstart": {
        "preset": "deepgram_nova_3,openai_gpt_4o_mini,minimax_speech_2_6_turbo",
        "properties": {
            **QUICKSTART,
            "asr": {"language": "en"},
            "llm": {**SPOKEN, "params": {"max_tokens": 1024, "temperature": 0.7, "top_p": 0.95}},
            "tts": {"params": {"voice_setting": {"voice_id": "English_captivating_female1"}}},
        },
    },
    "own keys": {
        "properties": {
            **QUICKSTART,
            "asr": {"vendor": "deepgram", "params": {"key": "k", "model": "nova-3", "language": "en"}},
            "llm": {
                **SPOKEN,
                "url": "https://api.openai.com/v1/chat/completions",
                "api_key": "k",
                "style": "openai",
                "input_modalities": ["text"],
                "params": {"model": "gpt-4o-mini"},
            },
            "tts": {"vendor": "elevenlabs", "params": {"key": "k", "model_id": "eleven_flash_v2_5", "voice_id": "x"}},
        }
    },
    "realtime": {
        "properties": {
            "mllm": {
                "enable": True,
                "vendor": "openai",
                "url": "wss://api.openai.com/v1/realtime",
                "api_key": "k",
                "params": {"model": "gpt-realtime", "instructions": "You are Ada."},
                "greeting_message": "Hi there!",
            },
            "turn_detection": {"type": "server_vad", "threshold": 0.5},
        }
    },
    "a published pipeline": {"pipeline_id": "p-1", "properties": {"llm": {"greeting_message": "Hi there!"}}},
}


def whole(twin: RunningTwin, channel: str, name: str, body: dict[str, Any]) -> dict[str, Any]:
    place = {
        "channel": channel,
        "token": rtc_rtm_token(twin.app_id, twin.certificate, channel, AGENT_UID),
        "agent_rtc_uid": str(AGENT_UID),
        "remote_rtc_uids": [str(USER_UID)],
    }
    return {"name": name, **body, "properties": {**place, **body["properties"]}}


def status(twin: RunningTwin, token: str, agent_id: str) -> str:
    address = f"{twin.url}/api/conversational-ai-agent/v2/projects/{twin.app_id}/agents/{agent_id}"
    answer = httpx.get(address, headers={"authorization": f"agora token={token}"}, timeout=30, trust_env=False)
    return answer.json()["status"]


def leave(twin: RunningTwin, token: str, agent_id: str) -> None:
    address = f"{twin.url}/api/conversational-ai-agent/v2/projects/{twin.app_id}/agents/{agent_id}/leave"
    httpx.post(address, headers={"authorization": f"agora token={token}"}, timeout=30, trust_env=False)


def test_the_quickstarts_bodies_are_taken_as_node_sends_them(twin: RunningTwin) -> None:
    """row 17"""
    channel = f"node-{uuid4().hex[:8]}"
    token = rtc_rtm_token(twin.app_id, twin.certificate, channel, AGENT_UID)
    bodies = [whole(twin, channel, f"{channel}-{number}", body) for number, body in enumerate(BODIES.values())]
    url = f"{twin.url}/api/conversational-ai-agent/v2/projects/{twin.app_id}/join"
    ran = subprocess.run(
        ["node", "-e", SEND],
        input=json.dumps({"url": url, "token": token, "bodies": bodies}),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    answers = dict(zip(BODIES, json.loads(ran.stdout), strict=True))
    assert {name: code for name, (code, _) in answers.items()} == dict.fromkeys(BODIES, 200), answers
    for _, started in answers.values():
        until(lambda started=started: status(twin, token, started["agent_id"]) != "STARTING")
        leave(twin, token, started["agent_id"])


@pytest.mark.parametrize("name", ["v03_server_sdk.ts", "v28_edge_function.ts", "v30_body_of_a_function.md", "n16_fetch.ts"])
def test_code_of_the_sdk_comes_out_as_javascript_that_starts_the_agent(twin: RunningTwin, tmp_path: Path, name: str) -> None:
    """row 89"""
    found = agent_files.understand_all((CORPUS / name).read_text(encoding="utf8"), name)[0]
    file = tmp_path / "start.mjs"
    file.write_text(agent_files.javascript("Ada", found.settings), encoding="utf8")
    channel = f"node-{uuid4().hex[:8]}"
    token = rtc_rtm_token(twin.app_id, twin.certificate, channel, AGENT_UID)
    call = {"CHANNEL": channel, "AGENT_UID": str(AGENT_UID), "USER_UID": str(USER_UID)}
    call |= {"AGORA_APP_ID": twin.app_id, "AGORA_TOKEN": token, "AGORA_REST_BASE_URL": f"{twin.url}/api/conversational-ai-agent"}
    keys = dict.fromkeys(found.credentials, "a-key-of-the-tests")
    ran = subprocess.run(
        ["node", str(file)],
        env={"PATH": os.environ["PATH"], **keys, **call},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "agent_id" in ran.stdout
    leave(twin, token, ran.stdout.split("agent_id: '")[1].split("'")[0])
