"""What Streamlit serves beside its page is for members where there are members."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.web.server.starlette import starlette_routes as streamlit_routes
from streamlit.web.server.starlette.starlette_agent_routes import _ROUTE_AGENT_INTERACT

from components.shell.members_only import CLOSED, MembersOnly
from greenroom.access.members import Members

pytestmark = pytest.mark.unit

ANN = Members.read("ann@firm.example", "", "")
STRANGERS: list[dict[str, Any]] = [
    {},
    {"is_logged_in": True, "email": "mallory@evil.example"},
    {"is_logged_in": True, "email": "ann@firm.example", "email_verified": False},
]
MEMBER = {"is_logged_in": True, "email": "ann@firm.example"}


def server(members: Members, account: dict[str, Any], base: str = "") -> TestClient:
    async def served(request: Request) -> Response:
        return PlainTextResponse("served")

    route = Route("/{path:path}", served, methods=["GET", "PUT", "POST", "DELETE", "OPTIONS"])
    return TestClient(Starlette(routes=[route], middleware=[Middleware(MembersOnly, members, lambda _: account, base)]))


@pytest.mark.parametrize("account", STRANGERS)
@pytest.mark.parametrize("path", CLOSED)
def test_where_there_are_members_nobody_else_gets_files_or_figures(path: str, account: dict[str, Any]) -> None:
    for method in ("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"):
        assert server(ANN, account).request(method, f"{path}x").status_code == 403
    assert server(ANN, account, "greenroom/").get(f"/greenroom{path}").status_code == 403
    assert server(ANN, MEMBER).get(path).text == "served"
    assert server(Members(), account).get(path).text == "served"


@pytest.mark.parametrize("path", ["/", "/static/media/font.woff2", "/_stcore/health", "/_stcore/host-config", "/auth/login"])
def test_the_page_to_sign_in_gets_what_it_needs(path: str) -> None:
    assert server(ANN, {}).get(path).text == "served"


def test_streamlit_still_has_these_addresses() -> None:
    """Under another name they would be open."""
    names = ("BASE_ROUTE_MEDIA", "BASE_ROUTE_UPLOAD_FILE", "ROUTE_METRICS")
    theirs = [f"/{getattr(streamlit_routes, name)}" for name in names] + [f"/{_ROUTE_AGENT_INTERACT}"]
    assert all(f"{path}/".startswith(CLOSED) for path in theirs)
