"""Hostile inputs against everything that outsiders reach: routes, sockets, imports, zips. ``make fuzz`` tries 10,000.

Promised: no error we didn't intend (a 500, an exception), no input that costs 2 s of computing, no growth over 100 MB.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from greenroom.catalog.secrecy import without_secrets
from greenroom.errors import GreenroomError
from greenroom.http_security.allowed_hosts import AllowedHosts
from greenroom.http_security.host_guard import HostGuard
from greenroom.model.launch import LaunchRequest
from greenroom.model.session import API, SessionId
from greenroom.services.agents import agent_files
from greenroom.services.sessions.session_bundle import AGENT, SESSION, unpack
from greenroom.web.contract import contract_routes
from greenroom.web.routes import routes
from greenroom.web.sample_backend import SampleBackend
from tests.services.conftest import Desk, make_desk

pytestmark = pytest.mark.unit

NOBODY, KEY = "http://127.0.0.1:9", "the-key-of-the-fuzz"
#: Inputs in all: a slice in every test run, all of them with ``make fuzz``.
INPUTS = int(os.environ.get("GREENROOM_FUZZ", "400"))
CPU_MAX_S, MEMORY_MAX = 2.0, 100 * 1024**2
#: Said in words by our own handlers: Agora is away, the twin is down, the disk is full.
INTENDED = (502, 503, 507)


def share(part: float) -> Any:
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    return settings(max_examples=max(20, int(INPUTS * part)), deadline=None, database=None, suppress_health_check=checks)


@contextlib.contextmanager
def bounded() -> Iterator[None]:
    """Computing time, which a busy machine doesn't lengthen."""
    begun = time.process_time()
    yield
    assert time.process_time() - begun < CPU_MAX_S


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return make_desk(NOBODY, tmp_path_factory.mktemp("fuzz"))


@pytest.fixture(scope="module")
def session(desk: Desk) -> tuple[SessionId, str]:
    ticket = desk.calls.launch(LaunchRequest(desk.agents.list()[0].id))
    return ticket.session_id, ticket.capability


@pytest.fixture(scope="module")
def client(desk: Desk) -> Iterator[TestClient]:
    backend = contract_routes(SampleBackend(desk.external, API), KEY, desk.clock)
    ours = [*backend, *routes(desk.services, desk.stages, desk.clock)]
    app = Starlette(routes=ours, middleware=[Middleware(HostGuard, AllowedHosts())])
    with TestClient(app, base_url="http://localhost", client=("127.0.0.1", 5), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture(scope="module", autouse=True)
def memory(client: TestClient, desk: Desk) -> Iterator[None]:
    """Measured once everything has been used, since loading a module is no leak."""
    for path in ("/api/health", "/api/openapi.json", "/start-agent"):
        client.get(path, headers={"authorization": f"Bearer {KEY}"})
    for text in ('{"properties": {"llm": {}}}', "a: [1]", "curl https://x -d '{}'"):
        with contextlib.suppress(GreenroomError):
            agent_files.understand(text)
    process = psutil.Process()
    before = process.memory_info().rss
    yield
    gc.collect()
    assert process.memory_info().rss - before < MEMORY_MAX


WORDS = tuple(
    [
        "capability",
        "type",
        "text",
        "reason",
        "turn_id",
        "speaker",
        "session",
        "transcript",
        "properties",
        "llm",
        "headers",
        "url",
        "name",
        "agent_id",
        "priority",
        "greenroom",
        "settings",
        "tts",
        "params",
        "kind",
        "detail",
        "key",
        "was",
        "tab",
    ]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(["${OPENAI_API_KEY}", "\x00", "\ud800", "=1+1", "https://evil.example", "ended", "user", "hello"])
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=8), inner, max_size=5),
    max_leaves=20,
)
DEEP = st.sampled_from(
    ["[" * 100_000, '{"a":' * 50_000, "[" + "[]," * 20_000 + "[]]", '"' + "\\u0000" * 20_000 + '"', "1" * 6_000]
)
BODIES = st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()) | DEEP.map(str.encode)
PARAMETERS = ("profile", "channel", "until", "key", "debug", "llm_url", "voice_id")
HEADERS = ("origin", "content-type", "agora-signature", "range", "cookie")
KINDS = ("heartbeat", "turn", "event", "typed", "say", "whisper", "interrupt", "activity", "agent_seen", "end ")
METHODS = st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
PARTS = st.sampled_from(["..", "%00", "%2e%2e", "a" * 300, "é", "recording", "done", "0", "-1", "9" * 30]) | st.text(max_size=12)
HEADER = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=60)
PATHS = st.one_of(
    st.sampled_from(["/api/health", "/api/openapi.json", "/health", "/start-agent", "/hangup-agent", "/speak", "/renew-token"]),
    st.sampled_from(["/api/agora/notifications", "/api/calls/{id}/end", "/api/calls/{id}/recording/done", "/api/nope"]),
    st.builds("/api/calls/{{id}}/recording/{}/{}".format, PARTS, PARTS),
    st.builds("/api/calls/{}/end".format, PARTS),
    st.builds("/api/sessions/{}/recording".format, PARTS),
    st.builds("/api/drafts/{}/text".format, PARTS),
    st.builds("/{}/{}".format, PARTS, PARTS),
)


