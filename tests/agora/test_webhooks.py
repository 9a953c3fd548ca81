"""Agora's notifications: signatures on the raw body, and what is let in."""

from __future__ import annotations

import contextlib
import json
import subprocess
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.agora.webhooks import AHEAD_S, STALE_S, InvalidNotification, read, signatures, verify
from greenroom.errors import NotAllowed

SECRET, NOW_MS = "s3cret", 1_800_000_000_000


def body(**changes: Any) -> bytes:
    payload = {"agent_id": "A1", "name": "greenroom-x", "channel": "c", "start_ts": 1}
    notice = {"noticeId": "n1", "productId": 17, "eventType": 101, "notifyMs": NOW_MS, "sid": "s", "payload": payload}
    return json.dumps(notice | changes).encode()


@pytest.mark.parametrize(("header", "digest"), [("agora-signature", "sha1"), ("agora-signature-v2", "sha256")])
def test_the_signatures_are_those_that_openssl_makes(header, digest):
    raw = body()
    made = subprocess.run(["openssl", "dgst", f"-{digest}", "-hmac", SECRET], input=raw, capture_output=True, check=True).stdout
    assert signatures(SECRET, raw)[header] == made.decode().split()[-1]


def test_right_signatures_pass_together_and_alone():
    raw = body()
    both = signatures(SECRET, raw)
    verify(SECRET, raw, both)
    for name, value in both.items():
        verify(SECRET, raw, {name: value.upper()})


@pytest.mark.parametrize("wrong", ["agora-signature", "agora-signature-v2"])
def test_one_wrong_signature_is_enough_to_refuse(wrong):
    raw = body()
    with pytest.raises(NotAllowed):
        verify(SECRET, raw, signatures(SECRET, raw) | {wrong: "0" * 40})


@pytest.mark.parametrize("headers", [{}, {"agora-signature": ""}, {"agora-signature": "é"}])
def test_no_signature_is_a_wrong_one(headers):
    with pytest.raises(NotAllowed):
        verify(SECRET, body(), headers)


def test_the_same_json_with_other_bytes_is_refused():
    raw = body()
    with pytest.raises(NotAllowed):
        verify(SECRET, json.dumps(json.loads(raw), indent=1).encode(), signatures(SECRET, raw))


def test_a_notice_is_read():
    notice = read(body(eventType=102), NOW_MS)
    assert (notice.id, notice.kind, notice.agent_id, notice.name) == ("n1", "agent_left", "A1", "greenroom-x")


@pytest.mark.parametrize("number", [None, "", "  ", "\x00", "\x00 "])
def test_an_id_that_says_nothing_is_none(number):
    """Then what the notice says tells repetitions; the database keeps no NUL."""
    notice = {"noticeId": number, "productId": 17, "eventType": 103, "payload": {"name": "greenroom-x", "contents": []}}
    one, again = (read(json.dumps({**notice, "notifyMs": NOW_MS - ago}).encode(), NOW_MS) for ago in (0, 1000))
    assert one.id == again.id
    assert one.id.isalnum()


def test_a_kind_that_is_not_about_an_agents_life_is_named_by_its_number_only():
    notice = read(body(eventType=201), NOW_MS)
    assert (notice.kind, notice.event_type) == ("", 201)


@pytest.mark.parametrize(
    "raw",
    [b"", b"[]", b"{}", b"nonsense", b'{"payload": 3}', body(productId=1), body(eventType="101"), body(notifyMs=None)],
)
def test_what_is_no_notice_is_refused(raw):
    with pytest.raises(InvalidNotification):
        read(raw, NOW_MS)


@pytest.mark.parametrize("ms", [NOW_MS - STALE_S * 1000 - 1, NOW_MS + AHEAD_S * 1000 + 1])
def test_a_stale_notice_is_refused_and_one_from_the_future(ms):
    with pytest.raises(InvalidNotification, match="too old"):
        read(body(notifyMs=ms), NOW_MS)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_notice_or_refused(raw):
    with contextlib.suppress(InvalidNotification):
        read(raw, NOW_MS)
