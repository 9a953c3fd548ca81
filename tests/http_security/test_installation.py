"""A whole installation from outside: what its two servers refuse, and what its processes show to the machine."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import resource
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
import websockets

from greenroom.agora.tokens import rtc_rtm_token
from greenroom.security_log import FILE
from tests.conftest import PATIENCE_S, until
from tests.studio_process import StudioProcess

pytestmark = pytest.mark.twin

PLANTED = "sk-planted-0123456789"
API_KEY = "key-of-this-installation-0123456789"
#: The limit of open files under which clients try to take all of them.
FEW_FILES = 256
EVIL = "evil.example"
FOREIGN = [{"origin": f"http://{EVIL}"}, {"origin": "null"}, {"origin": "http://[::1"}, {"sec-fetch-site": "cross-site"}]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudioProcess]:
    folder = tmp_path_factory.mktemp("installation") / "data"
    made = StudioProcess(folder, {"OPENAI_API_KEY": PLANTED, "UNRELATED_PASSWORD": PLANTED, "GREENROOM_API_KEY": API_KEY})
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))  # as on a machine that keeps them
    made.start(engines=False)
    resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))
    yield made
    made.stop()


def children(studio: StudioProcess) -> list[psutil.Process]:
    assert studio.process is not None
    return psutil.Process(studio.process.pid).children(recursive=True)


def pids(studio: StudioProcess) -> list[int]:
    return [process.pid for process in children(studio)]


def opens(port: int, path: str, *, host: str = "localhost", origin: str | None = None) -> bool:
    """Whether a WebSocket handshake under this Host and Origin is accepted; False for 403."""

    async def shake() -> int:
        address = f"ws://{host}:{port}{path}"
        try:
            async with websockets.connect(address, host="localhost", port=port, origin=origin, proxy=None):  # type: ignore[arg-type]
                return 101
        except websockets.InvalidStatus as refused:
            return refused.response.status_code

    status = asyncio.run(shake())
    assert status in (101, 403)
    return status == 101


def test_clients_that_hold_every_connection_leave_room_to_stop_an_agent(studio: StudioProcess):
    """Both servers close what they have no room for. With no file left, they would try to accept it again and again."""
    handshake = f"GET /_stcore/stream HTTP/1.1\r\nHost: localhost:{studio.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    page = f"{handshake}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    servers = {
        studio.port: studio.process_id,
        studio.twin_port(): next(p.pid for p in children(studio) if "greenroom.twin" in p.cmdline()),
    }
    with (
        contextlib.ExitStack() as ending,
        httpx.Client(headers={"Authorization": f"Bearer {API_KEY}"}, timeout=PATIENCE_S) as client,
    ):
        for process in servers.values():
            before = resource.prlimit(process, resource.RLIMIT_NOFILE, (FEW_FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
            ending.callback(resource.prlimit, process, resource.RLIMIT_NOFILE, before)
        started = client.get(f"{studio.url}/start-agent").raise_for_status().json()
        held = [ending.enter_context(socket.create_connection(("127.0.0.1", port))) for port in servers for _ in range(FEW_FILES)]
        for connection in held[:FEW_FILES]:
            with contextlib.suppress(OSError):
                connection.sendall(page)
        for connection in (held[FEW_FILES - 1], held[-1]):
            connection.settimeout(PATIENCE_S)
            with contextlib.suppress(ConnectionResetError):
                assert connection.recv(1) == b""  # closed
        assert all(psutil.Process(process).num_fds() < FEW_FILES for process in servers.values())
        agent = json.loads(started["agent_response"]["response"])["agent_id"]
        client.get(f"{studio.url}/hangup-agent", params={"agent_id": agent}).raise_for_status()
    until(lambda: _answers(studio))


def _answers(studio: StudioProcess) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return studio.health()["status"] == "ok"
    return False


@pytest.mark.parametrize("path", ["/", "/api/health", "/_stcore/health", "/ui-assets/index.js", "/health", "/sessions"])
def test_the_studio_answers_no_page_that_reaches_it_under_a_foreign_name(studio: StudioProcess, path: str):
    """DNS rebinding: the attacker's page and its requests agree about Host and Origin."""
    for host in (EVIL, f"{EVIL}:{studio.port}", "localhost.evil.example"):
        answer = httpx.get(f"{studio.url}{path}", headers={"host": host}, timeout=PATIENCE_S, trust_env=False)
        assert (answer.status_code, EVIL in answer.text) == (403, False)


@pytest.mark.parametrize(
    "path",
    [
        f"//{EVIL}",
        f"//{EVIL}/..",
        f"/%2F%2F{EVIL}",
        f"/%5C{EVIL}",
        f"/sessions//{EVIL}",
        f"/sessions/?next=https://{EVIL}",
        f"/auth/login?provider=https://{EVIL}&next=https://{EVIL}",
        f"/auth/logout?next=https://{EVIL}",
        f"/oauth2callback?code=x&state=x&redirect_uri=https://{EVIL}",
        f"/g/x?next=https://{EVIL}",
        f"/api/guest/../../..//{EVIL}",
    ],
)
def test_no_address_of_the_studio_leads_to_another_site(studio: StudioProcess, path: str):
    """Open redirects."""
    for headers in ({}, {"accept": "text/html"}, {"x-forwarded-host": EVIL}, {"referer": f"https://{EVIL}/"}):
        answer = httpx.get(f"{studio.url}{path}", headers=headers, timeout=PATIENCE_S, trust_env=False, follow_redirects=False)
        target = httpx.URL(studio.url).join(answer.headers.get("location", "/"))
        assert (target.host, target.port) == ("localhost", studio.port), answer.headers["location"]
        assert f"refresh: 0;url=https://{EVIL}" not in str(answer.headers).lower()


