"""The life of agents behind the API: declared ways only, one name once, a bounded memory, nothing left running."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from greenroom.agora.tokens import rtc_rtm_token
from greenroom.twin.rest import AgentRegistry
from greenroom.twin.rest.agent import TRANSITIONS, AgentTask, Status
from tests.twin.rest.rehearsal import APP_ID, CERTIFICATE, HeldClock, QuietTalk, Rehearsal, rehearse

pytestmark = pytest.mark.unit


@pytest.fixture
async def twin():
    async with rehearse() as rehearsal:
        yield rehearsal


async def test_an_agent_goes_from_starting_to_running_to_stopped(twin: Rehearsal):
    """Row 17: join answers quickly, and the agent is running some time after."""
    agent_id = await twin.join()
    assert await twin.becomes(agent_id, "RUNNING") == "OK"
    answer = await twin.post(f"/agents/{agent_id}/leave")
    assert (answer.status_code, answer.content) == (200, b"")
    assert await twin.becomes(agent_id, "STOPPED") == "agent exits with reason: OK"
    assert twin.talks[0].asked == [("stop", "OK")]


async def test_an_agent_may_leave_while_it_starts(twin: Rehearsal):
    agent_id = await twin.join()
    twin.talks[0].may_start.clear()
    await twin.post(f"/agents/{agent_id}/leave")
    assert await twin.becomes(agent_id, "STOPPED") == "agent exits with reason: OK"


async def test_an_agent_that_is_starting_fails_once_it_has_started(twin: Rehearsal):
    """Stopped in the middle of its start it would take its seat afterwards, and nothing would end it."""
    agent_id = await twin.join()
    twin.talks[0].may_start.clear()
    failing = asyncio.create_task(twin.agents.fail("RTC connection error"))
    await asyncio.sleep(0.01)
    assert twin.talks[0].asked == []
    twin.talks[0].may_start.set()
    await failing
    assert twin.talks[0].asked[0] == ("stop", "RTC connection error")
    await twin.becomes(agent_id, "FAILED")


async def test_a_second_leave_finds_no_agent(twin: Rehearsal):
    """Row 22: stopped exactly once."""
    agent_id = await twin.join()
    await twin.becomes(agent_id, "RUNNING")
    await twin.post(f"/agents/{agent_id}/leave")
    await twin.becomes(agent_id, "STOPPED")
    answer = await twin.post(f"/agents/{agent_id}/leave")
    assert (answer.status_code, answer.json()["reason"]) == (404, "TaskNotFound")
    assert [what for what, _ in twin.talks[0].asked] == ["stop"]


@pytest.mark.parametrize(
    ("exit_message", "status"),
    [("Idle for too long", "STOPPED"), ("Task lifetime limit exceeded", "STOPPED"), ("RTC connection error", "FAILED")],
)
async def test_an_agent_that_ends_by_itself_says_why(twin: Rehearsal, exit_message: str, status: str):
    agent_id = await twin.join()
    await twin.becomes(agent_id, "RUNNING")
    twin.talks[0].ended.set_result(exit_message)
    assert await twin.becomes(agent_id, status) == f"agent exits with reason: {exit_message}"


@pytest.mark.parametrize(
    ("channel", "uid", "certificate", "age_s", "why"),
    [
        pytest.param("elsewhere", "100", CERTIFICATE, 0, "another channel", id="channel"),
        pytest.param("lobby", "101", CERTIFICATE, 0, "another uid", id="uid"),
        pytest.param("lobby", "100", "0" * 32, 0, "not signed", id="forged"),
        pytest.param("lobby", "100", CERTIFICATE, 4000, "expired", id="expired"),
    ],
)
async def test_a_token_that_does_not_open_the_channel_fails_the_agent_not_the_join(
    twin: Rehearsal, channel: str, uid: str, certificate: str, age_s: int, why: str
):
    issued = int(twin.clock.now().timestamp()) - age_s
    token = rtc_rtm_token(APP_ID, certificate, channel, uid, issued_at=issued)
    agent_id = await twin.join(token=token)
    message = await twin.becomes(agent_id, "FAILED")
    assert message.startswith("agent exits with reason: RTC connection error")
    assert why in message


async def test_a_talk_that_breaks_fails_its_agent_only(twin: Rehearsal):
    first = await twin.join("first")
    await twin.becomes(first, "RUNNING")
    second = await twin.join("second", agent_rtc_uid="101")
    twin.talks[1].breaks = True
    assert await twin.becomes(second, "FAILED") == "agent exits with reason: Internal error"
    assert (await twin.status(first))[0] == "RUNNING"


async def test_a_name_is_taken_while_its_agent_lives(twin: Rehearsal):
    first = await twin.join("ava")
    answer = await twin.post("/join", {"name": "ava", "properties": {**twin.talks[0].properties}})
    assert answer.status_code == 409
    assert answer.json()["reason"] == "TaskConflict"
    assert answer.json()["agent_id"] == first
    await twin.post(f"/agents/{first}/leave")
    await twin.becomes(first, "STOPPED")
    assert await twin.join("ava") != first


async def test_more_agents_than_the_quota_are_refused():
    async with rehearse(limit=2) as twin:
        await twin.join("one")
        await twin.join("two")
        answer = await twin.post("/join", {"name": "three", "properties": twin.talks[0].properties})
        assert (answer.status_code, answer.json()["reason"]) == (422, "ResourceQuotaLimitExceeded")


async def test_an_ended_agent_is_known_for_two_hours_and_its_turns_for_seven_days(twin: Rehearsal):
    agent_id = await twin.join()
    await twin.becomes(agent_id, "RUNNING")
    await twin.post(f"/agents/{agent_id}/leave")
    await twin.becomes(agent_id, "STOPPED")
    twin.clock.pass_by(7200)
    assert (await twin.get(f"/agents/{agent_id}")).status_code == 200
    twin.clock.pass_by(1)
    assert (await twin.get(f"/agents/{agent_id}")).status_code == 404
    assert (await twin.get(f"/agents/{agent_id}/turns")).json()["total_turn_count"] == 120
    twin.clock.pass_by(7 * 86_400)
    assert (await twin.get(f"/agents/{agent_id}/turns")).status_code == 404


async def test_the_memory_of_ended_agents_is_bounded(twin: Rehearsal, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("greenroom.twin.rest.agents.MOST_ENDED", 3)
    for number in range(8):
        agent_id = await twin.join(f"n{number}")
        await twin.post(f"/agents/{agent_id}/leave")
        await twin.becomes(agent_id, "STOPPED")
    assert sum(1 for _ in twin.agents) <= 4


async def test_closing_ends_every_agent_and_leaves_no_task(twin: Rehearsal):
    for number in range(3):
        await twin.join(f"n{number}")
    twin.talks[1].may_start.clear()
    await twin.agents.close()
    assert twin.agents.live_count == 0
    assert all(talk.asked == [("stop", "OK")] or not talk.asked for talk in twin.talks)
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("agent ")]


async def test_closing_in_the_instant_of_a_join_ends_that_agent_too(twin: Rehearsal):
    agent = twin.agents.join(APP_ID, "ava", {"channel": "lobby"})
    await twin.agents.close()
    assert agent.status is Status.STOPPED


@pytest.mark.parametrize("status", list(Status))
def test_only_declared_ways_are_open(status: Status):
    for to in Status:
        agent = AgentTask("A1", "ava", APP_ID, "lobby", 0, None, status)
        if to in TRANSITIONS[status]:
            agent.move(to)
            assert agent.status is to
        else:
            with pytest.raises(RuntimeError, match="cannot go"):
                agent.move(to)


class Told:
    """What a receiver of notifications is told."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def started(self, agent: AgentTask) -> None:
        self.events.append("started")

    def ended(self, agent: AgentTask, history: list[dict[str, Any]]) -> None:
        self.events.append(agent.exit_message)


class GivingUp(QuietTalk):
    """Ends while it starts, as an agent does whose tools can't be set up."""

    async def start(self) -> None:
        await self.stop("Tools can't be set up")


PROPERTIES = {"channel": "lobby", "token": "", "agent_rtc_uid": "100"}


async def test_an_agent_that_gives_up_while_it_starts_never_ran():
    told, clock = Told(), HeldClock()
    agents = AgentRegistry(lambda _id, _name, app_id, p: GivingUp(app_id, p, clock), clock, notifications=told)
    agent = agents.join(APP_ID, "ava", PROPERTIES)
    await agent.settled.wait()
    assert agent.status is Status.FAILED
    assert told.events == ["Tools can't be set up"]


async def test_a_reset_forgets_no_agent_that_joins_meanwhile():
    clock = HeldClock()
    agents = AgentRegistry(lambda _id, _name, app_id, p: QuietTalk(app_id, p, clock), clock)
    await agents.join(APP_ID, "ava", PROPERTIES).settled.wait()
    resetting = asyncio.create_task(agents.reset())
    await asyncio.sleep(0)  # it waits for the first one to end
    second = agents.join(APP_ID, "ben", PROPERTIES)
    await resetting
    assert list(agents) == [second]
    await agents.close()
