"""Every route of ours for each role: tests are generated from the route table, and nothing is served that it doesn't list."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from itsdangerous import URLSafeTimedSerializer
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from components.shell import signed_account
from greenroom.access.actions import required_role
from greenroom.access.members import ROLES, Members
from greenroom.model.call import Ticket
from greenroom.model.launch import LaunchRequest
from greenroom.model.principal import Principal
from greenroom.web.route_access import ROUTE_RULES, ReadAccount
from greenroom.web.routes import routes
from tests.services.conftest import Harness

pytestmark = [pytest.mark.unit, pytest.mark.any_database]

SECRET, HOST = "cookie-secret-of-this-studio", "studio.example"
EMAILS = {"admin": "ann@firm.example", "editor": "bo@firm.example", "viewer": "cy@firm.example", None: "mallory@evil.example"}
MEMBERS = Members.read(EMAILS["admin"], f"{EMAILS['editor']}, di@firm.example", EMAILS["viewer"])
MEMBER_ROUTES = sorted(path for path, rule in ROUTE_RULES.items() if rule.kind == "member")


def cookie(email: str, secret: str = SECRET, origin: str = f"https://{HOST}", **more: object) -> str:
    """As Streamlit's sign-in sets it."""
    account = {"email": email, "name": "N", "origin": origin, "is_logged_in": True, **more}
    return URLSafeTimedSerializer(secret, salt="_streamlit_user").dumps(json.dumps(account))


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signed_account, "get_signing_secret", lambda: SECRET)


@pytest.fixture
def account() -> ReadAccount:
    return lambda request: signed_account.account_of(request.cookies, request.headers.get("host", ""))


@pytest.fixture
def studio(harness: Harness, account: ReadAccount) -> Iterator[TestClient]:
    object.__setattr__(
        harness.services, "config", replace(harness.services.config, members=MEMBERS, public_url=f"https://{HOST}")
    )
    app = Starlette(routes=routes(harness.services, harness.stages, harness.clock, "<html></html>", account))
    with TestClient(app, base_url=f"https://{HOST}") as client:
        yield client


def sign_in(client: TestClient, role: str | None, **more: object) -> None:
    client.cookies.set("_streamlit_user", cookie(EMAILS[role], **more))  # type: ignore[arg-type]


def concrete(path: str, session: str, agent: str) -> str:
    parts = {"{session_id}": session, "{agent_id}": agent, "{offset_ms:count}": "0", "{number:count}": "0"}
    for name, value in parts.items():
        path = path.replace(name, value)
    return path


@pytest.fixture
def theirs(harness: Harness) -> Ticket:
    """A session that the editor started."""
    agent = harness.agents.list()[0].id
    return harness.calls.launch(LaunchRequest(agent, principal=Principal("member", EMAILS["editor"])))


def asked(client: TestClient, harness: Harness, path: str, session: str) -> str:
    """The error of the gate; "" when the route itself answered."""
    (route,) = [r for r in client.app.routes if r.path == path]  # type: ignore[attr-defined]
    url = concrete(path, session, harness.agents.list()[0].id)
    if isinstance(route, WebSocketRoute):
        try:
            with client.websocket_connect(f"wss://{HOST}{url}", headers={"origin": f"https://{HOST}"}):
                return ""
        except WebSocketDisconnect as closed:
            return closed.reason
    method = "POST" if "POST" in route.methods else "GET"
    answer = client.request(method, url, headers={"origin": f"https://{HOST}"}, json={})
    error = answer.json().get("error", "") if answer.headers.get("content-type") == "application/json" else ""
    return error if answer.status_code == 403 and is_of_gate(error) else ""


def is_of_gate(error: str) -> bool:
    return "signed in" in error or "needs the role" in error or "Another account" in error


def test_every_route_is_in_the_table_and_nothing_else(harness: Harness, studio: TestClient) -> None:
    served = {route.path for route in studio.app.routes if isinstance(route, Route | WebSocketRoute)}  # type: ignore[attr-defined]
    assert served <= set(ROUTE_RULES)
    assert set(MEMBER_ROUTES) <= served


def test_a_role_passes_exactly_where_the_table_of_actions_lets_it(harness: Harness, studio: TestClient, theirs: Ticket) -> None:
    found, expected = {}, {}
    for path in MEMBER_ROUTES:
        rule = ROUTE_RULES[path]
        for role in (None, *ROLES):
            sign_in(studio, role)
            found[path, role] = asked(studio, harness, path, theirs.session_id) == ""
            may = role is not None and ROLES.index(role) >= ROLES.index(required_role(rule.action))
            expected[path, role] = may and (role == "editor" or not rule.own)  # the session is the editor's
    assert found == expected
    assert not found["/api/drafts/{agent_id}/text", "viewer"]
    assert found["/api/sessions/{session_id}/recording", "viewer"]


def test_a_cookie_that_the_studio_did_not_sign_is_nobody(harness: Harness, studio: TestClient, theirs: Ticket) -> None:
    admin = EMAILS["admin"]
    for forged in (
        "",
        "x",
        cookie(admin, secret="another studio's"),
        cookie(admin, origin="https://evil.example"),
        cookie(admin, is_logged_in=False),
        cookie(admin, email_verified=False),
        cookie(admin)[:-2] + "xx",
        json.dumps({"email": admin, "is_logged_in": True, "origin": f"https://{HOST}"}),
    ):
        studio.cookies.set("_streamlit_user", forged)
        assert all("signed in" in asked(studio, harness, path, theirs.session_id) for path in MEMBER_ROUTES), forged


def test_an_expired_cookie_is_nobody(
    harness: Harness, studio: TestClient, theirs: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(studio, "admin")
    later = time.time() + 40 * 24 * 3600
    monkeypatch.setattr("time.time", lambda: later)
    assert "signed in" in asked(studio, harness, "/api/drafts/{agent_id}/text", theirs.session_id)


def test_a_session_belongs_to_whoever_started_it(harness: Harness, studio: TestClient, theirs: Ticket) -> None:
    """Another editor who got hold of its capability can't use it."""
    studio.cookies.set("_streamlit_user", cookie("di@firm.example"))
    url, body = f"/api/calls/{theirs.session_id}/end", {"capability": theirs.capability, "reason": "tab_closed"}
    answer = studio.post(url, json=body)
    assert (answer.status_code, answer.json()["error"]) == (403, "Another account started this session.")
    sign_in(studio, "editor")
    assert studio.post(url, json=body).status_code == 202


def test_without_members_nothing_is_asked(harness: Harness, account: ReadAccount, theirs: Ticket) -> None:
    app = Starlette(routes=routes(harness.services, harness.stages, harness.clock, "", account))
    with TestClient(app, base_url=f"https://{HOST}") as client:
        assert asked(client, harness, "/api/calls/{session_id}/end", theirs.session_id) == ""
