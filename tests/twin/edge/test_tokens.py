"""Which tokens open a channel, for whom, for how long and for what."""

from __future__ import annotations

import time
from typing import Any

import pytest
from agora_token_builder import RtcTokenBuilder
from agoraiotools.AccessToken2 import AccessToken2, ServiceRtc

from greenroom.agora.older_tokens import older_rtc_token
from greenroom.agora.tokens import rtc_rtm_token
from greenroom.twin.edge.tokens import JOIN, PUBLISH_AUDIO, PUBLISH_VIDEO, TokenFault, TokenRefused, admit
from tests.twin.edge.serving import APP_ID, CERTIFICATE

pytestmark = pytest.mark.unit

NOW = int(time.time())


def check(app_id: str, certificate: str, token: str, channel: str, uid: int | str, privilege: int = JOIN) -> None:
    """Raise TokenRefused unless the token opens the channel now and grants the privilege."""
    now_s = time.time()
    if not admit(app_id, certificate, token, channel, uid, now_s).allows(privilege, now_s):
        raise TokenRefused(f"the token lacks privilege {privilege}")


def fault_of(token: str, **changes: Any) -> TokenFault:
    asked = {"app_id": APP_ID, "certificate": CERTIFICATE, "channel": "room", "uid": 7, "now_s": NOW, **changes}
    with pytest.raises(TokenRefused) as refusal:
        admit(token=token, **asked)
    assert token == "" or token not in str(refusal.value)
    return refusal.value.fault


def test_a_good_one_opens_the_channel_until_it_expires() -> None:
    token = rtc_rtm_token(APP_ID, CERTIFICATE, "room", 7, life_s=100, issued_at=NOW)
    admission = admit(APP_ID, CERTIFICATE, token, "room", 7, NOW)
    assert admission.expires_at == NOW + 100
    assert admission.allows(PUBLISH_AUDIO, NOW + 99)
    assert not admission.allows(PUBLISH_AUDIO, NOW + 100)


@pytest.mark.parametrize("uid", [0, "0", ""])
def test_one_for_uid_0_opens_it_for_everybody(uid: int | str) -> None:
    token = rtc_rtm_token(APP_ID, CERTIFICATE, "room", uid)
    check(APP_ID, CERTIFICATE, token, "room", 12345)
    check(APP_ID, CERTIFICATE, token, "room", "alice")


def test_every_other_one_is_refused_with_its_reason() -> None:
    good = rtc_rtm_token(APP_ID, CERTIFICATE, "room", 7, issued_at=NOW)
    assert fault_of("") is TokenFault.MISSING
    assert fault_of(APP_ID) is TokenFault.MISSING
    assert fault_of("007garbage") is TokenFault.INVALID
    assert fault_of("006" + good[3:]) is TokenFault.INVALID
    assert fault_of(good[:-8] + "AAAAAAA=") is TokenFault.INVALID
    assert fault_of(good, certificate="0" * 32) is TokenFault.INVALID
    assert fault_of(good, app_id="f" * 32) is TokenFault.INVALID
    assert fault_of(good, channel="other") is TokenFault.INVALID
    assert fault_of(good, uid=8) is TokenFault.INVALID
    assert fault_of(good, now_s=NOW + 3600) is TokenFault.EXPIRED


def test_without_a_certificate_any_token_and_none_will_do() -> None:
    for token in ("", "anything"):
        admission = admit(APP_ID, None, token, "room", 7, NOW)
        assert admission.allows(PUBLISH_VIDEO, NOW + 10**9)
        assert admission.expires_at == float("inf")


