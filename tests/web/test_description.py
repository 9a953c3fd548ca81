"""The routes are those of the description, and garbage at any of them is answered with what the description says."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.routing import Route

from greenroom.model.launch import LaunchRequest
from greenroom.model.session import API
from greenroom.web import key_throttle
from greenroom.web.contract import contract_routes
from greenroom.web.description import description
from greenroom.web.sample_backend import SampleBackend

pytestmark = [pytest.mark.twin, pytest.mark.any_database]

KEY = "a-key-of-the-tests"
OPERATIONS = [(method, path) for path, item in description()["paths"].items() for method in item]
SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
HARMLESS = settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
#: What breaks parsers: paths, markup, nulls, numbers that are none, very long and very deep things.
NASTY = st.sampled_from(
    ["", "..", "../../etc/passwd", "%2e%2e%2f", "\x00", "-1", "1e999", "NaN", "a" * 5000, "' OR 1=1 --", "<script>", "🦜"]
)
TEXT = st.one_of(NASTY, st.text(max_size=60))
JSON: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXT, inner, max_size=4)),
    max_leaves=10,
)


@pytest.fixture
def api(client, harness, monkeypatch):
    """The app of the other tests, with the contract switched on. Wrong keys are not slowed: hundreds are sent here."""
    monkeypatch.setattr(key_throttle, "FIRST_WAIT_S", 0.0)
    client.app.router.routes[:0] = contract_routes(SampleBackend(harness.external, API), KEY)
    return client


def test_every_route_is_described_and_every_description_has_a_route(client):
    found = set()
    for route in client.app.routes:
        if isinstance(route, Route) and route.path != "/api/{path:path}":
            path = re.sub(r":\w+}", "}", route.path)
            found |= {(method.lower(), path) for method in (route.methods or {"GET"}) - {"HEAD"}}
    assert found == set(OPERATIONS)


def test_it_is_served(client):
    answer = client.get("/api/openapi.json").json()
    assert answer == description()
    assert answer["openapi"] == "3.1.0"


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_garbage_is_answered_as_described(api, harness, method, path):
    """Whoever sends it, with a right or without: no crash, no surprise, and nothing is started."""
    operation = description()["paths"][path][method]
    declared = {int(status) for status in operation["responses"]}
    ticket = harness.calls.launch(LaunchRequest(harness.agents.list()[0].id))
    queries = [p["name"] for p in operation["parameters"] if p["in"] == "query"]

    @HARMLESS
    @given(data=st.data())
    def throw(data):
        where = path
        for parameter in (p for p in operation["parameters"] if p["in"] == "path"):
            value = data.draw(st.one_of(st.just(ticket.session_id), TEXT, st.integers(-5, 10**12).map(str)))
            where = where.replace(f"{{{parameter['name']}}}", _quoted(value))
        query = {name: data.draw(TEXT) for name in queries if data.draw(st.booleans())}
        if path == "/start-agent":
            query["connect"] = "false"  # a right call would start an agent, which is another test
        given_key = data.draw(st.sampled_from([KEY, ticket.capability, "wrong", ""]))
        origin = data.draw(st.sampled_from(["http://testserver", "https://evil.example"]))
        headers = {"authorization": f"Bearer {given_key}", "origin": origin}
        body = data.draw(st.one_of(st.binary(max_size=200), JSON.map(_as_json)))
        sent = {"content": body} if method == "post" else {}
        answer = api.request(method.upper(), where, params=query, headers=headers, **sent)
        # a path that became another one is nowhere, or not for this method
        assert answer.status_code in declared | ({404, 405} if "{" in path else set()), answer.text[:300]
        assert "Traceback" not in answer.text
        for secret in (harness.config.app_certificate, KEY):
            assert secret not in answer.text

    throw()
    assert harness.agora.list(state="2").agents == ()
    assert harness.session(ticket.session_id).state in ("launching", "ended")


def _quoted(value: str) -> str:
    return quote(value.encode("utf8", "surrogatepass"), safe="") or "x"


def _as_json(value: Any) -> bytes:
    return json.dumps(value).encode()
