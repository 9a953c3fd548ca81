"""Faults on order: they strike the endpoint they are for, as often as ordered, and not longer."""

from __future__ import annotations

import pytest

from greenroom.twin.rest.faults import RestFault
from tests.twin.rest.rehearsal import Rehearsal, join_body, rehearse

pytestmark = pytest.mark.unit


@pytest.fixture
async def twin():
    async with rehearse() as rehearsal:
        yield rehearsal


async def test_a_fault_strikes_as_often_as_ordered(twin: Rehearsal):
    """Row 18: 429 with the time to wait."""
    twin.faults.order(RestFault("join", status=429, reason="ConcurrencyLimitExceeded", times=2, retry_after_s=3))
    answers = [await twin.post("/join", join_body(f"n{number}")) for number in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["retry-after"] == "3"
    assert answers[0].json()["reason"] == "ConcurrencyLimitExceeded"
    assert len(twin.talks) == 1


async def test_an_answer_can_get_lost_after_the_work_was_done(twin: Rehearsal):
    """A start that seems to have failed and did not."""
    twin.faults.order(RestFault("join", status=504, performed=True))
    assert (await twin.post("/join", join_body())).status_code == 504
    assert len(twin.talks) == 1


async def test_a_late_answer_is_still_the_answer(twin: Rehearsal):
    twin.faults.order(RestFault("join", status=0, delay_s=0.01))
    assert (await twin.post("/join", join_body())).status_code == 200


async def test_other_endpoints_are_left_alone_and_faults_can_be_called_off(twin: Rehearsal):
    twin.faults.order(RestFault("join"))
    assert (await twin.get("/agents")).status_code == 200
    twin.faults.clear()
    assert (await twin.post("/join", join_body())).status_code == 200
