"""Two Studio processes on one PostgreSQL and one twin: a call of one lives on while the other goes away and comes back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from greenroom.callers.channel_client import GONE, ChannelClient
from greenroom.clock import Clock
from greenroom.model.call import EdgeAddress, Ticket
from greenroom.model.session import SessionId
from greenroom.store.database import Database
from greenroom.store.sessions import SessionStore
from tests.conftest import PATIENCE_S
from tests.databases import postgres  # noqa: F401 - a fixture
from tests.studio_process import StudioProcess

pytestmark = [pytest.mark.twin, pytest.mark.any_database]

KEY = "key-of-the-two-processes"
AUTHORIZATION = {"Authorization": f"Bearer {KEY}"}


@pytest.fixture
def database_url(postgres) -> str:  # noqa: F811
    return postgres.url(postgres.new_database())


@pytest.fixture
def studios(twin, database_url, tmp_path: Path) -> Iterator[tuple[StudioProcess, StudioProcess]]:
    environ = {
        "GREENROOM_TWIN_URL": twin.url,
        "AGORA_APP_ID": twin.app_id,
        "AGORA_APP_CERTIFICATE": twin.certificate,
        "GREENROOM_DATABASE_URL": database_url,
        "GREENROOM_API_KEY": KEY,
    }
    one, other = (StudioProcess(tmp_path, environ) for _ in range(2))
    try:
        yield one.start(engines=False), other.start(engines=False)
    finally:
        one.stop()
        other.stop()


def test_a_call_outlives_the_restart_and_the_death_of_another_process(twin, studios, database_url):
    first, second = studios
    started = httpx.get(f"{first.url}/start-agent", headers=AUTHORIZATION, timeout=PATIENCE_S).raise_for_status().json()
    agent = json.loads(started["agent_response"]["response"])
    asyncio.run(_talk_through(_ticket(started, agent, twin), agent["agent_id"], first, second))
    database = Database(database_url)
    try:
        session = SessionStore(database, Clock()).get(SessionId(agent["session_id"]))
    finally:
        database.close()
    assert (session.state, session.end_reason) == ("running", None)
    assert twin.agents()[agent["agent_id"]]["status"] == "RUNNING"
    second.kill()  # whichever process is left ends the call
    query = {"agent_id": agent["agent_id"]}
    httpx.get(f"{first.url}/hangup-agent", params=query, headers=AUTHORIZATION, timeout=PATIENCE_S).raise_for_status()


async def _talk_through(ticket: Ticket, agent_id: str, first: StudioProcess, second: StudioProcess) -> None:
    """The agent says what it is told to, by either process, after each thing that happens to the second one."""
    caller = ChannelClient(ticket)
    await caller.join()
    try:
        await _says(caller, agent_id, first, "One moment, please.")
        await asyncio.to_thread(second.stop)
        await _says(caller, agent_id, first, "Still here after the stop.")
        await asyncio.to_thread(second.start, False)
        await _says(caller, agent_id, second, "The restarted one speaks.")
        await asyncio.to_thread(second.kill)
        await asyncio.to_thread(second.start, False)
        await _says(caller, agent_id, first, "Still here after the kill.")
    finally:
        await caller.leave()


async def _says(caller: ChannelClient, agent_id: str, studio: StudioProcess, text: str) -> None:
    body = {"agent_id": agent_id, "text": text, "priority": "INTERRUPT"}
    async with httpx.AsyncClient(timeout=PATIENCE_S, headers=AUTHORIZATION) as client:
        (await client.post(f"{studio.url}/speak", json=body)).raise_for_status()
    heard: list[Any] = []
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_S):
            while not (heard and text in str(heard[-1].fields.get("text"))):
                message = await caller.messages.get()
                assert message not in (None, GONE), f"the agent is gone after {heard}"
                heard.append(message)
    assert text in str(heard[-1].fields.get("text")), heard[-3:]


def _ticket(started: dict[str, Any], agent: dict[str, Any], twin) -> Ticket:
    return Ticket(
        session_id=SessionId(agent["session_id"]),
        capability="",
        app_id=started["appid"],
        channel=started["channel"],
        token=started["token"],
        uid=int(started["uid"]),
        agent_uid=int(started["agent"]["uid"]),
        avatar_uid=None,
        agent_name="",
        place="twin",
        edge=EdgeAddress("localhost", twin.port),
    )
