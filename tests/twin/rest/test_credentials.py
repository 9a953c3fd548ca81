"""Who may call: both forms of the Authorization header, checked against whatever is configured."""

from __future__ import annotations

import base64

import httpx
import pytest
from agoraiotools import RtcTokenBuilder2

from greenroom.agora.tokens import rtc_rtm_token
from greenroom.twin.rest import CredentialCheck
from tests.twin.rest.rehearsal import APP_ID, CERTIFICATE, ROOT, HeldClock, Rehearsal, rehearse

pytestmark = pytest.mark.unit

OTHER_APP_ID = "f" * 32
NOW = int(HeldClock().now().timestamp())


def basic(pair: str) -> str:
    return "Basic " + base64.b64encode(pair.encode()).decode()


def token(app_id: str = APP_ID, certificate: str = CERTIFICATE, age_s: int = 0) -> str:
    return "agora token=" + rtc_rtm_token(app_id, certificate, "lobby", 1, issued_at=NOW - age_s)


async def ask(twin: Rehearsal, authorization: str | None, root: str = ROOT) -> httpx.Response:
    headers = {} if authorization is None else {b"Authorization": authorization.encode("latin-1")}
    return await twin.http.get(f"{root}/agents", headers=headers)


@pytest.mark.parametrize(
    ("authorization", "detail"),
    [
        pytest.param(None, "Missing Authorization", id="none"),
        pytest.param("  ", "Missing Authorization", id="blank"),
        pytest.param("Bearer abc", "Authorization must be", id="scheme"),
        pytest.param("agora 007abc", "Authorization must be", id="no-field"),
        pytest.param("agora token=", "does not start with 007", id="empty-token"),
        pytest.param("agora token=007AAAA", "not intact", id="garbage"),
        pytest.param(token(certificate="0" * 32), "not signed", id="forged"),
        pytest.param(token(age_s=3601), "expired", id="expired"),
        pytest.param(token(app_id=OTHER_APP_ID), "another project", id="other-project"),
        pytest.param(
            "agora token=" + RtcTokenBuilder2.build_token_with_uid(APP_ID, CERTIFICATE, "lobby", 1, 1, 86400, 86400),
            "RTC and the RTM",
            id="rtc-only",
        ),
        pytest.param(basic("a:b"), "tokens only", id="pair-not-configured"),
        pytest.param("agora token=\xff\xfe", "not", id="bytes"),
    ],
)
async def test_a_project_with_a_certificate_wants_its_token(authorization: str | None, detail: str):
    """Row 18: 401."""
    async with rehearse() as twin:
        answer = await ask(twin, authorization)
        assert (answer.status_code, answer.json()["reason"]) == (401, "Unauthorized")
        assert detail in answer.json()["detail"]


async def test_the_projects_token_opens():
    async with rehearse() as twin:
        assert (await ask(twin, token())).status_code == 200


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (basic("customer:s3cret:with:colons"), 200),
        (basic("customer:wrong"), 401),
        (basic("customer"), 401),
        ("Basic %%%", 401),
        ("Basic", 401),
        (token(), 401),
    ],
)
async def test_a_customer_pair_is_compared(authorization: str, status: int):
    check = CredentialCheck(HeldClock(), APP_ID, customer_id="customer", customer_secret="s3cret:with:colons")
    async with rehearse(check) as twin:
        assert (await ask(twin, authorization)).status_code == status


async def test_with_both_configured_either_opens():
    check = CredentialCheck(HeldClock(), APP_ID, CERTIFICATE, "customer", "s3cret")
    async with rehearse(check) as twin:
        assert (await ask(twin, basic("customer:s3cret"))).status_code == 200
        assert (await ask(twin, token())).status_code == 200


@pytest.mark.parametrize(
    ("authorization", "status"), [("anything", 200), (basic("a:b"), 200), ("agora token=x", 200), (None, 401)]
)
async def test_with_nothing_configured_any_header_does_but_there_must_be_one(authorization: str | None, status: int):
    async with rehearse(CredentialCheck(HeldClock())) as twin:
        assert (await ask(twin, authorization)).status_code == status


async def test_another_project_is_not_allowed():
    """Row 18: 403."""
    check = CredentialCheck(HeldClock(), APP_ID, customer_id="customer", customer_secret="s3cret")
    async with rehearse(check) as twin:
        answer = await ask(twin, basic("customer:s3cret"), ROOT.replace(APP_ID, OTHER_APP_ID))
        assert (answer.status_code, answer.json()["reason"]) == (403, "InvalidPermission")


async def test_an_app_id_that_is_none_is_told_so():
    async with rehearse(CredentialCheck(HeldClock())) as twin:
        answer = await ask(twin, "x", ROOT.replace(APP_ID, "my-app"))
        assert (answer.status_code, answer.json()["reason"]) == (400, "InvalidFieldValue")


async def test_who_calls_is_checked_before_anything_else():
    """A stranger learns nothing about agents and bodies."""
    async with rehearse() as twin:
        answer = await twin.http.post(f"{ROOT}/join", content=b"{", headers={"Authorization": basic("a:b")})
        assert answer.status_code == 401


def test_no_secret_is_in_the_repr():
    """Row 94."""
    shown = repr(CredentialCheck(HeldClock(), APP_ID, CERTIFICATE, "planted-id", "planted-secret"))
    assert not [secret for secret in (CERTIFICATE, "planted-id", "planted-secret") if secret in shown]
