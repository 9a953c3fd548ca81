"""The files of ``deploy/`` tried with the real nginx and Caddy before two real studios on one database: TLS, sockets, cookies,
one process for each browser, and what is refused."""

from __future__ import annotations

import json
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from greenroom.agora.tokens import rtc_rtm_token
from tests.browser.other_machine import _certificate
from tests.conftest import PATIENCE_S
from tests.databases import BINARIES, postgres  # noqa: F401 - a fixture
from tests.postgres import PrivatePostgres
from tests.studio_process import ROOT, StudioProcess, free_port
from tests.twin.edge.doubles import join_message

pytestmark = [pytest.mark.twin, pytest.mark.timeout(240)]

DEPLOY = ROOT / "deploy"
PROXIES = [name for name in ("nginx", "caddy") if shutil.which(name)]
NO_TLS_CHECK = ssl.create_default_context()
NO_TLS_CHECK.check_hostname, NO_TLS_CHECK.verify_mode = False, ssl.CERT_NONE

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
    pem = _certificate(tmp_path, "localhost")
    name: str = request.param
    command = _nginx(tmp_path, public, studios, pem) if name == "nginx" else _caddy(tmp_path, public, studios, pem)
    environ = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=log)
    url = f"https://localhost:{public}"
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            httpx.get(f"{url}/api/health", verify=NO_TLS_CHECK, timeout=PATIENCE_S)
            break
        except httpx.TransportError:
            assert process.poll() is None, (tmp_path / "log").read_text()
            assert time.monotonic() < deadline, (tmp_path / "log").read_text()
            time.sleep(0.05)
    yield url
    process.terminate()
    process.wait(20)


def _nginx(folder: Path, public: int, studios: list[StudioProcess], pem: Path) -> list[str]:
    servers = "\n".join(f"  server 127.0.0.1:{studio.port};" for studio in studios)
    text = (DEPLOY / "nginx.conf").read_text()
    for old, new in (
        ("  server 127.0.0.1:8501;", servers),
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("listen 443 ssl", f"listen 127.0.0.1:{public} ssl"),
        ("studio.example.com;", "localhost;"),
        ("/etc/ssl/studio.example.com.pem", str(pem)),
        ("/etc/ssl/studio.example.com.key", str(pem)),
    ):
        assert old in text
        text = text.replace(old, new)
    paths = "".join(f"  {kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    whole = f"pid {folder}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\n  access_log off;\n{paths}{text}\n}}\n"
    (folder / "nginx.conf").write_text(whole)
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]


def _caddy(folder: Path, public: int, studios: list[StudioProcess], pem: Path) -> list[str]:
    text = (DEPLOY / "Caddyfile").read_text()
    for old, new in (
        ("studio.example.com {", f"https://localhost:{public} {{\n\tbind 127.0.0.1\n\ttls {pem} {pem}"),
        ("reverse_proxy 127.0.0.1:8501", "reverse_proxy " + " ".join(f"127.0.0.1:{studio.port}" for studio in studios)),
    ):
        assert old in text
        text = text.replace(old, new)
    (folder / "Caddyfile").write_text("{\n\tadmin off\n\tauto_https off\n}\n" + text)
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


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
