"""A talk without sound, and the REST API over it in this process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from greenroom.agora.tokens import rtc_rtm_token
from greenroom.clock import Clock
from greenroom.twin.edge.tokens import admit
from greenroom.twin.rest import (
    AgentRegistry,
    CredentialCheck,
    RequestRefused,
    RestFaults,
    on_bug,
    on_http_error,
    on_refused,
    routes,
)
from greenroom.twin.rest.agents import DEFAULT_LIMIT

APP_ID = "0123456789abcdef0123456789abcdef"
CERTIFICATE = "fedcba9876543210fedcba9876543210"
ROOT = f"/api/conversational-ai-agent/v2/projects/{APP_ID}"


class HeldClock(Clock):
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def pass_by(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


class QuietTalk:
    """Sits down when its token allows it, remembers what it was asked, ends when told to."""

    def __init__(self, app_id: str, properties: dict[str, Any], clock: Clock) -> None:
        self.ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.properties, self.app_id, self.clock = properties, app_id, clock
        self.asked: list[tuple[str, Any]] = []
        self.may_start = asyncio.Event()
        self.may_start.set()
        self.breaks = False

    async def start(self) -> None:
        await self.may_start.wait()
        if self.breaks:
            raise ZeroDivisionError("planted")
        p = self.properties
        if p["token"]:
            admit(self.app_id, CERTIFICATE, p["token"], p["channel"], p["agent_rtc_uid"], self.clock.now().timestamp())

    async def stop(self, message: str = "OK") -> None:
        self.asked.append(("stop", message))
        if not self.ended.done():
            self.ended.set_result(message)

    def update(self, properties: dict[str, Any]) -> None:
        self.asked.append(("update", properties))

    async def speak(self, text: str, *, priority: Any, interruptable: bool) -> None:
        self.asked.append(("speak", (text, priority, interruptable)))

    async def fail_avatar(self) -> bool:
        self.asked.append(("fail_avatar", None))
        return True

    def report_vendor_error(self, module: str, code: int, message: str) -> None:
        self.asked.append(("vendor_error", (module, code, message)))

    async def think(self, text: str, **options: Any) -> None:
        self.asked.append(("think", (text, options)))

    async def interrupt(self) -> None:
        self.asked.append(("interrupt", None))

    def history(self) -> list[dict[str, Any]]:
        return [{"role": "assistant", "content": "hello"}]

    def turns(self) -> list[dict[str, Any]]:
        return [{"turn_id": n} for n in range(1, 121)]


class Rehearsal:
    """The API, and what stands behind it."""

    def __init__(
        self, http: httpx.AsyncClient, agents: AgentRegistry, faults: RestFaults, clock: HeldClock, talks: list[QuietTalk]
    ) -> None:
        self.http, self.agents, self.faults, self.clock, self.talks = http, agents, faults, clock, talks

    def header(self, channel: str = "lobby", uid: str = "100") -> dict[str, str]:
        issued = int(self.clock.now().timestamp())
        return {"Authorization": f"agora token={rtc_rtm_token(APP_ID, CERTIFICATE, channel, uid, issued_at=issued)}"}

    async def post(self, path: str, body: Any = None) -> httpx.Response:
        return await self.http.post(ROOT + path, json=body, headers=self.header())

    async def get(self, path: str) -> httpx.Response:
        return await self.http.get(ROOT + path, headers=self.header())

    async def join(self, name: str = "ava", **changes: Any) -> str:
        answer = await self.post("/join", join_body(name, **changes))
        assert answer.status_code == 200, answer.text
        return answer.json()["agent_id"]

    async def status(self, agent_id: str) -> tuple[str, str]:
        state = (await self.get(f"/agents/{agent_id}")).json()
        return state["status"], state["message"]

    async def becomes(self, agent_id: str, status: str) -> str:
        """Wait until the agent has this status; its message."""
        async with asyncio.timeout(5):
            while (now := await self.status(agent_id))[0] != status:
                await asyncio.sleep(0)
        return now[1]


def join_body(name: str = "ava", **changes: Any) -> dict[str, Any]:
    """A body that Agora would take; ``changes`` go into its properties, None removes one."""
    properties: dict[str, Any] = {
        "channel": "lobby",
        "token": "",
        "agent_rtc_uid": "100",
        "remote_rtc_uids": ["1002"],
        "tts": {"vendor": "openai", "params": {"voice": "coral"}},
        "llm": {"url": "https://api.openai.com/v1/chat/completions"},
    }
    properties |= changes
    return {"name": name, "properties": {key: value for key, value in properties.items() if value is not None}}


@asynccontextmanager
async def rehearse(check: CredentialCheck | None = None, limit: int = DEFAULT_LIMIT) -> AsyncIterator[Rehearsal]:
    clock, talks = HeldClock(), []

    def talk(agent_id: str, name: str, app_id: str, properties: dict[str, Any]) -> QuietTalk:
        talks.append(QuietTalk(app_id, properties, clock))
        return talks[-1]

    agents, faults = AgentRegistry(talk, clock, limit=limit), RestFaults()
    app = Starlette(
        routes=routes(agents, check or CredentialCheck(clock, APP_ID, CERTIFICATE), faults, clock),
        exception_handlers={RequestRefused: on_refused, HTTPException: on_http_error, Exception: on_bug},
    )
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://twin.localhost") as http:
        try:
            yield Rehearsal(http, agents, faults, clock, talks)
        finally:
            await agents.close()


__all__ = ["APP_ID", "CERTIFICATE", "ROOT", "HeldClock", "QuietTalk", "Rehearsal", "join_body", "rehearse"]
