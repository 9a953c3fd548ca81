"""Uploads are bounded in all, not only file by file."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from components.shell import upload_limits
from components.shell.upload_limits import PATH, UploadLimits

pytestmark = pytest.mark.unit


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """What Streamlit holds."""
    files: dict[str, int] = {}
    monkeypatch.setattr(upload_limits, "_held", lambda: files)
    monkeypatch.setattr(upload_limits, "TAB_MAX_BYTES", 1000)
    monkeypatch.setattr(upload_limits, "ALL_MAX_BYTES", 3000)
    monkeypatch.setattr(upload_limits, "_AROUND", 0)
    return files


def server(held: dict[str, int]) -> TestClient:
    async def put(request: Request) -> Response:
        held[request.path_params["tab"]] = held.get(request.path_params["tab"], 0) + len(await request.body())
        return PlainTextResponse("", status_code=204)

    app = Starlette(
        routes=[Route(f"{PATH}{{tab}}/{{file}}", put, methods=["PUT"])],
        middleware=[Middleware(UploadLimits)],
    )
    return TestClient(app)


def test_many_small_files_of_a_tab_are_refused_once_their_sum_is_too_large(held: dict[str, int]) -> None:
    client = server(held)
    answers = [client.put(f"{PATH}tab/{number}", content=b"x" * 300).status_code for number in range(5)]
    assert answers == [204, 204, 204, 413, 413]
    assert client.put(f"{PATH}another/0", content=b"x" * 300).status_code == 204


def test_all_tabs_together_are_bounded(held: dict[str, int]) -> None:
    client = server(held)
    answers = [client.put(f"{PATH}tab{number}/0", content=b"x" * 900).status_code for number in range(4)]
    assert answers == [204, 204, 204, 413]


def test_an_upload_that_does_not_say_its_length_is_refused(held: dict[str, int]) -> None:
    assert server(held).put(f"{PATH}tab/0", content=iter([b"x"])).status_code == 411
    assert held == {}


def test_what_a_bundle_may_weigh_is_what_the_server_takes() -> None:
    """A field that promises more than the server takes fails after minutes of uploading."""
    import re
    import tomllib
    from pathlib import Path

    root = Path(__file__).parents[3]
    server_mb = tomllib.loads((root / ".streamlit/config.toml").read_text())["server"]["maxUploadSize"]
    promised = [
        int(found)
        for path in (root / "components").rglob("*.py")
        for found in re.findall(r"max_upload_size=(\d+)", path.read_text())
    ]
    assert promised
    assert max(promised) == server_mb
    assert server_mb * 1024**2 < upload_limits.TAB_MAX_BYTES