def test_streamlits_own_socket_is_for_pages_of_the_studio(studio: StudioProcess):
    stream = "/_stcore/stream"
    assert opens(studio.port, stream, origin=studio.url)
    assert not opens(studio.port, stream, origin=f"http://{EVIL}")
    assert not opens(studio.port, stream, origin="http://localhost:1")
    assert not opens(studio.port, stream, host=EVIL, origin=f"http://{EVIL}:{studio.port}")


def test_the_stage_socket_is_for_pages_of_the_studio(studio: StudioProcess):
    assert not opens(studio.port, "/api/calls/abc/stage", host=EVIL, origin=f"http://{EVIL}:{studio.port}")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("headers", FOREIGN)
def test_a_page_of_another_site_changes_nothing(studio: StudioProcess, method: str, headers: dict[str, str]):
    for path in ("/api/calls/abc/end", "/_stcore/upload_file/a/b", "/speak"):
        assert httpx.request(method, f"{studio.url}{path}", headers=headers, trust_env=False).status_code == 403


def test_the_twins_sockets_and_its_api_are_closed_to_foreign_hosts_and_pages(studio: StudioProcess):
    port = studio.twin_port()
    for path in ("/", "/ws/"):
        assert opens(port, path, origin=studio.url)
        assert not opens(port, path, origin=f"http://{EVIL}")
        assert not opens(port, path, host=EVIL, origin=f"http://{EVIL}:{port}")
    join = f"http://localhost:{port}/api/conversational-ai-agent/v2/projects/{studio.project.app_id}/join"
    for headers in ({"host": f"{EVIL}:{port}"}, {"origin": f"http://{EVIL}"}, {"origin": studio.url}):
        assert httpx.post(join, json={}, headers=headers, timeout=PATIENCE_S, trust_env=False).status_code == 403


def test_nobody_can_sign_for_an_installation_whose_certificate_they_do_not_know(studio: StudioProcess, tmp_path: Path):
    from greenroom.store.offline_project import offline_project

    assert offline_project(tmp_path) != studio.project
    url = f"http://localhost:{studio.twin_port()}/api/conversational-ai-agent/v2/projects/{studio.project.app_id}/agents"
    statuses = []
    for certificate in ("00112233445566778899aabbccddeeff", studio.project.app_certificate):
        token = rtc_rtm_token(studio.project.app_id, certificate, "c", 1, life_s=60)
        statuses.append(
            httpx.get(url, headers={"Authorization": f"agora token={token}"}, timeout=PATIENCE_S, trust_env=False).status_code
        )
    assert statuses == [401, 200]


def test_no_process_shows_a_key_or_certificate_to_the_machine(studio: StudioProcess):
    twins = children(studio)
    assert twins
    for process in twins:
        shown = json.dumps([process.cmdline(), process.environ()])
        assert studio.project.app_certificate not in shown
        assert PLANTED not in shown


def test_a_crash_leaves_no_memory_on_the_disk(studio: StudioProcess):
    assert [resource.prlimit(process, resource.RLIMIT_CORE)[0] for process in (studio.process_id, *pids(studio))] == [0, 0]


def test_files_of_an_installation_are_for_their_owner(studio: StudioProcess):
    assert os.stat(studio.data_dir).st_mode & 0o077 == 0
    httpx.get(f"{studio.url}/api/health", headers={"host": EVIL}, timeout=PATIENCE_S, trust_env=False)  # for the security log
    files = [path for path in studio.data_dir.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"offline-project.json", "greenroom.db", "capability.key", FILE}
    assert [path.name for path in files if path.stat().st_mode & 0o077] == []


def test_refusals_are_in_the_security_log(studio: StudioProcess):
    httpx.get(f"{studio.url}/api/health", headers={"host": EVIL}, timeout=PATIENCE_S, trust_env=False)
    lines = [json.loads(line) for line in (studio.data_dir / FILE).read_text().splitlines()]
    assert ("request_refused", EVIL, "/api/health") in [(line["event"], line.get("host"), line.get("path")) for line in lines]


def test_every_page_has_a_content_policy(studio: StudioProcess):
    for path in ("/", "/api/health", "/ui-assets/index.js", "/nowhere"):
        policy = httpx.get(f"{studio.url}{path}", timeout=PATIENCE_S, trust_env=False).headers["content-security-policy"]
        assert "img-src 'self' data: blob:;" in policy
        assert "'unsafe-eval'" not in policy
        assert "script-src 'self'" in policy


@pytest.mark.parametrize(
    ("address", "environ", "says"),
    [
        ("0.0.0.0", {}, "GREENROOM_PUBLIC_URL"),
        ("0.0.0.0", {"GREENROOM_PUBLIC_URL": "https://studio.example.com"}, "GREENROOM_ALLOW_EVERYONE"),
        ("localhost", {"GREENROOM_PUBLIC_URL": "studio.example.com"}, "GREENROOM_PUBLIC_URL"),
    ],
)
def test_other_machines_are_let_in_by_a_decision_only(address: str, environ: dict[str, str], says: str, tmp_path: Path):
    studio = StudioProcess(tmp_path, environ, options=("--server.address", address))
    with pytest.raises(AssertionError, match=says):
        studio.start(engines=False)
    studio.stop()
