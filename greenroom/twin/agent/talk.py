"""One agent in one channel, from joining to leaving: it listens, thinks, speaks and can be interrupted."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from greenroom.clock import Clock
from greenroom.twin.agent.callers import Callers
from greenroom.twin.agent.commands import TalkCommands
from greenroom.twin.agent.context import TalkContext
from greenroom.twin.agent.engines import Engines
from greenroom.twin.agent.fillers import Fillers
from greenroom.twin.agent.idle_watch import IdleWatch
from greenroom.twin.agent.properties import read
from greenroom.twin.agent.tasks import OwnedTasks
from greenroom.twin.agent.tools.toolbox import Toolbox, ToolSettings, ToolSetupError
from greenroom.twin.seat import TakeSeat

log = logging.getLogger(__name__)


class Talk:
    """Runs on the loop that called :meth:`start`. :meth:`stop` ends every task it started."""

    def __init__(
        self,
        agent_id: str,
        name: str,
        app_id: str,
        properties: dict[str, Any],
        *,
        take_seat: TakeSeat,
        engines: Engines,
        clock: Clock,
    ) -> None:
        self.agent_id = agent_id
        self.name = name
        #: Resolved once, after the agent has left, with Agora's exit message.
        self.ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._app_id = app_id
        self._take_seat = take_seat
        self._engines = engines
        self._context = TalkContext(agent_id, read(properties), engines, clock)
        self._context.toolbox = Toolbox(ToolSettings.read(properties))
        self._context.fillers = Fillers(properties, self._context.toolbox.settings.private)
        self._commands = TalkCommands(self._context)
        self._tasks = OwnedTasks(agent_id, self._task_failed)
        self._callers: Callers | None = None
        self._stopping = False

    async def start(self) -> None:
        """Wait for the models and join the channel. Tools that can't be set up end the talk.

        Raises what ``take_seat`` raises, for example for a token that does not open the channel.
        """
        context = self._context
        transcription = await self._engines.transcription()
        context.brain = await self._engines.brain_for(context.properties.llm, self.name, context.toolbox.settings.private)
        try:
            await context.toolbox.open()
        except ToolSetupError as error:
            await self.stop(f"Tools can't be set up: {error}")
            return
        callers = self._callers = Callers(context, self._engines, transcription, self._tasks)
        await context.seats.take(self._take_seat, self._app_id, context.properties, callers)
        context.idle_timer.open()
        self._tasks.start(context.speaker.run(), "speaker")
        self._tasks.start(self._watch(IdleWatch(context, callers)), "watch")
        lines = context.properties.greeting.text, context.properties.reminder.content, context.properties.failure
        self._tasks.start(context.phrases.prepare(*lines, *context.fillers.phrases, *context.properties.prepare), "prepare")
        for problem in context.toolbox.problems:
            context.transcript.error(0, "tools", 502, problem)
        context.transcript.state("listening", 0)
        callers.welcome_present()

    async def stop(self, message: str = "OK") -> None:
        """Leave the channel, then close brain and tools. Idempotent; ``message`` is Agora's exit message."""
        if self._stopping:
            return
        self._stopping = True
        context = self._context
        try:
            context.replies.drop("api_leave")
            if self._callers is not None:
                await self._callers.close()  # first: a caller who comes in now would begin another task
            # Awaited here, not in a gather: the current task may be one of these, and must not cancel itself.
            await self._tasks.cancel()
            await asyncio.gather(context.replies.close(), context.speculative.close(), return_exceptions=True)
            await context.seats.leave("Quit")  # before what may take longer than there is time for
            await asyncio.gather(self._engines.give_back(context.brain), context.toolbox.close(), context.fillers.close())
        finally:
            if not self.ended.done():
                self.ended.set_result(message)

    def update(self, properties: dict[str, Any]) -> None:
        """Apply a patch of ``properties``, from the next answer on."""
        self._context.properties = self._context.properties.updated(properties)

    async def speak(self, text: str, *, priority: str = "INTERRUPT", interruptable: bool = True) -> None:
        """See :meth:`TalkCommands.speak`."""
        self._commands.speak(text, priority, interruptable=interruptable)

    async def think(
        self,
        text: str,
        *,
        on_listening_action: str = "interrupt",
        on_thinking_action: str = "interrupt",
        on_speaking_action: str = "ignore",
        interruptable: bool = True,
        metadata: dict[str, str] | None = None,
    ) -> None:
        """See :meth:`TalkCommands.think`."""
        self._commands.think(
            text,
            listening=on_listening_action,
            thinking=on_thinking_action,
            speaking=on_speaking_action,
            interruptable=interruptable,
        )

    async def interrupt(self) -> None:
        """See :meth:`TalkCommands.interrupt`."""
        self._commands.interrupt()

    async def fail_avatar(self) -> bool:
        """See :meth:`Seats.fail_avatar`."""
        return await self._context.seats.fail_avatar()

    def report_vendor_error(self, module: str, code: int, message: str) -> None:
        """Report a vendor's error in the channel, as a ``message.error``."""
        self._context.transcript.error(self._context.replies.turn, module, code, message)

    def history(self) -> list[dict[str, str]]:
        """What was said, as Agora's ``history`` has it: role and content, at most ``max_history`` entries."""
        return self._context.conversation.history()

    def turns(self) -> list[dict[str, Any]]:
        """The finished turns in the format of Agora's API."""
        return self._context.conversation.turns()

    async def _watch(self, watch: IdleWatch) -> None:
        await self.stop(await watch.until_due())

    def _task_failed(self, error: BaseException) -> None:
        """The agent cannot run without this task: stop it with Agora's exit message for a fault."""
        log.error("agent %s failed", self.agent_id, exc_info=error)
        if not self._stopping:
            self._tasks.start(self.stop("Internal error"), "stop")
