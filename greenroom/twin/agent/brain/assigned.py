"""Chooses each agent's brain: its own server, the one assigned to it, or the one for all agents."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import OrderedDict
from collections.abc import Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from greenroom.model.brain_choice import BrainChoice
from greenroom.twin.agent.brain.base import Brain, BrainError, Message, UnavailableBrain
from greenroom.twin.agent.brain.gguf import GgufBrain
from greenroom.twin.agent.brain.offers import BrainOffer, offer_of, offers
from greenroom.twin.agent.brain.openai_compatible import OpenAICompatible
from greenroom.twin.agent.brain.pool import BrainPool

log = logging.getLogger(__name__)

#: Assignments of agents that never join are dropped after this many others.
_MOST_ASSIGNED = 200
_QUICK_LOAD_S = 4.0


@dataclass(frozen=True, slots=True)
class Assignment:
    """``replaces_own``: also for an agent that has a model server of its own."""

    choice: BrainChoice
    key: str = field(default="", repr=False)
    replaces_own: bool = False


class AssignedBrains:
    """``default`` answers for every agent that nothing else is assigned to."""

    def __init__(self, pool: BrainPool, default: BrainChoice) -> None:
        self.pool = pool
        self._default = Assignment(default)
        self._brain: Brain | None = None
        self._assigned: OrderedDict[str, Assignment] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def label(self) -> str:
        """The label of the brain for all agents."""
        return self._brain.label if self._brain is not None else "loading"

    async def open(self) -> None:
        """Open the brain for all agents. If it can't be opened, agents say their failure message at each answer."""
        given = self._default
        try:
            await self.use(given.choice, given.key)
        except BrainError as error:
            log.warning("%s", error)
            self._brain = UnavailableBrain(str(error), given.choice.label)

    async def use(self, choice: BrainChoice, key: str = "") -> Brain:
        """Make it the brain for all agents and begin to load it. Raises BrainError and keeps the previous one if it can't be
        opened, or if loading fails within :data:`_QUICK_LOAD_S`; a later failure is logged, and shows at each answer."""
        brain = await self.pool.borrow(choice, key)
        try:
            if isinstance(brain, GgufBrain):
                loading = self._begin(brain.load())
                if choice.kind == "gguf" and (await asyncio.wait({loading}, timeout=_QUICK_LOAD_S))[0]:
                    loading.result()
            await self.pool.keep(choice, key)
        finally:
            await self.pool.give_back(brain)
        self._default, self._brain = Assignment(choice, key), brain
        return brain

    def assign(self, agent: str, assignment: Assignment) -> None:
        """Give this brain to the agent that joins next under this name."""
        self._assigned[agent] = assignment
        while len(self._assigned) > _MOST_ASSIGNED:
            self._assigned.popitem(last=False)

    def own_server(self, llm: Mapping[str, Any], agent: str = "", private: Collection[str] = ()) -> Brain | None:
        """The model server that an ``llm`` block names. None for a managed one, for another protocol than OpenAI's, and when an
        assigned brain replaces it. ``private``: places (``host:port``) inside this computer's network that it may be at."""
        url = str(llm.get("url") or "")
        if not url or llm.get("credential_mode") == "managed" or llm.get("style") not in (None, "", "openai"):
            return None
        if agent in self._assigned and self._assigned[agent].replaces_own:
            return None
        headers = llm.get("headers")
        sent = {str(k): str(v) for k, v in headers.items()} if isinstance(headers, Mapping) else None
        return OpenAICompatible(url, api_key=str(llm.get("api_key") or ""), headers=sent, private=private)

    async def borrow(self, agent: str, prompt: Sequence[Message] = ()) -> Brain:
        """The brain assigned to the agent, else the one for all. Never raises: one that can't be opened fails at each answer,
        with the reason. ``prompt`` is read ahead by a model file."""
        given = self._assigned.pop(agent, self._default)
        try:
            if given is self._default and isinstance(self._brain, OpenAICompatible):
                await self._renew()  # its server may have been stopped since
            brain = await self.pool.borrow(given.choice, given.key)
        except BrainError as error:
            return UnavailableBrain(str(error), given.choice.label)
        if isinstance(brain, GgufBrain):
            self._begin(brain.prepare(prompt))
        return brain

    async def offers(self) -> list[BrainOffer]:
        """The servers and model files found on this computer, then the built-in brains."""
        found = await offers(self.pool.folder, self.pool.loaded_files)
        with contextlib.suppress(BrainError):  # the present brain stays; the list shows what was found
            await self._renew()
        return [*found, offer_of(BrainChoice("builtin")), offer_of(BrainChoice("scripted"))]

    async def offer(self, choice: BrainChoice) -> BrainOffer:
        """One choice, with what it needs."""
        return await asyncio.to_thread(offer_of, choice, self.pool.loaded_files)

    async def give_back(self, brain: Brain) -> None:
        """Close the brain when no agent or trial has it any more; one that is kept for all stays open."""
        if not await self.pool.give_back(brain):
            await brain.close()

    async def close(self) -> None:
        """Stop loading and close every brain of the pool."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.pool.close()

    async def _renew(self) -> None:
        """Choose an automatic brain again: a server may have started or stopped since."""
        if self._default.choice.kind != "auto":
            return
        self._brain = await self.pool.renew(self._default.choice)
        if isinstance(self._brain, GgufBrain):
            self._begin(self._brain.load())

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name="load brain")
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and isinstance(error := task.exception(), BrainError):
            log.warning("%s", error)
            if isinstance(self._brain, GgufBrain) and self._brain.unloadable:
                self._begin(self._renew())  # an automatic brain becomes the next best
