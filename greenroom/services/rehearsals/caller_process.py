"""The process that plays simulated callers in voice mode: started with the first voice run of a batch, ended with the batch."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import logging
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Mapping
from typing import Any

from greenroom.callers import CallerLost, until_ended
from greenroom.services.operations.child_environment import child_environment

log = logging.getLogger(__name__)

#: The models load for two seconds on a quiet machine.
READY_WITHIN_S = 90.0
STOP_S, ANSWER_S, HERE_S = 5.0, 45.0, 10.0
LONGEST_ANSWER = 1 << 22
ENDED = "The process that plays the callers stopped. Run the test again."
STUCK = "The process that plays the callers isn't responding. Run the test again."
Json = Mapping[str, Any]
#: Gets a message of the agent: its kind and its fields.
OnMessage = Callable[[str, Json], None]


class CallerProcess:
    """Of one batch and its event loop. After a crash the next run starts it again."""

    def __init__(self) -> None:
        self._child: Process | None = None
        self._starting = asyncio.Lock()
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Json]] = {}
        self._listeners: dict[str, OnMessage] = {}
        self._reading: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """None while it doesn't run."""
        return self._child.pid if self._child is not None else None

    async def ready(self) -> None:
        """Start it unless it runs. Raises CallerLost."""
        async with self._starting:
            if self._child is None:
                await self._start()

    def listen(self, call: str, listener: OnMessage) -> None:
        """Give every message of the agent in this call to ``listener``, on the event loop, until :meth:`forget`."""
        self._listeners[call] = listener

    def forget(self, call: str) -> None:
        """Idempotent."""
        self._listeners.pop(call, None)

    async def ask(self, op: str, call: str, **fields: Any) -> Json:
        """Send an order and wait for its answer. Raises CallerLost if it can't be carried out, or takes too long.

        What is said and heard takes as long as the run allows; everything else is quick.
        """
        limit = None if op in ("say", "listen") else ANSWER_S
        try:
            async with asyncio.timeout(limit):
                return await self._ask(op, call, fields)
        except TimeoutError as error:
            await self.require_responding()
            raise CallerLost(STUCK) from error

    async def require_responding(self) -> None:
        """Raises CallerLost unless the process answers; one that doesn't is ended, so that the next run starts another."""
        try:
            async with asyncio.timeout(HERE_S):
                await self._ask("here", "", {})
        except TimeoutError:
            if (child := self._child) is not None:
                with contextlib.suppress(ProcessLookupError):
                    child.kill()
            raise CallerLost(STUCK) from None

    async def close(self) -> None:
        """The process leaves all calls and ends; idempotent."""
        child, self._child = self._child, None
        if child is None:
            return
        if child.stdin is not None:
            child.stdin.close()
        await until_ended(child, STOP_S)
        if self._reading is not None:
            await asyncio.gather(self._reading, return_exceptions=True)

    # ── inside

    async def _ask(self, op: str, call: str, fields: Json) -> Json:
        child = self._child
        if child is None or child.stdin is None:
            raise CallerLost(ENDED)
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        try:
            child.stdin.write(json.dumps({"id": number, "op": op, "call": call, **fields}).encode() + b"\n")
            await child.stdin.drain()
            reply = await answer
        except OSError as error:
            raise CallerLost(ENDED) from error
        finally:
            self._answers.pop(number, None)
        if error := reply.get("error"):
            raise CallerLost(str(error))
        return reply["ok"]

    async def _start(self) -> None:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "greenroom.callers", stdin=PIPE, stdout=PIPE, env=child_environment(), limit=LONGEST_ANSWER
        )
        assert child.stdout is not None
        try:
            async with asyncio.timeout(READY_WITHIN_S):
                line = await child.stdout.readline()
            ready = json.loads(line or b"{}").get("ready") is True
        except (TimeoutError, ValueError, RecursionError):
            ready = False
        if not ready:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()
            raise CallerLost("The process that plays the callers didn't start. Run the test again.")
        self._child = child
        self._reading = asyncio.create_task(self._read(child))

    async def _read(self, child: Process) -> None:
        assert child.stdout is not None
        try:
            while line := await child.stdout.readline():
                self._take(json.loads(line))
        except (ValueError, OSError, RecursionError) as error:
            log.warning("the callers' process said something unreadable (%s)", type(error).__name__)
        finally:
            if self._child is child:
                log.warning("the callers' process ended")
                self._child = None
                with contextlib.suppress(ProcessLookupError):
                    child.kill()
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(CallerLost(ENDED))

    def _take(self, message: Json) -> None:
        if "message" in message:
            if listener := self._listeners.get(message["call"]):
                listener(message["message"], message["fields"])
            return
        answer = self._answers.get(message.get("id", 0))
        if answer is not None and not answer.done():
            answer.set_result(message)
