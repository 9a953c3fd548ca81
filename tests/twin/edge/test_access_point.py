"""Where a browser is sent, and which requests are refused with which of Agora's codes."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from starlette.testclient import TestClient

from greenroom.agora.tokens import rtc_rtm_token
from tests.cut_body import cut_post
from tests.twin.edge.serving import APP_ID, CERTIFICATE

pytestmark = pytest.mark.twin

URL = "/api/v2/transpond/webrtc?v=2"


def question(channel: str = "room", uid: int = 7, token: str | None = None, **more: Any) -> dict[str, Any]:
    key = rtc_rtm_token(APP_ID, CERTIFICATE, "room", 0) if token is None else token
    buffer = {"cname": channel, "detail": {"11": "CN,GLOBAL"}, "key": key, "service_ids": [11], "uid": uid, **more}
    return {"appid": APP_ID, "opid": 3590, "sid": "46D5", "request_bodies": [{"uri": 22, "buffer": buffer}]}


def post(client: TestClient, envelope: Any, **more: Any) -> Any:
    return client.post(URL, files={"request": (None, json.dumps(envelope))}, **more)


def block(client: TestClient, **changes: Any) -> dict[str, Any]:
    return post(client, question(**changes)).json()["response_body"][0]["buffer"]


def test_the_gateway_is_on_the_port_that_was_asked(client: TestClient) -> None:
    answer = post(client, question(), headers={"host": "ap.edge.localhost:8450"})
    assert answer.headers["access-control-allow-origin"] == "*"
    body = answer.json()
    assert (body["opid"], body["response_body"][0]["uri"]) == (3590, 23)
    buffer = body["response_body"][0]["buffer"]
    assert (buffer["code"], buffer["flag"], buffer["uid"], buffer["cname"]) == (0, 4096, 7, "room")
    assert buffer["edges_services"] == [{"ip": "127.0.0.1", "port": 8450, "domain_prefix": "gw"}]


@pytest.mark.parametrize("host", ["localhost", "localhost:", "localhost:99999", "localhost:x", "[::1]"])
def test_a_host_without_a_port_means_our_own(client: TestClient, host: str) -> None:
    answer = post(client, question(), headers={"host": host}).json()
    assert answer["response_body"][0]["buffer"]["edges_services"][0]["port"] == 80


def test_uid_0_is_given_a_free_one(client: TestClient) -> None:
    first, second = block(client, uid=0)["uid"], block(client, uid=0)["uid"]
    assert first != second
    assert 0 < first < 2**31


def test_services_that_are_not_offered_are_answered_empty(client: TestClient) -> None:
    blocks = post(client, question(service_ids=[11, 26, 18, 20, 999])).json()["response_body"]
    assert [entry["buffer"]["flag"] for entry in blocks] == [4096, 4194310, 1048576, 4194304]
    assert [len(entry["buffer"]["edges_services"]) for entry in blocks] == [1, 0, 0, 0]


def test_refusals_have_agoras_codes(client: TestClient) -> None:
    now = int(time.time())
    expired = rtc_rtm_token(APP_ID, CERTIFICATE, "room", 7, life_s=10, issued_at=now - 60)
    foreign = rtc_rtm_token(APP_ID, CERTIFICATE, "other room", 7)
    somebody_elses = rtc_rtm_token(APP_ID, CERTIFICATE, "room", 8)
    assert block(client, token=expired)["code"] == 2010013
    assert block(client, token=foreign)["code"] == 2010009
    assert block(client, token=somebody_elses)["code"] == 2010009
    assert block(client, token=APP_ID)["code"] == 2010015
    assert block(client, token="")["code"] == 2010015
    assert block(client, token=expired)["edges_services"] == []
    assert post(client, {**question(), "appid": "f" * 32}).json()["response_body"][0]["buffer"]["code"] == 2010005


@pytest.mark.parametrize("channel", ["", "x" * 65, "a/b", "café"])
def test_an_illegal_channel_name_is_refused(client: TestClient, channel: str) -> None:
    assert block(client, channel=channel)["code"] == 2010007


def test_the_token_of_a_string_uid_is_checked_against_the_string(client: TestClient) -> None:
    token = rtc_rtm_token(APP_ID, CERTIFICATE, "room", "alice")
    assert block(client, token=token, detail={"6": "alice"})["code"] == 0
    assert block(client, token=token, detail={"6": "bob"})["code"] == 2010009


def test_a_ticket_can_be_renewed(client: TestClient) -> None:
    envelope = question()
    buffer = envelope["request_bodies"][0]["buffer"]
    envelope["request_bodies"][0] = {"uri": 28, "buffer": {**buffer, "token": buffer["key"], "edges_services": []}}
    del envelope["request_bodies"][0]["buffer"]["key"]
    answer = post(client, envelope).json()["response_body"][0]
    assert (answer["uri"], answer["buffer"]["code"]) == (29, 0)
    assert answer["buffer"]["ticket"]


@pytest.mark.parametrize(
    "envelope",
    [
        None,
        [],
        {},
        {"appid": APP_ID},
        {"appid": 7, "request_bodies": []},
        {"appid": APP_ID, "request_bodies": "x"},
        {"appid": APP_ID, "request_bodies": [{}]},
        {"appid": APP_ID, "request_bodies": [{"uri": 22, "buffer": {"cname": 5}}]},
        {"appid": APP_ID, "request_bodies": [{"uri": "22", "buffer": {"cname": "room", "uid": 7}}]},
        {"appid": APP_ID, "request_bodies": [{"uri": 22, "buffer": {"cname": "room", "uid": -1}}]},
        {"appid": APP_ID, "request_bodies": [{"uri": 22, "buffer": {"cname": "room", "uid": 7, "service_ids": 11}}]},
        {"appid": APP_ID, "request_bodies": [{"uri": 22, "buffer": {"cname": "room", "uid": 7, "detail": 3}}]},
    ],
)
def test_what_is_malformed_is_a_400_that_any_page_may_read(client: TestClient, envelope: Any) -> None:
    answer = post(client, envelope)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert answer.headers["access-control-allow-origin"] == "*"


def test_bodies_that_are_no_form_or_too_large_are_refused(client: TestClient) -> None:
    multipart = {"content-type": "multipart/form-data; boundary=x"}
    assert client.post(URL, content=b"{}").status_code == 400
    assert client.post(URL, content=b"\xff\xfe", headers=multipart).status_code == 400
    assert client.post(URL, content=b"x", headers={"content-type": "multipart/form-data"}).status_code == 400
    assert client.post(URL, files={"request": (None, "[" * 100_000)}).status_code == 400
    assert client.post(URL, files={"request": (None, "[" * 50_000)}).status_code == 400
    assert client.post(URL, files={"other": (None, "{}")}).status_code == 400
    assert client.post("/api/v1?action=stringuid", content=b"x" * 70_000).status_code == 400


def test_other_origins_may_ask(client: TestClient) -> None:
    for url in (URL, "/api/v1?action=stringuid"):
        answer = client.options(url, headers={"origin": "http://localhost:9000"})
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["access-control-allow-headers"] == "*"


def test_a_string_uid_has_one_number(client: TestClient) -> None:
    def ask(account: object) -> dict[str, Any]:
        return client.post("/api/v1?action=stringuid", json={"opid": 10, "appid": APP_ID, "string_uid": account}).json()

    assert ask("alice") == ask("alice") != ask("bob")
    assert 0 < ask("alice")["uid"] < 2**32
    for account in ("", "x" * 256, "ä", 7, None):
        assert ask(account) == {"code": 9010002}
    assert client.post("/api/v1?action=config", json={}).json() == {"code": 0}


def test_a_body_that_ends_early_is_malformed(client: TestClient) -> None:
    form = "multipart/form-data; boundary=b"
    assert cut_post(client.app, "/api/v2/transpond/webrtc", form) == 400
    assert cut_post(client.app, "/api/v1", query=b"action=stringuid") == 400