def test_privileges_are_told_apart() -> None:
    token = AccessToken2(APP_ID, CERTIFICATE, NOW, 3600)
    service = ServiceRtc("room", 7)
    service.add_privilege(JOIN, 1800)
    service.add_privilege(PUBLISH_AUDIO, 60)
    token.add_service(service)
    admission = admit(APP_ID, CERTIFICATE, token.build(), "room", 7, NOW)
    assert admission.expires_at == NOW + 1800
    assert admission.allows(PUBLISH_AUDIO, NOW)
    assert not admission.allows(PUBLISH_AUDIO, NOW + 61)
    assert not admission.allows(PUBLISH_VIDEO, NOW)
    with pytest.raises(TokenRefused):
        check(APP_ID, CERTIFICATE, token.build(), "room", 7, PUBLISH_VIDEO)


def test_one_without_the_join_privilege_does_not_open() -> None:
    token = AccessToken2(APP_ID, CERTIFICATE, NOW, 3600)
    service = ServiceRtc("room", 7)
    service.add_privilege(PUBLISH_AUDIO, 60)
    token.add_service(service)
    assert fault_of(token.build()) is TokenFault.INVALID


PUBLISHER, SUBSCRIBER = 1, 2


def older(channel: str = "room", uid: int | str = 7, role: int = PUBLISHER, until: int = NOW + 7200) -> str:
    """A "006" token, issued by Agora's own package."""
    return RtcTokenBuilder.buildTokenWithAccount(APP_ID, CERTIFICATE, channel, uid, role, until)


def test_an_older_token_opens_the_channel_until_it_expires() -> None:
    admission = admit(APP_ID, CERTIFICATE, older(), "room", 7, NOW)
    assert admission.expires_at == NOW + 7200
    assert admission.allows(PUBLISH_AUDIO, NOW + 7199)
    assert not admission.allows(PUBLISH_AUDIO, NOW + 7200)


def test_an_older_token_for_uid_0_opens_the_channel_for_everybody() -> None:
    for uid in (12345, "alice"):
        check(APP_ID, CERTIFICATE, older(uid=0), "room", uid)


def test_an_older_token_for_a_string_uid_opens_the_channel_for_it_alone() -> None:
    check(APP_ID, CERTIFICATE, older(uid="alice"), "room", "alice")
    assert fault_of(older(uid="alice"), uid="bob") is TokenFault.INVALID


def test_an_older_token_of_the_audience_does_not_let_publish() -> None:
    admission = admit(APP_ID, CERTIFICATE, older(role=SUBSCRIBER), "room", 7, NOW)
    assert admission.allows(JOIN, NOW)
    assert not admission.allows(PUBLISH_AUDIO, NOW)
    assert not admission.allows(PUBLISH_VIDEO, NOW)


def test_an_older_token_without_a_limit_of_its_own_ends_with_itself() -> None:
    admission = admit(APP_ID, CERTIFICATE, older(until=0), "room", 7, NOW)
    a_day, of_tests = 86_400, 7200
    assert NOW + a_day - 400 < admission.expires_at < NOW + a_day + of_tests


def test_every_other_older_token_is_refused_with_its_reason() -> None:
    good = older()
    assert fault_of(good, certificate="0" * 32) is TokenFault.INVALID
    assert fault_of(good, app_id="f" * 32) is TokenFault.INVALID
    assert fault_of(good, channel="other") is TokenFault.INVALID
    assert fault_of(good, uid=8) is TokenFault.INVALID
    assert fault_of(good, now_s=NOW + 7200) is TokenFault.EXPIRED
    assert fault_of(good[:-12]) is TokenFault.INVALID
    assert fault_of(f"006{'f' * 32}{good[35:]}", app_id="f" * 32) is TokenFault.INVALID
    for cut in range(3, len(good), 7):
        assert fault_of(good[:cut]) is TokenFault.INVALID


def test_an_older_token_of_our_own_is_taken_as_well() -> None:
    token = older_rtc_token(APP_ID, CERTIFICATE, "room", 7, life_s=600)
    assert token.startswith("006")
    check(APP_ID, CERTIFICATE, token, "room", 7, PUBLISH_VIDEO)
    assert older_rtc_token(APP_ID, "", "room", 7, life_s=600) == ""
