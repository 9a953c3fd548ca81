"""A model is downloaded whole, verified and continued, from a server on this computer that speaks as the hub does."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from greenroom.catalog.offline_models import RECOMMENDED, DownloadableModel
from greenroom.errors import DiskFull
from greenroom.services.operations.model_download import DownloadFailed, download_model
from tests.conftest import until

pytestmark = pytest.mark.unit

#: The hub's client writes 10 MB at a time: less could not be continued.
CONTENT = b"GGUF" + bytes(range(256)) * 100_000
COMMIT = "1" * 40
MODEL = DownloadableModel(
    "Small", "lab/small-gguf", COMMIT, "small.gguf", len(CONTENT), hashlib.sha256(CONTENT).hexdigest(), "MIT"
)


@dataclass
class Hub:
    """``cut_after``: bytes after which the next answer breaks off, once; ``stuck`` it then keeps the connection instead.
    ``asked``: method, range and key of each request."""

    content: bytes = CONTENT
    cut_after: int = 0
    stuck: bool = False
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    url: str = ""


@pytest.fixture
def hub(monkeypatch) -> Iterator[Hub]:
    state = Hub()

    class Answers(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer(b"", len(state.content))

        def do_GET(self) -> None:
            start = int(self.headers.get("range", "bytes=0-").removeprefix("bytes=").partition("-")[0])
            self._answer(state.content[start:], len(state.content) - start, 206 if start else 200)

        def _answer(self, body: bytes, length: int, status: int = 200) -> None:
            state.agents.add(self.headers.get("user-agent", ""))
            state.asked.append((self.command, self.headers.get("range", ""), self.headers.get("authorization", "")))
            if self.path != f"/{MODEL.repository}/resolve/{COMMIT}/{MODEL.file}":
                self.send_error(404)
                return
            self.send_response(status)
            self.send_header("Content-Length", str(length))
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("ETag", f'"{MODEL.sha256}"')
            self.send_header("X-Linked-Etag", f'"{MODEL.sha256}"')
            self.send_header("X-Linked-Size", str(len(state.content)))
            if status == 206:
                self.send_header(
                    "Content-Range", f"bytes {len(state.content) - length}-{len(state.content) - 1}/{len(state.content)}"
                )
            self.end_headers()
            if self.command == "GET" and state.cut_after:
                body, state.cut_after = body[: state.cut_after], 0
            self.wfile.write(body)
            while state.stuck and not body.endswith(CONTENT[-9:]) and body:
                time.sleep(0.05)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    state.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    monkeypatch.setenv("HF_TOKEN", "hf_canary_token")
    yield state
    server.shutdown()
    server.server_close()


def test_a_model_is_downloaded_verified_and_not_fetched_twice(hub, tmp_path):
    file, fresh = download_model(MODEL, tmp_path / "models", hub.url)
    assert (file.read_bytes(), fresh) == (CONTENT, True)
    asked = len(hub.asked)
    assert download_model(MODEL, tmp_path / "models", hub.url) == (file, False)
    assert len(hub.asked) == asked
    assert {key for _, _, key in hub.asked} == {""}, "a mirror must not learn the user's token"
    assert hub.agents == {"greenroom"}, "nor what is installed here"


def ranges(hub: Hub) -> list[str]:
    return [where for method, where, _ in hub.asked if method == "GET"]


def test_a_download_that_broke_off_goes_on_where_it_stopped(hub, tmp_path):
    hub.cut_after = 15_000_000
    file, _ = download_model(MODEL, tmp_path, hub.url)
    assert file.read_bytes() == CONTENT
    assert ranges(hub) == ["", "bytes=10485760-"]


def test_a_download_that_was_killed_goes_on_at_the_next_start(hub, tmp_path):
    hub.cut_after, hub.stuck = 15_000_000, True
    script = "import sys, pathlib; from tests.services.operations.test_model_download import MODEL, download_model as download;"
    run = "download(MODEL, pathlib.Path(sys.argv[1]), sys.argv[2])"
    command = [sys.executable, "-c", f"{script} {run}", str(tmp_path), hub.url]
    child = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    part = tmp_path / f"{MODEL.file}.part"
    until(lambda: part.exists() and part.stat().st_size >= 10_000_000)
    child.kill()
    child.wait()
    hub.stuck = False
    assert download_model(MODEL, tmp_path, hub.url)[0].read_bytes() == CONTENT
    assert ranges(hub) == ["", "bytes=10485760-"]


def test_another_file_under_the_same_name_is_deleted_and_refused(hub, tmp_path):
    hub.content = CONTENT[::-1]
    with pytest.raises(DownloadFailed, match="SHA-256 check"):
        download_model(MODEL, tmp_path, hub.url)
    assert not (tmp_path / MODEL.file).exists()


def test_a_damaged_file_is_fetched_again(hub, tmp_path):
    (tmp_path / MODEL.file).write_bytes(CONTENT[:-1])
    file, fresh = download_model(MODEL, tmp_path, hub.url)
    assert (file.read_bytes(), fresh) == (CONTENT, True)


def test_a_full_disk_is_said_with_the_figures_before_anything_is_fetched(hub, tmp_path):
    free = shutil.disk_usage(tmp_path).free
    with pytest.raises(DiskFull, match=r"needs .* GB on the disk, and .* GB is free"):
        download_model(replace(MODEL, size=free), tmp_path, hub.url)
    assert hub.asked == []


@pytest.mark.parametrize("path", ["", "/elsewhere"])
def test_a_closed_network_or_a_wrong_mirror_says_what_to_do_instead(hub, tmp_path, path):
    endpoint = f"{hub.url}{path}" if path else "http://127.0.0.1:9"
    with pytest.raises(DownloadFailed, match=f"from {endpoint}") as caught:
        download_model(MODEL, tmp_path, endpoint)
    assert "HF_ENDPOINT" in caught.value.advice
    assert f"{endpoint}/{MODEL.repository}/resolve/{COMMIT}/{MODEL.file}" in caught.value.advice
    assert str(tmp_path) in caught.value.advice


def test_the_recommended_model_is_pinned_and_open():
    assert RECOMMENDED.license in ("Apache-2.0", "MIT")
    assert (len(RECOMMENDED.revision), len(RECOMMENDED.sha256)) == (40, 64)
    assert 0.8e9 < RECOMMENDED.size < 2.2e9
