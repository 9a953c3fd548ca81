"""Generates code that starts an agent: curl, Python, the ``agora-agents`` package, JavaScript. Keys are environment variables."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from greenroom.agora.body import CallParticipants, join_body
from greenroom.catalog.named_secrets import SecretNames, name_secrets
from greenroom.catalog.payload import CREDENTIAL, CredentialMarks
from greenroom.model.agent import Settings
from greenroom.paths import at
from greenroom.redaction import SECRETS

#: The call's values, as variables too; the token must be for the channel and the agent's uid.
VARIABLES = ("AGORA_APP_ID", "AGORA_TOKEN", "CHANNEL", "AGENT_UID", "USER_UID")
AVATAR_VARIABLES = ("AVATAR_UID", "AVATAR_TOKEN")
BASE = "https://api.agora.io/api/conversational-ai-agent"
#: Drafts and code use the same form for a key.
_MARK = CREDENTIAL
_WIDE = 100

_ABOUT = "Starts the agent {name}. AGORA_TOKEN is a token (RTC and RTM) for CHANNEL and AGENT_UID, made with the app certificate."


def marked_body(name: str, settings: Settings) -> dict[str, Any]:
    """The join body with ``${NAME}`` for every key and every value of the call. Contains no secrets."""
    room = CallParticipants("c", 1, "${AGORA_TOKEN}", 2, 3, "${AVATAR_TOKEN}")
    body = SECRETS.json(name_secrets(join_body(_unique(name), settings, room, CredentialMarks()), SecretNames()))
    properties = body["properties"]
    properties |= {"channel": "${CHANNEL}", "agent_rtc_uid": "${AGENT_UID}", "remote_rtc_uids": ["${USER_UID}"]}
    params = at(properties, "avatar.params")
    if not isinstance(params, dict):
        return body
    if "agora_uid" in params:
        params["agora_uid"] = "${AVATAR_UID}"
    if "agora_channel" in params:
        params |= {"agora_channel": "${CHANNEL}", "agora_appid": "${AGORA_APP_ID}"}
    return body


def variables(body: Mapping[str, Any]) -> list[str]:
    """The variables a body needs, those of the call first."""
    used = set(_MARK.findall(json.dumps(body)))
    first = [name for name in (*VARIABLES, *AVATAR_VARIABLES) if name in used or name in VARIABLES]
    return first + sorted(used - set(first))


def curl(name: str, settings: Settings) -> str:
    """A curl command for a POSIX shell."""
    body = marked_body(name, settings)
    text = json.dumps(body, ensure_ascii=False, indent=2)
    # The shell expands the here-document: escape everything but our own variables.
    safe = _MARK.sub(lambda m: f"\0{m.group(1)}\0", text).replace("\\", "\\\\").replace("$", "\\$").replace("`", "\\`")
    filled = re.sub(r"\0([A-Z0-9_]+)\0", r"${\1}", safe)
    needed = "\n".join(f': "${{{variable}:?set this variable}}"' for variable in variables(body))
    return (
        f"# {_ABOUT.format(name=_line(name))}\n{needed}\n"
        f'curl --fail-with-body -sS -X POST "${{AGORA_REST_BASE_URL:-{BASE}}}/v2/projects/$AGORA_APP_ID/join" \\\n'
        '  -H "Authorization: agora token=$AGORA_TOKEN" \\\n  -H "Content-Type: application/json" \\\n'
        f"  --data-binary @- <<JSON\n{filled}\nJSON\n"
    )


def python(name: str, settings: Settings) -> str:
    """A Python program that uses httpx."""
    body = marked_body(name, settings)
    return (
        f'"""{_docstring(_ABOUT.format(name=_line(name)))}"""\n\nimport os\n\nimport httpx\n\n'
        f'BASE = os.environ.get("AGORA_REST_BASE_URL", "{BASE}")\n\n'
        f"body = {_literal(body, _PYTHON)}\n\n"
        "answer = httpx.post(\n    f\"{BASE}/v2/projects/{os.environ['AGORA_APP_ID']}/join\",\n    json=body,\n"
        '    headers={"Authorization": f"agora token={os.environ[\'AGORA_TOKEN\']}"},\n    timeout=30,\n)\n'
        "answer.raise_for_status()\nprint(answer.json())\n"
    )


def agora_agents(name: str, settings: Settings) -> str:
    """A Python program that uses Agora's package (its REST client, which sends properties unchanged)."""
    body = marked_body(name, settings)
    properties = _literal(body["properties"], _PYTHON)
    pipeline = f"    pipeline_id={json.dumps(body['pipeline_id'])},\n" if "pipeline_id" in body else ""
    return (
        f'"""{_docstring(_ABOUT.format(name=_line(name)))} Needs: pip install agora-agents."""\n\nimport os\n\n'
        "from agora_agent.client import Agora\n\n"
        "client = Agora(\n"
        f'    base_url=os.environ.get("AGORA_REST_BASE_URL", "{BASE}"),\n'
        '    authorization=f"agora token={os.environ[\'AGORA_TOKEN\']}",\n    username="",\n    password="",\n)\n\n'
        f"properties = {properties}\n\n"
        "started = client.agents.start(\n"
        f'    os.environ["AGORA_APP_ID"],\n    name={_text(body["name"], _PYTHON)},\n    properties=properties,\n{pipeline})\n'
        "print(started.agent_id, started.status)\n"
    )


