"""Tokens: what we build is read by other code, what others build is read by us, and what is forged is refused."""

from __future__ import annotations

import base64
import time
import zlib

import pytest
from agora_agent.agentkit.token import generate_convo_ai_token
from agoraiotools import RtcTokenBuilder2
from hypothesis import given
from hypothesis import strategies as st

from greenroom.agora.tokens import BadToken, read_token, rtc_rtm_token

pytestmark = pytest.mark.unit

APP_ID = "0123456789abcdef0123456789abcdef"
CERTIFICATE = "fedcba9876543210fedcba9876543210"
OTHER_CERTIFICATE = "0" * 32
ISSUED = 1_790_000_000


def inside(token: str) -> bytes:
    return zlib.decompress(base64.b64decode(token[3:]))


@pytest.mark.parametrize(
    ("uid", "grant_uid", "rtm_user"),
    [
        pytest.param(1002, "1002", "1002", id="integer"),
        pytest.param("1002", "1002", "1002", id="integer-as-text"),
        pytest.param("ava@hotel", "ava@hotel", "ava@hotel", id="account"),
        pytest.param(0, "", "0", id="any-uid"),
        pytest.param("0", "", "0", id="any-uid-as-text"),
        pytest.param(2**32 - 1, "4294967295", "4294967295", id="largest"),
    ],
)
def test_a_token_grants_what_was_asked_for(uid: int | str, grant_uid: str, rtm_user: str) -> None:
    """Row 7: version 007, RTC and RTM in one token, for the right channel and uid, with its own life."""
    token = rtc_rtm_token(APP_ID, CERTIFICATE, "lobby", uid, life_s=600, issued_at=ISSUED)
    grant = read_token(token, CERTIFICATE)
    assert token.startswith("007")
    assert (grant.app_id, grant.channel, grant.uid, grant.rtm_user) == (APP_ID, "lobby", grant_uid, rtm_user)
    assert (grant.issued_at, grant.expires_at) == (ISSUED, ISSUED + 600)
    assert grant.privileges == dict.fromkeys((1, 2, 3, 4), ISSUED + 600)


def test_agoras_sdk_builds_byte_for_byte_the_same_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """Row 7: our token is what Agora's own Python SDK makes of the same time and salt."""
    monkeypatch.setattr(time, "time", lambda: float(ISSUED))
    monkeypatch.setattr("random.randint", lambda _low, _high: 4711)
    monkeypatch.setattr("secrets.SystemRandom.randint", lambda _self, _low, _high: 4711)
    theirs = generate_convo_ai_token(APP_ID, CERTIFICATE, "lobby", 1002, token_expire=900)
    ours = rtc_rtm_token(APP_ID, CERTIFICATE, "lobby", 1002, life_s=900)
    assert inside(ours) == inside(theirs)


def test_a_token_of_agoras_sdk_is_read_and_verified() -> None:
    """Row 7: decoded by other code than built it."""
    grant = read_token(generate_convo_ai_token(APP_ID, CERTIFICATE, "lobby", 100, token_expire=60), CERTIFICATE)
    assert (grant.app_id, grant.channel, grant.uid, grant.rtm_user) == (APP_ID, "lobby", "100", "100")
    assert set(grant.privileges) == {1, 2, 3, 4}
    assert grant.expires_at - grant.issued_at == 60


def test_the_sdk_writes_uid_0_as_the_account_0_and_it_still_means_any_uid() -> None:
    assert read_token(generate_convo_ai_token(APP_ID, CERTIFICATE, "stop", 0), CERTIFICATE).uid == ""


def test_a_subscriber_token_of_agoras_builder_lacks_the_publish_privileges() -> None:
    token = RtcTokenBuilder2.build_token_with_uid(APP_ID, CERTIFICATE, "lobby", 7, 2, 600, 300)
    grant = read_token(token, CERTIFICATE)
    assert grant.privileges == {1: grant.issued_at + 300}
    assert grant.rtm_user is None


def test_a_privilege_never_outlives_its_token() -> None:
    token = RtcTokenBuilder2.build_token_with_uid(APP_ID, CERTIFICATE, "lobby", 7, 1, 600, 9000)
    grant = read_token(token, CERTIFICATE)
    assert set(grant.privileges.values()) == {grant.expires_at}


def test_a_project_without_certificate_takes_the_empty_token() -> None:
    """Row 7: no certificate, no token."""
    assert rtc_rtm_token(APP_ID, "", "lobby", 1) == ""


@pytest.mark.parametrize("life_s", [0, -1, 86_401])
def test_a_life_that_agora_refuses_is_refused_here(life_s: int) -> None:
    with pytest.raises(ValueError, match="86400"):
        rtc_rtm_token(APP_ID, CERTIFICATE, "lobby", 1, life_s=life_s)


@pytest.mark.parametrize("app_id", ["", "short", "g" * 32])
def test_ids_that_are_not_hexadecimal_are_refused_instead_of_signed(app_id: str) -> None:
    with pytest.raises(ValueError, match="32 hexadecimal"):
        rtc_rtm_token(app_id, CERTIFICATE, "lobby", 1)


def test_a_token_signed_with_another_certificate_is_refused() -> None:
    token = rtc_rtm_token(APP_ID, CERTIFICATE, "lobby", 1)
    with pytest.raises(BadToken, match="not signed"):
        read_token(token, OTHER_CERTIFICATE)
    assert read_token(token, None).channel == "lobby"


def test_every_changed_byte_breaks_the_signature() -> None:
    raw = bytearray(zlib.decompress(base64.b64decode(rtc_rtm_token(APP_ID, CERTIFICATE, "lobby", 1)[3:])))
    for at in range(len(raw)):
        forged = bytearray(raw)
        forged[at] ^= 1
        with pytest.raises(BadToken):
            read_token("007" + base64.b64encode(zlib.compress(bytes(forged))).decode(), CERTIFICATE)


def test_a_decompression_bomb_is_refused() -> None:
    with pytest.raises(BadToken, match="not intact"):
        read_token("007" + base64.b64encode(zlib.compress(bytes(10_000_000))).decode(), None)


@pytest.mark.parametrize("text", ["", "007", "006abc", "007!!!!", "007" + base64.b64encode(b"plain").decode()])
def test_text_that_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(BadToken):
        read_token(text, None)


@given(st.text() | st.binary().map(lambda raw: "007" + base64.b64encode(zlib.compress(raw)).decode()))
def test_garbage_never_raises_anything_but_bad_token(text: str) -> None:
    with pytest.raises(BadToken):
        read_token(text, CERTIFICATE)


def test_a_refusal_does_not_quote_the_token() -> None:
    """Row 94: no token in a message."""
    token = rtc_rtm_token(APP_ID, CERTIFICATE, "lobby", 1)
    with pytest.raises(BadToken) as refused:
        read_token(token[:-8], CERTIFICATE)
    assert token[3:20] not in str(refused.value)
