"""The ten agent endpoints of Agora's Conversational AI Engine, one method each."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import httpx

from greenroom.agora.answers import (
    AcceptedCommand,
    AgentHistory,
    AgentPage,
    AgentState,
    HistoryLine,
    StartedAgent,
    TurnPage,
    TurnReport,
)
from greenroom.agora.auth import Auth, BasicAuth, TokenAuth
from greenroom.agora.wire import RestRequest, RestTransport
from greenroom.errors import AgoraRefused

__all__ = [
    "AcceptedCommand",
    "AgentPage",
    "AgentState",
    "AgoraClient",
    "Auth",
    "BasicAuth",
    "AgentHistory",
    "HistoryLine",
    "StartedAgent",
    "TokenAuth",
    "TurnReport",
]

DEFAULT_TIMEOUT_S = 15.0
#: Status numbers of agents that exist now: RUNNING, STARTING, IDLE.
_LIVE = ("2", "1", "0")

_TURNS_PER_PAGE, _MAX_PAGES = 50, 40


class AgoraClient:
    """Client of Agora's Agent REST API, or of the twin at ``base_url``. Thread-safe.

    ``base_url`` is a host or an API root (see ``hosts.api_root``); ``timeout`` is in seconds. Every method raises
    AgoraRefused, AgoraBusy or AgoraUnreachable and nothing else. Request tokens are signed for ``channel`` and ``agent_uid``;
    :class:`BasicAuth` ignores them.
    """

    def __init__(
        self,
        base_url: str,
        app_id: str,
        auth: Auth,
        *,
        timeout: float = DEFAULT_TIMEOUT_S,
        transport: httpx.BaseTransport | None = None,
        pause: Callable[[float], None] = time.sleep,
        others: Sequence[str] = (),
    ) -> None:
        """``others``: addresses of the same API for when ``base_url`` cannot be reached."""
        self._wire = RestTransport(base_url, app_id, auth, timeout=timeout, transport=transport, pause=pause, others=others)
        self._named = f"AgoraClient({base_url!r}, project …{app_id[-4:]})"

    def __repr__(self) -> str:
        return self._named

    def close(self) -> None:
        """Close the connections; the client cannot be used afterwards."""
        self._wire.close()

    def join(
        self,
        name: str,
        properties: Mapping[str, Any],
        *,
        pipeline_id: str | None = None,
        offline: Mapping[str, Any] | None = None,
    ) -> StartedAgent:
        """Start an agent. ``name`` must be unique among the project's running agents.

        Not retried if Agora might have started the agent: the error then has ``maybe_started``; look it up with
        :meth:`find_by_name`. ``offline`` is for the twin: Agora has no such field.
        The agent joins the channel some time *after* this returns.
        """
        body: dict[str, Any] = {"name": name, "properties": dict(properties)}
        if pipeline_id:
            body["pipeline_id"] = pipeline_id
        if offline:
            body["offline"] = dict(offline)
        channel, uid = str(properties.get("channel") or ""), str(properties.get("agent_rtc_uid") or "0")
        return self._wire.send(RestRequest("POST", ("join",), channel, uid, body=body, starts=True), StartedAgent.read)

    def leave(self, agent_id: str, *, channel: str = "", agent_uid: int | str = 0) -> None:
        """Stop an agent. Idempotent: an unknown or ended agent is no error."""
        request = RestRequest("POST", ("agents", agent_id, "leave"), channel, agent_uid, repeatable=True)
        try:
            self._wire.send(request, lambda body: None)
        except AgoraRefused as error:
            if error.status != 404:
                raise

    def update(
        self, agent_id: str, properties: Mapping[str, Any], *, channel: str = "", agent_uid: int | str = 0
    ) -> StartedAgent:
        """Change a running agent: ``token``, ``llm.system_messages``, ``llm.params`` (replaced as a whole)."""
        body = {"properties": dict(properties)}
        return self._wire.send(
            RestRequest("POST", ("agents", agent_id, "update"), channel, agent_uid, body=body), StartedAgent.read
        )

    def get(self, agent_id: str, *, channel: str = "", agent_uid: int | str = 0) -> AgentState:
        """An agent's state; for some hours after its end, how it ended."""
        return self._wire.send(RestRequest("GET", ("agents", agent_id), channel, agent_uid, repeatable=True), AgentState.read)

    def list(
        self,
        *,
        channel: str = "",
        state: str = "2",
        from_time: int | None = None,
        to_time: int | None = None,
        limit: int = 20,
        cursor: str = "",
        agent_uid: int | str = 0,
    ) -> AgentPage:
        """One page of agents that started between two times (Unix seconds; Agora's default is the last 2 hours).

        ``state`` is a status number, RUNNING by default. Agora's docs disagree on whether it may be a comma-separated list.
        """
        query: dict[str, str] = {"state": state, "limit": str(limit)}
        optional = {"channel": channel, "from_time": from_time, "to_time": to_time, "cursor": cursor}
        query |= {name: str(value) for name, value in optional.items() if value not in (None, "")}
        return self._wire.send(RestRequest("GET", ("agents",), channel, agent_uid, query, repeatable=True), AgentPage.read)

    def find_by_name(self, name: str, *, channel: str, agent_uid: int | str = 0) -> str:
        """The id of the live agent called ``name`` in ``channel``, or "".

        The list has no names, so each agent of the channel is queried; an agent without a name matches, because it is in
        the same channel.
        """
        for state in _LIVE:
            for item in self.list(channel=channel, state=state, agent_uid=agent_uid).agents:
                if self.get(item.agent_id, channel=channel, agent_uid=agent_uid).name in (name, ""):
                    return item.agent_id
        return ""

    def speak(
        self,
        agent_id: str,
        text: str,
        *,
        priority: Literal["INTERRUPT", "APPEND", "IGNORE"] = "INTERRUPT",
        interruptable: bool = True,
        channel: str = "",
        agent_uid: int | str = 0,
    ) -> AcceptedCommand:
        """Make the agent say ``text`` verbatim (at most 512 bytes of UTF-8)."""
        body = {"text": text, "priority": priority, "interruptable": interruptable}
        return self._wire.send(
            RestRequest("POST", ("agents", agent_id, "speak"), channel, agent_uid, body=body), AcceptedCommand.read
        )

    def interrupt(self, agent_id: str, *, channel: str = "", agent_uid: int | str = 0) -> AcceptedCommand:
        """Stop what the agent is saying or thinking."""
        request = RestRequest("POST", ("agents", agent_id, "interrupt"), channel, agent_uid, body={})
        return self._wire.send(request, AcceptedCommand.read)

    def think(
        self,
        agent_id: str,
        text: str,
        *,
        on_listening_action: Literal["interrupt", "inject", "append", "ignore"] = "interrupt",
        on_thinking_action: Literal["interrupt", "append", "ignore"] = "interrupt",
        on_speaking_action: Literal["ignore", "interrupt", "append"] = "ignore",
        interruptable: bool = True,
        metadata: Mapping[str, str] | None = None,
        channel: str = "",
        agent_uid: int | str = 0,
    ) -> AcceptedCommand:
        """Send ``text`` as if the caller had said it; the actions choose how it affects what the agent is doing."""
        body = {
            "text": text,
            "on_listening_action": on_listening_action,
            "on_thinking_action": on_thinking_action,
            "on_speaking_action": on_speaking_action,
            "interruptable": interruptable,
        }
        if metadata:
            body["metadata"] = dict(metadata)
        return self._wire.send(
            RestRequest("POST", ("agents", agent_id, "think"), channel, agent_uid, body=body), AcceptedCommand.read
        )

    def history(self, agent_id: str, *, channel: str = "", agent_uid: int | str = 0) -> AgentHistory:
        """The short-term memory of a running agent; 404 once it has ended."""
        return self._wire.send(
            RestRequest("GET", ("agents", agent_id, "history"), channel, agent_uid, repeatable=True), AgentHistory.read
        )

    def turns(self, agent_id: str, *, channel: str = "", agent_uid: int | str = 0) -> tuple[TurnReport, ...]:
        """Every turn of an agent with its latencies, up to 7 days after its end (2,000 turns at most)."""
        turns: tuple[TurnReport, ...] = ()
        for page in range(1, _MAX_PAGES + 1):
            query = {"page_index": str(page), "page_size": str(_TURNS_PER_PAGE)}
            request = RestRequest("GET", ("agents", agent_id, "turns"), channel, agent_uid, query, repeatable=True)
            answer = self._wire.send(request, TurnPage.read)
            turns += answer.turns
            if answer.last:
                break
        return turns
