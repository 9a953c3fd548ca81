"""nginx in front of several studios, as docs/deploy.md describes it: a cookie keeps a browser with its process."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.studio_process import free_port

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
START_S = 10.0
CONFIG = """\
{user}daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 2048; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  map $http_upgrade $connection_upgrade {{ default upgrade; '' ''; }}
  map $cookie_greenroom_process $visitor {{ default $cookie_greenroom_process; '' $request_id; }}
  upstream greenroom {{
    hash $visitor consistent;
    {servers}
  }}
  server {{
    listen 127.0.0.1:{port};
    client_max_body_size 200m;
    location / {{
      proxy_pass http://greenroom; proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;
      proxy_buffering off; proxy_read_timeout 1h;
      proxy_next_upstream error timeout;
      add_header Set-Cookie "greenroom_process=$visitor; Path=/; HttpOnly; SameSite=Lax";
    }}
  }}
}}
"""


@contextmanager
def load_balancer(folder: Path, ports: Sequence[int]) -> Iterator[str]:
    """The address of an nginx of our own that spreads its visitors over these ports of this machine."""
    assert NGINX is not None, "nginx isn't installed"
    folder.mkdir(parents=True)
    port = free_port()
    servers = " ".join(f"server 127.0.0.1:{one} max_fails=1 fail_timeout=5s;" for one in ports)
    user = "user root; " if os.geteuid() == 0 else ""
    file = folder / "nginx.conf"
    file.write_text(CONFIG.format(user=user, folder=folder, servers=servers, port=port))
    process = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(file)], stderr=subprocess.DEVNULL)
    try:
        _await_answer(f"http://127.0.0.1:{port}/_stcore/health", process, folder)
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _await_answer(url: str, process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(url, timeout=2)
            return
        except httpx.HTTPError:
            time.sleep(0.05)
    log = folder / "error.log"
    raise AssertionError(f"nginx did not start: {log.read_text() if log.exists() else process.poll()}")
