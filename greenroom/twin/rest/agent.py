"""One agent in the API: its status with the allowed transitions, and what is kept after its end."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol


class Status(StrEnum):
    """An agent's status, in Agora's words. Lists ask for it by :data:`NUMBERS`."""

    IDLE = "IDLE"
    STARTING = "STARTING"
    RUNNING = "RUNNING"
    STOPPING = "STOPPING"
    STOPPED = "STOPPED"
    FAILED = "FAILED"


#: The numbers that the ``state`` of a list query is given in.
NUMBERS: Mapping[Status, int] = {
    Status.IDLE: 0,
    Status.STARTING: 1,
    Status.RUNNING: 2,
    Status.STOPPING: 3,
    Status.STOPPED: 4,
    Status.FAILED: 6,
}

#: The allowed transitions from each status. An agent begins as STARTING.
TRANSITIONS: Mapping[Status, frozenset[Status]] = {
    Status.IDLE: frozenset({Status.STARTING}),
    Status.STARTING: frozenset({Status.RUNNING, Status.STOPPING, Status.FAILED}),
    Status.RUNNING: frozenset({Status.STOPPING, Status.FAILED}),
    Status.STOPPING: frozenset({Status.STOPPED, Status.FAILED}),
    Status.STOPPED: frozenset(),
    Status.FAILED: frozenset(),
}
ENDED = frozenset({Status.STOPPED, Status.FAILED})

#: Exit messages of an agent that did what it was asked to; every other message means that it failed.
ORDERLY_EXITS = frozenset({"OK", "Idle for too long", "Task lifetime limit exceeded"})


class RunningTalk(Protocol):
    """The part of ``greenroom.twin.agent.Talk`` that the registry uses."""

    ended: asyncio.Future[str]

    async def start(self) -> None: ...
    async def stop(self, message: str = "OK") -> None: ...
    def update(self, properties: dict[str, Any]) -> None: ...
    async def speak(self, text: str, *, priority: Any, interruptable: bool) -> None: ...
    async def think(
        self,
        text: str,
        *,
        on_listening_action: Any,
        on_thinking_action: Any,
        on_speaking_action: Any,
        interruptable: bool,
        metadata: Any,
    ) -> None: ...
    async def interrupt(self) -> None: ...
    async def fail_avatar(self) -> bool: ...
    def report_vendor_error(self, module: str, code: int, message: str) -> None: ...
    def history(self) -> list[dict[str, Any]]: ...
    def turns(self) -> list[dict[str, Any]]: ...


@dataclass(slots=True, eq=False)
class AgentTask:
    """The record of one agent. Times are Unix seconds; ``stopped_at`` is 0 until the end. ``asked`` is what it was started
    with, without keys."""

    id: str
    name: str
    app_id: str
    channel: str
    started_at: int
    talk: RunningTalk | None = field(repr=False)
    status: Status = Status.STARTING
    stopped_at: int = 0
    exit_message: str = ""
    notes: tuple[str, ...] = ()
    asked: dict[str, Any] = field(default_factory=dict, repr=False)
    settled: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    _turns: list[dict[str, Any]] = field(default_factory=list, repr=False)

    @property
    def live(self) -> bool:
        """False once it has stopped or failed; an agent that is stopping still counts."""
        return self.status not in ENDED

    @property
    def message(self) -> str:
        """The message of a status query: why an ended agent ended, or what was read differently than it was written."""
        if self.exit_message:
            return f"agent exits with reason: {self.exit_message}"
        return " ".join(("OK", *self.notes))

    @property
    def turns(self) -> list[dict[str, Any]]:
        """Agora's ``turns`` so far; of an ended agent, all of them."""
        return self.talk.turns() if self.talk else self._turns

    def move(self, to: Status) -> None:
        """Change the status. Raises RuntimeError for an undeclared transition, which is a bug of the twin."""
        if to not in TRANSITIONS[self.status]:
            raise RuntimeError(f"an agent cannot go from {self.status} to {to}")
        self.status = to
        if to is not Status.STARTING:
            self.settled.set()

    def end(self, message: str, at: int) -> None:
        """The talk has ended: keep what can still be queried, release the rest."""
        if message in ORDERLY_EXITS:
            if self.status is not Status.STOPPING:
                self.move(Status.STOPPING)
            self.move(Status.STOPPED)
        else:
            self.move(Status.FAILED)
        self.exit_message, self.stopped_at = message, at
        self._turns, self.talk = self.turns, None
