"""Signing in at a real OpenID provider: the cookie that comes of it opens our routes as far as the account's role goes."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from greenroom.security_log import FILE
from tests.conftest import PATIENCE_S
from tests.oidc_provider import OidcProvider
from tests.studio_process import StudioProcess
from tests.team_studio import COOKIE_SECRET, team_studio

pytestmark = pytest.mark.twin

NOT_SIGNED_IN, NEEDS_EDITOR, PASSED = "You aren't signed in.", "This needs the role editor.", "key must be text."


@pytest.fixture(scope="module")
def provider() -> Iterator[OidcProvider]:
    with OidcProvider() as running:
        yield running


@pytest.fixture(scope="module")
def team(provider: OidcProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudioProcess]:
    with team_studio(provider, tmp_path_factory.mktemp("team")) as running:
        yield running


@contextmanager
def signed_in(team: StudioProcess, provider: OidcProvider, email: str, **more: object) -> Iterator[httpx.Client]:
    """A browser's cookies after the whole flow, which begins where the page's button leads."""
    provider.account = {"email": email, "name": "N", "email_verified": True, **more}
    ask = jwt.encode({"alg": "HS256"}, {"provider": "default", "exp": int(time.time()) + 100}, OctKey.import_key(COOKIE_SECRET))
    with httpx.Client(timeout=PATIENCE_S, follow_redirects=True, trust_env=False) as client:
        answer = client.get(f"{team.url}/auth/login", params={"provider": ask})
        assert answer.status_code == 200
        assert str(answer.url) == f"{team.url}/"
        yield client


def saving(client: httpx.Client, team: StudioProcess) -> str:
    return client.post(f"{team.url}/api/drafts/nobody/text", json={}, headers={"origin": team.url}).json()["error"]


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        ("ann@firm.example", PASSED),
        ("bo@firm.example", PASSED),
        ("cy@agency.example", NEEDS_EDITOR),
        ("mallory@evil.example", NOT_SIGNED_IN),
    ],
)
def test_an_account_may_what_its_role_may(team: StudioProcess, provider: OidcProvider, email: str, expected: str) -> None:
    with signed_in(team, provider, email) as client:
        assert saving(client, team) == expected
    assert provider.refused == []


def test_an_address_that_the_provider_has_not_verified_counts_for_nothing(team: StudioProcess, provider: OidcProvider) -> None:
    with signed_in(team, provider, "ann@firm.example", email_verified=False) as client:
        assert saving(client, team) == NOT_SIGNED_IN


def test_after_signing_out_the_cookie_is_gone(team: StudioProcess, provider: OidcProvider) -> None:
    with signed_in(team, provider, "ann@firm.example") as client:
        assert saving(client, team) == PASSED
        client.get(f"{team.url}/auth/logout")
        assert saving(client, team) == NOT_SIGNED_IN


def test_a_stranger_does_not_learn_which_sessions_exist(team: StudioProcess) -> None:
    with httpx.Client(timeout=PATIENCE_S, trust_env=False) as client:
        answer = client.get(f"{team.url}/api/sessions/none/recording")
    assert (answer.status_code, answer.json()["error"]) == (403, NOT_SIGNED_IN)


def test_a_stranger_gets_no_file_no_figures_and_no_upload(team: StudioProcess, provider: OidcProvider) -> None:
    asked = [("GET", "/_stcore/metrics"), ("GET", "/media/x.webm"), ("POST", "/_stcore/agent/mcp")]
    asked += [("PUT", "/_stcore/upload_file/tab/file"), ("GET", "/%5fstcore/metrics")]
    with httpx.Client(base_url=team.url, timeout=PATIENCE_S, trust_env=False) as stranger:
        assert [stranger.request(method, path).status_code for method, path in asked] == [403] * len(asked)
        page = stranger.get("/").text
        assert stranger.get("/_stcore/host-config").status_code == 200
        health = stranger.get("/api/health").json()
        assert (health["status"], set(health["twin"])) == ("ok", {"status", "ready"}), "not how many calls there are"
        found = [path for path in re.findall(r'(?:src|href)="\./(static/[^"]+)"', page) if stranger.get(f"/{path}").is_success]
        assert found, "the page on which to sign in loads"
    with signed_in(team, provider, "cy@agency.example") as member:
        answers = [member.request(method, f"{team.url}{path}").status_code for method, path in asked]
        assert 403 not in answers[:2]


def test_who_signs_in_and_out_is_in_the_security_log_once(team: StudioProcess, provider: OidcProvider) -> None:
    def lines() -> list[dict[str, str]]:
        written = [json.loads(line) for line in (team.data_dir / FILE).read_text().splitlines()]
        return [line for line in written if line["event"] in ("signed_in", "signed_out", "sign_in_failed")]

    httpx.get(f"{team.url}/api/drafts/nobody/text", headers={"host": "evil.example"}, timeout=PATIENCE_S, trust_env=False)
    before = len(lines())
    with signed_in(team, provider, "bo@firm.example") as client:
        client.get(f"{team.url}/auth/logout")
        client.get(f"{team.url}/auth/logout")
    with signed_in(team, provider, "mallory@evil.example"):
        pass
    httpx.get(f"{team.url}/oauth2callback", params={"code": "guessed", "state": "x"}, timeout=PATIENCE_S, trust_env=False)
    found = [(line["event"], line.get("who", ""), line.get("role", "")) for line in lines()[before:]]
    assert found == [
        ("signed_in", "bo@firm.example", "editor"),
        ("signed_out", "bo@firm.example", "editor"),
        ("signed_in", "mallory@evil.example", ""),
        ("sign_in_failed", "", ""),
    ]
