"""The shipped configurations of nginx and Caddy, run by the real programs before studios on this machine."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.browser.other_machine import self_signed_certificate
from tests.conftest import PATIENCE_S
from tests.studio_process import ROOT, free_port

DEPLOY = ROOT / "deploy"
#: Those that are installed.
PROXIES = [name for name in ("nginx", "caddy") if shutil.which(name)]
#: Their certificate is self-signed.
NO_TLS_CHECK = ssl.create_default_context()
NO_TLS_CHECK.check_hostname, NO_TLS_CHECK.verify_mode = False, ssl.CERT_NONE


@contextmanager
def proxy_before(name: str, folder: Path, public: int, ports: Sequence[int]) -> Iterator[str]:
    """The address at which it serves the studios at ``ports``: https at ``public`` on localhost."""
    pem = self_signed_certificate(folder, "localhost")
    command = _nginx(folder, public, ports, pem) if name == "nginx" else _caddy(folder, public, ports, pem)
    environ = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=log)
    url = f"https://localhost:{public}"
    try:
        _await(url, process, folder / "log")
        yield url
    finally:
        process.terminate()
        process.wait(20)


def _await(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            httpx.get(f"{url}/api/health", verify=NO_TLS_CHECK, timeout=PATIENCE_S)
            return
        except httpx.TransportError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)


def _nginx(folder: Path, public: int, ports: Sequence[int], pem: Path) -> list[str]:
    servers = "\n".join(f"  server 127.0.0.1:{port};" for port in ports)
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


def _caddy(folder: Path, public: int, ports: Sequence[int], pem: Path) -> list[str]:
    text = (DEPLOY / "Caddyfile").read_text()
    for old, new in (
        ("studio.example.com {", f"https://localhost:{public} {{\n\tbind 127.0.0.1\n\ttls {pem} {pem}"),
        ("reverse_proxy 127.0.0.1:8501", "reverse_proxy " + " ".join(f"127.0.0.1:{port}" for port in ports)),
    ):
        assert old in text
        text = text.replace(old, new)
    (folder / "Caddyfile").write_text("{\n\tadmin off\n\tauto_https off\n}\n" + text)
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
