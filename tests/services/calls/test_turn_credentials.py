"""The TURN relay of calls from other machines: who gets its credentials, what they are and how long they hold."""

from __future__ import annotations

import base64
import hmac

import pytest

from greenroom.config import read
from tests.services.conftest import make_harness

pytestmark = pytest.mark.twin

SECRET = "not a real secret"
RELAYS = "turn:turn.example.com:3478?transport=tcp, turns:turn.example.com"


def test_a_ticket_holds_credentials_that_expire_and_never_the_secret(twin, tmp_path):
    remote = {"GREENROOM_PUBLIC_URL": "https://studio.example.com", "GREENROOM_ALLOW_EVERYONE": "yes"}
    config = read({**remote, "GREENROOM_TURN_URL": RELAYS, "GREENROOM_TURN_SECRET": SECRET})
    options = {name: getattr(config, name) for name in ("public_url", "turn_urls", "turn_secret")}
    harness = make_harness(twin.url, tmp_path, **options)
    first, second = (
        harness.calls.ticket_again(running, capability_of(harness, running)) for running in (harness.launch(), harness.launch())
    )
    assert first.edge is not None
    assert second.edge is not None
    (server,) = first.edge.relays
    assert server.urls == ("turn:turn.example.com:3478?transport=tcp", "turns:turn.example.com")
    expires_s, _, user = server.username.partition(":")
    assert 3600 <= int(expires_s) - harness.clock.now().timestamp() <= 5 * 3600
    assert len(user) == 16
    assert base64.b64decode(server.credential) == hmac.digest(SECRET.encode(), server.username.encode(), "sha1")
    assert second.edge.relays[0].username != server.username
    assert SECRET not in repr(first)
    assert SECRET in harness.config.secrets


def test_without_a_relay_none_is_named(harness):
    running = harness.launch()
    edge = harness.calls.ticket_again(running, capability_of(harness, running)).edge
    assert edge is not None
    assert edge.relays == ()


def capability_of(harness, session_id):
    return harness.calls._tokens.capabilities.issue(session_id)
