"""The code that the Studio hands out, really run: against the twin, as somebody would run it against Agora."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from greenroom.agora import snippets
from greenroom.agora.auth import TokenAuth
from greenroom.agora.client import AgoraClient
from greenroom.agora.tokens import rtc_rtm_token
from greenroom.catalog import rules
from greenroom.catalog.spec import Role
from greenroom.catalog.templates import TEMPLATES
from tests.catalog.goldens import filled_values
from tests.conftest import RunningTwin

pytestmark = pytest.mark.twin

WRITERS: dict[str, Callable[[str, Any], str]] = {
    "curl": snippets.curl,
    "python": snippets.python,
    "agora-agents": snippets.agora_agents,
    "javascript": snippets.javascript,
}
RUN = {"curl": ["bash"], "python": [sys.executable], "agora-agents": [sys.executable], "javascript": ["node"]}
SUFFIX = {"curl": ".sh", "python": ".py", "agora-agents": ".py", "javascript": ".mjs"}
#: Everything that a shell, a string or a format could trip over.
NASTY = "You are Ava.\n`rm -rf /tmp/x` $(id) $HOME ${home} \"quoted\" 'single' \\n back\\slash 100 % {{name}} {x} 🎉 JSON\nJSON"
TALK = {
    **TEMPLATES[0].values,
    "prompt.system": NASTY,
    "prompt.variables": {"name": "Bo"},
    "brain.temperature": 0.7,
    "turns.interruptible": False,
    "advanced.labels": {"team": 'a "b"'},
}


def run(tool: str, code: str, folder: Path, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    file = folder / f"start{SUFFIX[tool]}"
    file.write_text(code, encoding="utf8")
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG", "VIRTUAL_ENV")} | {"no_proxy": "127.0.0.1"}
    return subprocess.run(
        [*RUN[tool], str(file)], env=kept | environ, capture_output=True, text=True, timeout=60, check=False, cwd=folder
    )


@pytest.mark.parametrize("tool", WRITERS)
def test_the_code_starts_the_agent_with_exactly_these_properties(tool, tmp_path, twin: RunningTwin):
    """row 86"""
    if shutil.which(RUN[tool][0]) is None or (tool == "curl" and shutil.which("curl") is None):
        pytest.skip(f"{RUN[tool][0]} or curl is not on this machine")
    channel = f"snippet-{tool}"
    token = rtc_rtm_token(twin.app_id, twin.certificate, channel, 100)
    environ = {
        "AGORA_REST_BASE_URL": f"{twin.url}/api/conversational-ai-agent",
        "AGORA_APP_ID": twin.app_id,
        "AGORA_TOKEN": token,
        "CHANNEL": channel,
        "AGENT_UID": "100",
        "USER_UID": "1002",
    }
    done = run(tool, WRITERS[tool]("Ava, front desk", TALK), tmp_path, environ)
    assert done.returncode == 0, done.stderr
    client = AgoraClient(twin.url, twin.app_id, TokenAuth(twin.app_id, twin.certificate))
    agent = client.find_by_name(f"ava-front-desk-{channel}", channel=channel, agent_uid=100)
    assert agent
    asked = twin.agents()[agent]["properties"]
    expected = rules.payload(TALK, {}) | {"channel": channel, "agent_rtc_uid": "100", "remote_rtc_uids": ["1002"]}
    expected["llm"] = {**expected["llm"], "greeting_configs": {"mode": "single_first"}}  # of each launch
    assert {key: asked[key] for key in expected} == expected
    client.leave(agent, channel=channel, agent_uid=100)
    client.close()


SERVER = {
    "name": "a",
    "endpoint": "https://x.example",
    "headers": {"Authorization": "Bearer sk-planted-literal", "X-Key": "${MY_KEY}"},
}


@pytest.mark.parametrize("tool", WRITERS)
def test_every_credential_is_a_variable_and_never_a_value(tool):
    """rows 86, 94"""
    vendors: list[tuple[Role, str]] = [(role, vendor.id) for role, known in rules.VENDORS.items() for vendor in known]
    for role, vendor in vendors:
        values = filled_values(role, vendor) | {"tools.mcp_servers": [SERVER]}
        code = WRITERS[tool]("Ava", values)
        assert "sk-planted-literal" not in code, (role, vendor)
        assert [name for _, name, _ in rules.credentials_needed(values) if name not in code] == [], (role, vendor)
