"""The ten agent endpoints: read and check the request, call the registry, shape Agora's answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from greenroom.catalog.secrecy import secret_values
from greenroom.clock import Clock
from greenroom.redaction import SECRETS
from greenroom.twin.rest.agent import NUMBERS, AgentTask
from greenroom.twin.rest.agents import TURNS_KEPT_S, AgentRegistry
from greenroom.twin.rest.checks import check
from greenroom.twin.rest.coverage import complete, current_names, is_realtime
from greenroom.twin.rest.credentials import CredentialCheck
from greenroom.twin.rest.faults import Endpoint, RestFaults
from greenroom.twin.rest.fields import SPEAK, THINK, UPDATE
from greenroom.twin.rest.reading import json_object, second, whole
from greenroom.twin.rest.reasons import InvalidFieldValue, NotImplementedOffline, NotSupported, TaskOperationTimeout
from greenroom.twin.rest.rules import check_join

#: Agora's path, and the one of its Chinese region.
PREFIXES = ("/api/conversational-ai-agent/v2", "/cn/api/conversational-ai-agent/v2")
OPERATION_TIMEOUT_S = 10.0

#: How far a list reaches back by default, in seconds.
LISTED_S = 7200

_TELEPHONY = ("call", "calls", "phone-numbers")
#: Carries what was read differently than it was written; Agora has no such header.
NOTE_HEADER = "greenroom-note"


class AgentApi:
    """The endpoints as methods. Each raises ``RequestRefused`` for a request it refuses.

    Source: https://docs.agora.io/en/conversational-ai/rest-api/agent/join and the pages beside it.
    """

    def __init__(self, agents: AgentRegistry, gate: CredentialCheck, clock: Clock) -> None:
        self._agents = agents
        self._gate = gate
        self._clock = clock

    async def join(self, request: Request) -> Response:
        """Start an agent; the answer comes before it is in its channel, with status STARTING.

        Raises TaskConflict for a name in use and ResourceQuotaLimitExceeded. Notes on renamed fields come in :data:`NOTE_HEADER`.
        """
        app_id = self._admit(request)
        body = await json_object(request)
        body, notes = current_names(body)
        check_join(body)
        properties = complete(body)
        if isinstance(body.get("offline"), dict):  # the studio's own, never sent to Agora: mocks and consents
            properties["offline"] = body["offline"]
        if properties["agent_rtc_uid"] == "0":  # a random uid; its token is for uid 0, which opens the channel for any
            properties = properties | {"agent_rtc_uid": str(self._clock.uid())}
        agent = self._agents.join(app_id, body["name"], properties)
        agent.notes = notes
        return _started(agent)

    async def leave(self, request: Request) -> Response:
        """Stop an agent in the background. Raises TaskNotFound for one that has ended."""
        self._agents.leave(self._admit(request), _agent_id(request))
        return Response(status_code=200)

    async def update(self, request: Request) -> Response:
        """Change the token, ``llm.system_messages``, ``llm.params`` or ``mllm.params``, from the next answer on."""
        app_id = self._admit(request)
        body = await json_object(request)
        check(UPDATE, body)
        agent, talk = await self._agents.running(app_id, _agent_id(request))
        SECRETS.learn(secret_values(body["properties"]))
        talk.update(body["properties"])
        return _started(agent)

    async def get(self, request: Request) -> Response:
        """An agent's status, up to 2 h after its end. Raises TaskNotFound. Times are Unix seconds."""
        agent = self._agents.known(self._admit(request), _agent_id(request))
        return JSONResponse(
            {
                "message": agent.message,
                "start_ts": agent.started_at,
                "stop_ts": agent.stopped_at,
                "status": agent.status,
                "agent_id": agent.id,
                "name": agent.name,
            }
        )

    async def list(self, request: Request) -> Response:
        """The agents of a project, newest first: running ones (``state`` 2) of the last 2 h unless the query says otherwise.

        A ``cursor`` is the id of the first agent of the next page.
        """
        app_id = self._admit(request)
        query = request.query_params
        now = int(self._clock.now().timestamp())
        low, high = second(query, "from_time", now - LISTED_S), second(query, "to_time", now)
        states, channel = _states(query.get("state") or "2"), query.get("channel")
        found = [
            agent
            for agent in self._agents.listed(app_id)
            if NUMBERS[agent.status] in states and low <= agent.started_at <= high and (not channel or agent.channel == channel)
        ]
        page, cursor = _page(found, query.get("cursor", ""), whole(query, "limit", 20, 1, 1000))
        items = [{"start_ts": agent.started_at, "status": agent.status, "agent_id": agent.id} for agent in page]
        return JSONResponse(
            {
                "data": {"count": len(items), "list": items},
                "meta": {"cursor": cursor, "total": len(found)},
                "status": "ok",
            }
        )

    async def speak(self, request: Request) -> Response:
        """Say a text. Raises NotSupported for a realtime model, and TaskNotFound unless the agent runs."""
        app_id = self._admit(request)
        body = await json_object(request)
        check(SPEAK, body)
        agent, talk = await self._agents.running(app_id, _agent_id(request))
        if is_realtime({"properties": agent.asked}):
            raise NotSupported("The speak API is not supported when mllm is enabled.")
        priority = body.get("priority") or "INTERRUPT"
        await _in_time(talk.speak(body["text"], priority=priority, interruptable=_on(body, "interruptable")))
        return _accepted(agent)

    async def think(self, request: Request) -> Response:
        """Answer a text as if a caller had said it. Raises TaskNotFound unless the agent runs."""
        app_id = self._admit(request)
        body = await json_object(request)
        check(THINK, body)
        agent, talk = await self._agents.running(app_id, _agent_id(request))
        await _in_time(
            talk.think(
                body["text"],
                on_listening_action=body.get("on_listening_action") or "interrupt",
                on_thinking_action=body.get("on_thinking_action") or "interrupt",
                on_speaking_action=body.get("on_speaking_action") or "ignore",
                interruptable=_on(body, "interruptable"),
                metadata=body.get("metadata") or {},
            )
        )
        return _accepted(agent)

    async def interrupt(self, request: Request) -> Response:
        """Stop the reply in progress and drop those that wait. Raises TaskNotFound unless the agent runs."""
        app_id = self._admit(request)
        await json_object(request)
        agent, talk = await self._agents.running(app_id, _agent_id(request))
        await _in_time(talk.interrupt())
        return _accepted(agent)

    async def history(self, request: Request) -> Response:
        """What was said, at most ``max_history`` entries. Raises TaskNotFound unless the agent runs."""
        agent, talk = await self._agents.running(self._admit(request), _agent_id(request))
        return JSONResponse(
            {
                "agent_id": agent.id,
                "start_ts": agent.started_at,
                "status": agent.status,
                "contents": talk.history(),
            }
        )

    async def turns(self, request: Request) -> Response:
        """Finished turns with their latencies in milliseconds, up to 7 days after the agent's end. Pages count from 1."""
        agent = self._agents.known(self._admit(request), _agent_id(request), kept_s=TURNS_KEPT_S)
        size = whole(request.query_params, "page_size", 50, 1, 1000)
        index = whole(request.query_params, "page_index", 1, 1, 10**6)
        turns = agent.turns
        pages = max(1, -(-len(turns) // size))
        return JSONResponse(
            {
                "agent_id": agent.id,
                "name": agent.name,
                "channel": agent.channel,
                "total_turn_count": len(turns),
                "pagination": {"page_index": index, "total_pages": pages, "is_last_page": index >= pages},
                "turns": turns[(index - 1) * size : index * size],
            }
        )

    async def telephony(self, request: Request) -> Response:
        """Raises NotImplementedOffline: the twin has no phone network."""
        self._admit(request)
        raise NotImplementedOffline("Telephony isn't available offline.")

    def routes(self, faults: RestFaults) -> list[BaseRoute]:
        """The routes below ``/v2``."""
        project, agent = "/projects/{app_id}", "/projects/{app_id}/agents/{agent_id}"
        table: list[tuple[str, str, Endpoint]] = [
            ("POST", f"{project}/join", self.join),
            ("GET", f"{project}/agents", self.list),
            ("GET", agent, self.get),
            ("POST", f"{agent}/leave", self.leave),
            ("POST", f"{agent}/update", self.update),
            ("POST", f"{agent}/speak", self.speak),
            ("POST", f"{agent}/interrupt", self.interrupt),
            ("POST", f"{agent}/think", self.think),
            ("GET", f"{agent}/history", self.history),
            ("GET", f"{agent}/turns", self.turns),
        ]
        routes: list[BaseRoute] = [
            Route(path, faults.around(endpoint.__name__, endpoint), methods=[method]) for method, path, endpoint in table
        ]
        routes += [Route(f"{project}/{word}{{rest:path}}", self.telephony, methods=["GET", "POST"]) for word in _TELEPHONY]
        return routes

    def _admit(self, request: Request) -> str:
        """Authenticate the request before anything else. Returns the project."""
        app_id = request.path_params["app_id"]
        self._gate.admit(request.headers.get("authorization", ""), app_id)
        return app_id.lower()


def routes(agents: AgentRegistry, gate: CredentialCheck, faults: RestFaults, clock: Clock) -> list[BaseRoute]:
    """Agora's agent endpoints under both of its prefixes."""
    api = AgentApi(agents, gate, clock)
    return [Mount(prefix, routes=api.routes(faults)) for prefix in PREFIXES]


def _agent_id(request: Request) -> str:
    return request.path_params["agent_id"]


def _on(body: dict[str, Any], name: str) -> bool:
    return body.get(name) is not False


def _started(agent: AgentTask) -> Response:
    headers = {NOTE_HEADER: " ".join(agent.notes)} if agent.notes else None
    return JSONResponse({"agent_id": agent.id, "create_ts": agent.started_at, "status": agent.status}, headers=headers)


def _accepted(agent: AgentTask) -> Response:
    return JSONResponse({"agent_id": agent.id, "channel": agent.channel, "start_ts": agent.started_at})


def _states(text: str) -> set[int]:
    numbers = [part.strip() for part in text.split(",")]
    if not all(number in {"0", "1", "2", "3", "4", "5", "6"} for number in numbers):
        raise InvalidFieldValue("state", "must be a number from 0 to 6, or several separated by commas")
    return {int(number) for number in numbers}


def _page(found: list[AgentTask], cursor: str, limit: int) -> tuple[list[AgentTask], str]:
    """One page from the agent that ``cursor`` names, and the cursor of the page after it ("" on the last)."""
    begin = next((place for place, agent in enumerate(found) if agent.id == cursor), None) if cursor else 0
    if begin is None:
        raise InvalidFieldValue("cursor", "isn't in this list")
    beyond = found[begin + limit : begin + limit + 1]
    return found[begin : begin + limit], beyond[0].id if beyond else ""


async def _in_time(work: Awaitable[None]) -> None:
    try:
        async with asyncio.timeout(OPERATION_TIMEOUT_S):
            await work
    except TimeoutError:
        raise TaskOperationTimeout("The agent didn't respond in time.") from None
