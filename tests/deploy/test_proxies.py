"""The files of ``deploy/`` tried with the real nginx and Caddy before two real studios on one database: TLS, sockets, cookies,
one process for each browser, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import psutil
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from greenroom.agora.tokens import rtc_rtm_token
from greenroom.security_log import FILE
from tests.conftest import PATIENCE_S
from tests.databases import BINARIES, postgres  # noqa: F401 - a fixture
from tests.deploy.proxies import NO_TLS_CHECK, PROXIES, proxy_before
from tests.postgres import PrivatePostgres
from tests.studio_process import StudioProcess, free_port
from tests.twin.edge.doubles import join_message

pytestmark = [pytest.mark.twin, pytest.mark.timeout(240)]

if not PROXIES:
    pytest.skip("needs nginx or caddy", allow_module_level=True)


@pytest.fixture(scope="module")
def public() -> int:
    return free_port()


@pytest.fixture(scope="module")
def studios(
    public: int, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[list[StudioProcess]]:
    """Two processes of one installation, on one PostgreSQL where a server is installed."""
    folder = tmp_path_factory.mktemp("two")
    database = {}
    if BINARIES is not None:
        server: PrivatePostgres = request.getfixturevalue("postgres")
        database = {"GREENROOM_DATABASE_URL": server.url(server.new_database())}
    running = []
    for _ in range(2):
        environ = {
            "GREENROOM_PUBLIC_URL": f"https://localhost:{public}",
            "GREENROOM_ALLOW_EVERYONE": "yes",
            "GREENROOM_MEDIA_PORT": str(free_port()),
            **database,
        }
        running.append(StudioProcess(folder, environ).start(engines=False))
    yield running
    for studio in running:
        studio.stop()


@pytest.fixture(params=PROXIES)
def proxy(request: pytest.FixtureRequest, public: int, studios: list[StudioProcess], tmp_path: Path) -> Iterator[str]:
    with proxy_before(request.param, tmp_path, public, [studio.port for studio in studios]) as url:
        yield url


def socket(url: str, path: str, origin: str) -> ClientConnection:
    address = url.replace("https", "wss") + path
    return connect(address, ssl=NO_TLS_CHECK, origin=origin, proxy=None, open_timeout=PATIENCE_S)  # type: ignore[arg-type]


def test_page_sockets_cookies_and_edge_work_through_it(proxy: str, studios: list[StudioProcess]) -> None:
    page = httpx.get(proxy, verify=NO_TLS_CHECK, timeout=PATIENCE_S)
    assert page.status_code == 200
    assert "Content-Security-Policy" in page.headers
    assert "max-age" in page.headers["Strict-Transport-Security"]
    health = httpx.get(f"{proxy}/_stcore/health", verify=NO_TLS_CHECK, timeout=PATIENCE_S)
    cookies = [*page.headers.get_list("set-cookie"), *health.headers.get_list("set-cookie")]
    assert cookies
    assert all("secure" in one.lower() for one in cookies)
    with socket(proxy, "/_stcore/stream", proxy) as streamlit:
        assert streamlit.response is not None
    project = studios[0].project
    token = rtc_rtm_token(project.app_id, project.app_certificate, "through", 7)
    message = {**join_message("through", 7, token), "app_id": project.app_id}
    with socket(proxy, "/edge/", proxy) as edge:
        edge.send(json.dumps({"_id": "q", "_type": "join_v3", "_message": message}))
        while (frame := json.loads(edge.recv(PATIENCE_S))).get("_id") != "q":
            pass
        assert frame["_result"] == "success"
        candidates = frame["_message"]["ortc"]["iceParameters"]["candidates"]
        assert {one["protocol"] for one in candidates} == {"udp", "tcp"}


def test_a_browser_stays_with_one_process(proxy: str, studios: list[StudioProcess]) -> None:
    with socket(proxy, "/edge/", proxy), socket(proxy, "/edge/", proxy), socket(proxy, "/_stcore/stream", proxy):
        holding = [studio for studio in studios if _proxied(studio)]
    assert len(holding) == 1


def _proxied(studio: StudioProcess) -> bool:
    """Whether a connection of the proxy is open at the process's own port."""
    assert studio.process is not None
    connections = psutil.Process(studio.process.pid).net_connections("tcp")
    return any(one.laddr.port == studio.port and one.status == "ESTABLISHED" for one in connections)


@pytest.mark.parametrize("path", ["/_stcore/stream", "/edge/", "/api/calls/x/stage"])
def test_a_socket_of_another_site_is_refused(proxy: str, path: str) -> None:
    with pytest.raises(InvalidStatus, match="403"), socket(proxy, path, "https://evil.example"):
        pass


def test_another_name_and_the_twin_are_out_of_reach(proxy: str, studios: list[StudioProcess]) -> None:
    port = urlsplit(proxy).port
    for host in ("evil.example", f"evil.example:{port}"):
        answer = httpx.get(f"{proxy}/api/health", headers={"Host": host}, verify=NO_TLS_CHECK, timeout=PATIENCE_S)
        assert answer.status_code == 403 or "twin" not in answer.text
    for path in ("/edge/health", "/edge/twin/agents", "/twin/agents"):
        assert "agents" not in httpx.get(f"{proxy}{path}", verify=NO_TLS_CHECK, timeout=PATIENCE_S).text[:200]


@pytest.mark.parametrize("name", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP", "True-Client-IP"])
def test_a_visitor_counts_as_the_address_that_the_proxy_sees(proxy: str, studios: list[StudioProcess], name: str) -> None:
    """Even in the network that the studio trusts: a new address for each guess would escape every limit."""
    spoofed = {name: "for=203.0.113.9" if name == "Forwarded" else "203.0.113.9, 127.0.0.1", "X-Forwarded-Host": "evil.example"}
    link = f"none-{uuid4()}"
    answer = httpx.post(f"{proxy}/api/guest/{link}/welcome", json={}, headers=spoofed, verify=NO_TLS_CHECK, timeout=PATIENCE_S)
    assert answer.status_code == 403
    lines = [json.loads(line) for line in (studios[0].data_dir / FILE).read_text().splitlines()]
    assert {line["client"] for line in lines if line.get("link") == link} == {"127.0.0.1"}
