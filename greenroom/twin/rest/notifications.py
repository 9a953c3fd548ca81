"""Agora's notifications: signed, in order, retried when the receiver fails.

Of what Agora has (docs: conversational-ai/develop/webhooks) the twin sends 101, 102, 103, 110, 111 and 112; errors come at
the end with the rest. 104 needs an agent of 72 hours.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import Iterator
from typing import Any, Protocol

import httpx

from greenroom.clock import Clock
from greenroom.twin.rest.agent import AgentTask

log = logging.getLogger(__name__)

PRODUCT = 17
TIMEOUT_S = 5.0
#: Seconds before each try after the first; then the notice is given up.
AGAIN_S = (0.5, 2.0, 8.0)
MOST_WAITING = 1000
_NAMES_111 = {"llm_ttft": "llm_ttfb", "llm_ftfs": "llm_ttfs"}

Event = tuple[int, dict[str, Any]]


class NotificationSink(Protocol):
    """Receives the events of the agent registry."""

    def started(self, agent: AgentTask) -> None:
        """The agent is in its channel."""

    def ended(self, agent: AgentTask, history: list[dict[str, Any]]) -> None:
        """The agent has stopped or failed. ``history`` is what was said: its record doesn't keep that."""


class NoNotifications:
    """Used when no webhook URL is configured."""

    def started(self, agent: AgentTask) -> None: ...
    def ended(self, agent: AgentTask, history: list[dict[str, Any]]) -> None: ...


class Notifier:
    """Owns one task that sends; :meth:`open` starts it, :meth:`close` gives what waits a moment and ends it."""

    def __init__(self, url: str, secret: str, clock: Clock) -> None:
        self._url = url
        self._key = secret.encode()
        self._clock = clock
        self._waiting: asyncio.Queue[bytes] = asyncio.Queue(MOST_WAITING)
        self._sending: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Start the sending task on the running event loop."""
        self._sending = asyncio.create_task(self._send_all(), name="notices")

    async def close(self) -> None:
        """Wait for the queued notices, at most :data:`TIMEOUT_S`, and end the task. Does nothing before :meth:`open`."""
        if self._sending is None:
            return
        try:
            async with asyncio.timeout(TIMEOUT_S):
                await self._waiting.join()
        except TimeoutError:
            log.warning("%d notices were not taken", self._waiting.qsize())
        self._sending.cancel()
        await asyncio.gather(self._sending, return_exceptions=True)

    def started(self, agent: AgentTask) -> None:
        """Queue event 101. Dropped when :data:`MOST_WAITING` are queued."""
        self._post(agent, 101, {"start_ts": agent.started_at})

    def ended(self, agent: AgentTask, history: list[dict[str, Any]]) -> None:
        """Queue 102, 103 and 112; 110 if there were errors, 111 if there were turns. Dropped like 101."""
        for event, payload in _of_the_end(agent, history):
            self._post(agent, event, payload)

    def _post(self, agent: AgentTask, event: int, payload: dict[str, Any]) -> None:
        labels = agent.asked.get("labels")
        named = {"agent_id": agent.id, "name": agent.name, "channel": agent.channel, **({"labels": labels} if labels else {})}
        body = {
            "noticeId": self._clock.new_id(24),
            "productId": PRODUCT,
            "eventType": event,
            "notifyMs": self._clock.now_ms(),
            "sid": self._clock.new_id(16),
            "payload": {**named, **payload},
        }
        if self._waiting.full():
            log.warning("notification dropped: %d are queued already", MOST_WAITING)
            return
        self._waiting.put_nowait(json.dumps(body).encode())

    async def _send_all(self) -> None:
        async with httpx.AsyncClient(timeout=TIMEOUT_S, trust_env=False) as client:
            while True:
                raw = await self._waiting.get()
                try:
                    await self._send(client, raw)
                finally:
                    self._waiting.task_done()

    async def _send(self, client: httpx.AsyncClient, raw: bytes) -> None:
        headers = {
            "content-type": "application/json",
            "Agora-Signature": hmac.new(self._key, raw, hashlib.sha1).hexdigest(),
            "Agora-Signature-V2": hmac.new(self._key, raw, hashlib.sha256).hexdigest(),
        }
        for pause_s in (*AGAIN_S, None):
            try:
                answer = await client.post(self._url, content=raw, headers=headers)
                if answer.is_success:
                    return
                why = f"status {answer.status_code}"
            except httpx.HTTPError as error:
                why = type(error).__name__
            except httpx.InvalidURL:  # no HTTPError; waiting doesn't help
                log.warning("notification not delivered: the webhook URL is not valid")
                return
            if pause_s is None:
                log.warning("notification not delivered: %s", why)
            else:
                await asyncio.sleep(pause_s)


def _of_the_end(agent: AgentTask, history: list[dict[str, Any]]) -> Iterator[Event]:
    turns = agent.turns
    span = {"start_ts": agent.started_at, "stop_ts": agent.stopped_at}
    yield 102, {**span, "status": str(agent.status), "message": agent.exit_message}
    yield 103, {**span, "contents": history}
    errors = [
        {
            "module": "llm" if turn["end"]["metadata"].get("reason", "").startswith("LLM") else "tts",
            "turn_id": turn["turn_id"],
            "code": 500,
            "message": turn["end"]["metadata"].get("details", ""),
        }
        for turn in turns
        if turn["end"]["type"] == "error"
    ]
    if errors:
        yield 110, {"start_ts": agent.started_at, "turn_id": errors[-1]["turn_id"], "errors": errors}
    if turns:
        yield 111, {**span, "metrics": [{"turn_id": turn["turn_id"], **_latencies(turn, _NAMES_111)} for turn in turns]}
    finished = [{**turn, "metrics": {**turn["metrics"], "segmented_latency_ms": _latencies(turn, {})}} for turn in turns]
    yield 112, {**span, "total_turn_count": len(turns), "is_truncated": len(turns) > 200, "turns": finished[:200]}


def _latencies(turn: dict[str, Any], names: dict[str, str]) -> dict[str, int]:
    """An object by name, where the API has a list of them."""
    return {str(names.get(part["name"], part["name"])): part["latency"] for part in turn["metrics"]["segmented_latency_ms"]}