@share(0.5)
@given(
    method=METHODS,
    path=PATHS,
    body=BODIES,
    query=st.dictionaries(
        st.sampled_from(["profile", "channel", "until", "key", "debug", "llm_url", "voice_id"]), st.text(max_size=20), max_size=3
    ),
    headers=st.dictionaries(
        st.sampled_from(["origin", "content-type", "agora-signature", "range", "cookie"]), HEADER, max_size=2
    ),
    bearer=st.sampled_from([f"Bearer {KEY}", "{capability}", ""]),
)
def test_routes(client: TestClient, session: tuple[SessionId, str], method, path, body, query, headers, bearer):
    sent = {name: value.encode("latin-1") for name, value in headers.items()}
    if bearer:
        sent["authorization"] = bearer.replace("{capability}", f"Bearer {session[1]}").encode()
    address = path.replace("{id}", session[0]).encode("utf8", "replace").decode()
    known = {name: value.encode("utf8", "replace").decode() for name, value in query.items()}
    with contextlib.suppress(ValueError, httpx.InvalidURL):  # an address that no client can send
        with bounded():
            answer = client.request(method, address, content=body, params=known, headers=sent)
        assert answer.status_code < 500 or answer.status_code in INTENDED, (answer.status_code, answer.text[:300])
        if answer.status_code in INTENDED and method != "HEAD":
            assert "error" in answer.json() or "status" in answer.json()


MESSAGES = st.lists(
    st.one_of(
        JSON.map(json.dumps),
        st.text(max_size=60).map(lambda text: text.encode("utf8", "replace").decode()),
        DEEP,
        st.builds(
            lambda kind, rest: json.dumps({**(rest if isinstance(rest, dict) else {}), "type": kind}),
            st.sampled_from(
                ["heartbeat", "turn", "event", "typed", "say", "whisper", "interrupt", "activity", "agent_seen", "end "]
            ),
            JSON,
        ),
        st.binary(max_size=50),
    ),
    max_size=6,
)


@share(0.1)
@given(messages=MESSAGES, honest=st.booleans())
def test_sockets(client: TestClient, desk: Desk, session: tuple[SessionId, str], messages: list[str | bytes], honest: bool):
    desk.clock.ahead_s += 60  # a new allowance of messages for each input
    address = f"/api/calls/{session[0]}/stage"
    with bounded(), contextlib.suppress(WebSocketDisconnect), client.websocket_connect(address) as socket:
        if honest:
            socket.send_json({"type": "hello", "capability": session[1]})
            assert socket.receive_json()["type"] == "welcome"
        for message in messages:
            socket.send_bytes(message) if isinstance(message, bytes) else socket.send_text(message)


FILES = st.one_of(
    JSON.map(json.dumps),
    st.text(max_size=300),
    DEEP,
    st.text(max_size=80).map(lambda text: f"curl https://x -d '{text}'"),
    JSON.map(lambda value: json.dumps({"greenroom": 1, "name": "x", "settings": value})),
    JSON.map(lambda value: json.dumps({"name": "x", "properties": value})),
)


@share(0.25)
@given(text=FILES)
def test_imports(desk: Desk, text: str):
    with bounded():
        try:
            found = agent_files.understand(text)
        except GreenroomError:
            return
        desk.keys.pending(found.settings)
        without_secrets(dict(found.settings))
        with contextlib.suppress(GreenroomError):
            desk.agents.import_agent("Fuzz", found.settings)


@share(0.15)
@given(
    document=JSON | st.dictionaries(st.sampled_from(["greenroom_session", "session", "transcript", "events", "tags"]), JSON),
    agent=BODIES,
    method=st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA]),
    place=st.integers(0, 4000),
    byte=st.integers(0, 255),
    cut=st.integers(0, 60),
)
def test_zips(desk: Desk, document: Any, agent: bytes, method: int, place: int, byte: int, cut: int):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr(SESSION, json.dumps(document))
        archive.writestr(AGENT, agent)
    data = bytearray(out.getvalue())
    data[place % len(data)] = byte
    with bounded(), contextlib.suppress(GreenroomError):
        unpack(bytes(data[: len(data) - cut]), desk.clock.now())


def test_the_folder_holds_no_more_than_its_files(desk: Desk):
    """What was refused has left nothing behind."""
    names = {path.name for path in Path(desk.config.data_dir).iterdir()}
    assert not [name for name in names if name.endswith((".new", ".half"))]