def javascript(name: str, settings: Settings) -> str:
    """A JavaScript program for Node 18 or newer."""
    body = marked_body(name, settings)
    return (
        f"// {_ABOUT.format(name=_line(name))}\n\n"
        f'const base = process.env.AGORA_REST_BASE_URL ?? "{BASE}";\n\n'
        f"const body = {_literal(body, _JAVASCRIPT)};\n\n"
        "const answer = await fetch(`${base}/v2/projects/${process.env.AGORA_APP_ID}/join`, {\n"
        '  method: "POST",\n  headers: {\n    "Authorization": `agora token=${process.env.AGORA_TOKEN}`,\n'
        '    "Content-Type": "application/json",\n  },\n  body: JSON.stringify(body),\n});\n'
        "if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);\n"
        "console.log(await answer.json());\n"
    )


@dataclass(frozen=True, slots=True)
class _Language:
    """How a language writes constants and environment variables."""

    true: str
    false: str
    null: str
    variable: str
    pad: str


_PYTHON = _Language("True", "False", "None", 'os.environ["{}"]', "    ")
_JAVASCRIPT = _Language("true", "false", "null", "process.env.{}", "  ")


def _literal(value: Any, language: _Language, depth: int = 0) -> str:
    """JSON as a literal of the language, split into lines if it doesn't fit in one."""
    if isinstance(value, str):
        return _text(value, language)
    if value is None or isinstance(value, bool):
        return {None: language.null, True: language.true, False: language.false}[value]
    if not isinstance(value, Mapping | list | tuple):
        return json.dumps(value)
    opened, closed = ("{", "}") if isinstance(value, Mapping) else ("[", "]")
    if isinstance(value, Mapping):
        named = {json.dumps(name, ensure_ascii=False): _literal(part, language, depth + 1) for name, part in value.items()}
        parts = [f"{name}: {part}" for name, part in named.items()]
    else:
        parts = [_literal(part, language, depth + 1) for part in value]
    short = opened + ", ".join(parts) + closed
    if len(short) <= _WIDE and "\n" not in short:
        return short
    pad = language.pad
    return f"{opened}\n" + "".join(f"{pad * (depth + 1)}{part},\n" for part in parts) + f"{pad * depth}{closed}"


def _text(text: str, language: _Language) -> str:
    """A string literal that reads each ``${NAME}`` from the environment."""
    pieces = _MARK.split(text)
    written = [
        language.variable.format(piece) if number % 2 else json.dumps(piece, ensure_ascii=False)
        for number, piece in enumerate(pieces)
        if number % 2 or piece
    ]
    return " + ".join(written) or '""'


def _unique(name: str) -> str:
    """Names must be unique among running agents: add the channel."""
    kept = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower()[:40] or "agent"
    return f"{kept}-${{CHANNEL}}"


def _line(text: str) -> str:
    return " ".join(text.split())


def _docstring(text: str) -> str:
    return text.replace("\\", "").replace('"', "'")
