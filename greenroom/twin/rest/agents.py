"""The registry of running and ended agents, with the task that runs each."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from greenroom.catalog.secrecy import secret_values, without_secrets
from greenroom.clock import Clock
from greenroom.redaction import SECRETS
from greenroom.twin.edge import TokenRefused
from greenroom.twin.rest.agent import AgentTask, RunningTalk, Status
from greenroom.twin.rest.notifications import NoNotifications, NotificationSink
from greenroom.twin.rest.reasons import ResourceQuotaLimitExceeded, TaskConflict, TaskNotFound

log = logging.getLogger(__name__)

#: Agora's default quota of agents that run at once in a project.
DEFAULT_LIMIT = 20
START_TIMEOUT_S, STOP_TIMEOUT_S = 30.0, 5.0
#: How long a request about an agent waits for its start to be over.
SETTLE_TIMEOUT_S = 5.0
#: How long an ended agent can be asked for, in seconds, and how long its turns.
STATUS_KEPT_S, TURNS_KEPT_S = 2 * 3600, 7 * 86_400
#: So that memory stays bounded: the oldest ended agents are forgotten beyond this number.
MOST_ENDED = 200

INTERNAL_ERROR = "Internal error"

#: Makes the talk of one agent: ``(agent_id, name, app_id, properties)``.
TalkMaker = Callable[[str, str, str, dict[str, Any]], RunningTalk]


class AgentRegistry:
    """All agents of the process, of every project. Use it on one event loop."""

    def __init__(
        self, talk: TalkMaker, clock: Clock, *, limit: int = DEFAULT_LIMIT, notifications: NotificationSink | None = None
    ) -> None:
        self._talk = talk
        self._clock = clock
        self._limit = limit
        self._notifications: NotificationSink = notifications or NoNotifications()
        self._agents: dict[str, AgentTask] = {}
        self._lives: dict[str, asyncio.Task[str]] = {}

    def __iter__(self) -> Iterator[AgentTask]:
        """Every agent that is still known, newest first."""
        return reversed(self._agents.values())

    @property
    def live_count(self) -> int:
        """How many agents of all projects have not ended yet."""
        return sum(agent.live for agent in self._agents.values())

    def join(self, app_id: str, name: str, properties: dict[str, Any]) -> AgentTask:
        """Register an agent and start it in the background. Raises TaskConflict or ResourceQuotaLimitExceeded."""
        self._forget()
        live = [agent for agent in self._agents.values() if agent.live and agent.app_id == app_id]
        for agent in live:
            if agent.name == name:
                raise TaskConflict(
                    "An agent with this name is already running.",
                    agent_id=agent.id,
                    create_ts=agent.started_at,
                    status=agent.status,
                )
        if len(live) >= self._limit:
            raise ResourceQuotaLimitExceeded(f"The project may run {self._limit} agents at once.")
        SECRETS.learn(secret_values(properties))  # so that no log of this process shows them
        agent_id = self._clock.new_id(32)
        talk = self._talk(agent_id, name, app_id, properties)
        agent = AgentTask(agent_id, name, app_id, properties["channel"], self._now(), talk, asked=without_secrets(properties))
        self._agents[agent_id] = agent
        life = asyncio.create_task(self._live(talk, agent), name=f"agent {agent_id}")
        life.add_done_callback(lambda life: self._over(agent, life))
        self._lives[agent_id] = life
        return agent

    def known(self, app_id: str, agent_id: str, *, kept_s: int = STATUS_KEPT_S) -> AgentTask:
        """The agent, running or ended at most ``kept_s`` seconds ago. Raises TaskNotFound."""
        agent = self._agents.get(agent_id)
        if agent is None or agent.app_id != app_id or (agent.stopped_at and self._now() - agent.stopped_at > kept_s):
            raise TaskNotFound("The agent does not exist or has exited.")
        return agent

    def listed(self, app_id: str) -> Iterator[AgentTask]:
        """The agents of a project that can be asked for, newest first."""
        now = self._now()
        for agent in self:
            if agent.app_id == app_id and (agent.live or now - agent.stopped_at <= STATUS_KEPT_S):
                yield agent

    async def running(self, app_id: str, agent_id: str) -> tuple[AgentTask, RunningTalk]:
        """A running agent and its talk; one that is starting is waited for. Raises TaskNotFound for any other."""
        agent = self.known(app_id, agent_id)
        if agent.status is Status.STARTING:
            try:
                async with asyncio.timeout(SETTLE_TIMEOUT_S):
                    await agent.settled.wait()
            except TimeoutError:
                raise TaskNotFound("The agent has not started yet.") from None
        if agent.status is not Status.RUNNING or agent.talk is None:
            raise TaskNotFound("The agent does not exist or has exited.")
        return agent, agent.talk

    def leave(self, app_id: str, agent_id: str) -> None:
        """Stop an agent in the background. Raises TaskNotFound when it has ended already."""
        agent = self.known(app_id, agent_id)
        if not agent.live:
            raise TaskNotFound("The agent does not exist or has exited.")
        self._dismiss(agent)

    async def fail(self, message: str) -> None:
        """Every agent ends with this exit message, as if something had failed. One that is starting is waited for."""
        for agent in [agent for agent in self._agents.values() if agent.live]:
            with contextlib.suppress(TaskNotFound):  # it has ended meanwhile, or doesn't come to start
                _, talk = await self.running(agent.app_id, agent.id)
                await talk.stop(message)

    async def report_vendor_error(self, module: str, code: int, message: str) -> None:
        """Let every running agent report a vendor's error in its channel and continue."""
        for talk in self._talks():
            talk.report_vendor_error(module, code, message)

    def _talks(self) -> list[RunningTalk]:
        return [agent.talk for agent in self._agents.values() if agent.live and agent.talk is not None]

    async def fail_avatars(self) -> int:
        """Fail every avatar; the agents continue without one. Returns how many there were."""
        return sum([await talk.fail_avatar() for talk in self._talks()])

    async def close(self) -> None:
        """End every agent and wait for that; nothing is left running afterwards."""
        for agent in self._agents.values():
            if agent.live:
                self._dismiss(agent)
        await _finished(self._lives.values(), STOP_TIMEOUT_S + 1)

    async def reset(self) -> None:
        """Like :meth:`close`, and forget what has ended. An agent that joins meanwhile is kept."""
        await self.close()
        self._agents = {agent.id: agent for agent in self._agents.values() if agent.live}

    def _dismiss(self, agent: AgentTask) -> None:
        if agent.status is not Status.STOPPING:
            agent.move(Status.STOPPING)
            self._lives[agent.id].cancel()

    async def _live(self, talk: RunningTalk, agent: AgentTask) -> str:
        """From the start to the end of one agent; being cancelled is how it is asked to leave. Returns the exit message."""
        message = INTERNAL_ERROR
        try:
            async with asyncio.timeout(START_TIMEOUT_S):
                await talk.start()
            if not talk.ended.done():  # it may have given up, and then it is in no channel
                agent.move(Status.RUNNING)
                self._notifications.started(agent)
            message = await asyncio.shield(talk.ended)
        except asyncio.CancelledError:
            message = "OK"
        except TokenRefused as refused:
            message = f"RTC connection error: {refused}"
        except TimeoutError:
            message = "Connecting for too long"
        except Exception:
            log.exception("agent %s failed", agent.id)
        finally:
            await self._stop(talk, agent, message)
        return message

    async def _stop(self, talk: RunningTalk, agent: AgentTask, message: str) -> None:
        try:
            async with asyncio.timeout(STOP_TIMEOUT_S):
                await talk.stop(message)
        except Exception:
            log.exception("agent %s did not stop cleanly", agent.id)

    def _over(self, agent: AgentTask, life: asyncio.Task[str]) -> None:
        """Record the end of an agent, even if it was cancelled before its first step."""
        message = "OK" if life.cancelled() else INTERNAL_ERROR if life.exception() else life.result()
        history = agent.talk.history() if agent.talk else []
        agent.end(message, self._now())
        self._notifications.ended(agent, history)
        del self._lives[agent.id]
        # Its parts are reference cycles with megabytes of audio, which Python would free dozens of calls later. This takes
        # about 3 ms, because the twin's own objects are frozen (see server.py).
        gc.collect()
        log.info("agent %s: %s (%s)", agent.id, agent.status, message)

    def _forget(self) -> None:
        now = self._now()
        ended = [agent for agent in self._agents.values() if not agent.live]
        for place, agent in enumerate(ended):
            if now - agent.stopped_at > TURNS_KEPT_S or place < len(ended) - MOST_ENDED:
                del self._agents[agent.id]

    def _now(self) -> int:
        return int(self._clock.now().timestamp())


async def _finished(tasks: Iterable[asyncio.Task[str]], timeout_s: float) -> None:
    """Wait for tasks that are ending; cancel those that take too long."""
    waited_for = list(tasks)
    if not waited_for:
        return
    _, late = await asyncio.wait(waited_for, timeout=timeout_s)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
