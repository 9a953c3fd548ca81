"""Agents of every kind, launched over the real REST API of a real twin: with an avatar, with a realtime model, of any vendor."""

from __future__ import annotations

import httpx
import pytest

from greenroom.agora.tokens import read_token
from greenroom.catalog import rules
from tests.catalog.goldens import filled_values
from tests.services.conftest import Harness, make_harness

pytestmark = [pytest.mark.twin, pytest.mark.any_database]


class VendorListener(httpx.BaseTransport):
    """The real network; keeps the bodies of what is sent."""

    def __init__(self, real: httpx.BaseTransport) -> None:
        self.real = real
        self.joins: list[bytes] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/join"):
            self.joins.append(request.read())
        return self.real.handle_request(request)


@pytest.fixture
def heard(twin, tmp_path):
    listeners: list[VendorListener] = []

    def put(real: httpx.BaseTransport) -> VendorListener:
        listeners.append(VendorListener(real))
        return listeners[0]

    harness = make_harness(twin.url, tmp_path, transport=put)
    yield harness, listeners[0]
    for session in harness.sessions.unfinished():
        harness.calls.end(session.id, "stopped")


def set_draft(harness: Harness, values: dict[str, object]) -> None:
    agent = harness.agents.list()[0].id
    draft = harness.agents.draft(agent)
    harness.agents.save(agent, values, draft.revision)


def joined(listener: VendorListener) -> dict:
    return httpx.Response(200, content=listener.joins[-1]).json()["properties"]


def test_without_an_avatar_the_request_has_none(heard):
    """row 44"""
    harness, listener = heard
    harness.run()
    assert "avatar" not in joined(listener)


@pytest.mark.parametrize("vendor_id", ["anam", "akool", "liveavatar", "lemonslice", "generic"])
def test_an_avatar_joins_under_a_uid_and_token_of_its_own(heard, vendor_id):
    """row 44"""
    harness, listener = heard
    set_draft(harness, filled_values("avatar", vendor_id))
    session = harness.session(harness.run())
    sent = joined(listener)
    params = sent["avatar"]["params"]
    assert len({session.user_uid, session.agent_uid, session.avatar_uid}) == 3
    assert params["agora_uid"] == str(session.avatar_uid)
    token = read_token(params["agora_token"], harness.config.app_certificate)
    assert (token.channel, token.uid) == (session.channel, str(session.avatar_uid))
    assert sent["remote_rtc_uids"] == [str(session.user_uid)]


def test_the_uid_of_an_avatar_is_the_same_after_a_restart(heard, twin, tmp_path):
    """row 44"""
    harness, _ = heard
    set_draft(harness, filled_values("avatar", "anam"))
    session_id = harness.run()
    again = make_harness(twin.url, tmp_path)
    assert again.session(session_id).avatar_uid == harness.session(session_id).avatar_uid


@pytest.mark.parametrize("vendor_id", [v.id for v in rules.VENDORS["mllm"] if v.id not in ("none", "other")])
def test_a_realtime_model_can_be_launched_and_told_something_new(heard, vendor_id):
    """row 81"""
    harness, listener = heard
    set_draft(harness, filled_values("mllm", vendor_id))
    session_id = harness.run()
    assert {"asr", "llm", "tts"} & set(joined(listener)) == set()
    draft = harness.agents.draft(harness.session(session_id).agent_id)
    harness.agents.save(harness.session(session_id).agent_id, {**draft.settings, "prompt.system": "You sing."}, draft.revision)
    assert harness.calls.pending_changes(session_id) == {"prompt.system": "live"}
    harness.calls.apply(session_id)


@pytest.mark.parametrize("vendor_id", [v.id for v in rules.VENDORS["llm"] if v.id not in ("other", "unset")])
def test_an_agent_of_any_language_model_can_be_launched(heard, vendor_id):
    """row 77"""
    harness, listener = heard
    set_draft(harness, filled_values("llm", vendor_id))
    harness.run()
    assert joined(listener)["llm"]["url"]
