"""Opens the chosen brains, shares them between agents, and closes unused ones."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from greenroom.model.brain_choice import BrainChoice
from greenroom.twin.agent.brain import fit, local_server
from greenroom.twin.agent.brain.base import Brain, BrainError
from greenroom.twin.agent.brain.gguf import GgufBrain
from greenroom.twin.agent.brain.gguf_file import BadModelFile, ModelFile
from greenroom.twin.agent.brain.offers import model_files, refusal_of
from greenroom.twin.agent.brain.openai_compatible import OpenAICompatible
from greenroom.twin.agent.brain.scripted import ScriptedBrain

log = logging.getLogger(__name__)

#: A choice with the key it is used with.
Opened = tuple[BrainChoice, str]


@dataclass(slots=True, eq=False)
class PooledBrain:
    """``users``: agents and trials that have it; ``kept``: it is the choice for all, and stays loaded."""

    brain: Brain
    users: int = 0
    kept: bool = False


class BrainPool:
    """``load_builtin`` loads the built-in model, or returns None when it isn't installed. ``folder`` holds model files."""

    def __init__(self, load_builtin: Callable[[], Brain | None], folder: str = "") -> None:
        self.folder = folder
        self._load_builtin = load_builtin
        self._pooled: dict[Opened, PooledBrain] = {}
        self._unloadable: set[ModelFile] = set()
        self._builtin: Brain | None = None
        self._loading_builtin = threading.Lock()

    @property
    def loaded_files(self) -> list[str]:
        """Paths of the model files that are in memory."""
        brains = [pooled.brain for pooled in self._pooled.values()]
        return [brain.file.path for brain in brains if isinstance(brain, GgufBrain) and brain.loaded]

    async def borrow(self, choice: BrainChoice, key: str = "") -> Brain:
        """The brain of a choice; :meth:`give_back` when done. Raises BrainError for one that can't be."""
        pooled = await self._pooled_of((choice, key))
        pooled.users += 1
        return pooled.brain

    async def give_back(self, brain: Brain) -> bool:
        """Close the brain if it is unused. False if it isn't from this pool."""
        for opened, pooled in list(self._pooled.items()):
            if pooled.brain is brain and pooled.users:
                pooled.users -= 1
                await self._close_unused(opened, pooled)
                return True
        return False

    async def keep(self, choice: BrainChoice, key: str = "") -> Brain:
        """Keep this brain loaded instead of the previous one. Raises BrainError."""
        kept = await self._pooled_of((choice, key))
        before = [(opened, pooled) for opened, pooled in self._pooled.items() if pooled.kept and pooled is not kept]
        kept.kept = True
        for opened, pooled in before:
            pooled.kept = False
            await self._close_unused(opened, pooled)
        return kept.brain

    async def renew(self, choice: BrainChoice) -> Brain:
        """Open the choice anew if it leads to another brain now: a server was started or stopped, or a model was downloaded.
        While an agent has its brain, it stays, unless it can't be loaded. Raises BrainError."""
        opened = (choice, "")
        pooled = await self._pooled_of(opened)
        if _stays(pooled):
            return pooled.brain
        fresh, before = await self._open(*opened), pooled.brain
        changed = fresh.label != before.label and not _stays(pooled) and self._pooled.get(opened) is pooled
        if changed:
            self._pooled[opened] = PooledBrain(fresh, kept=pooled.kept)
        unneeded = before if changed else fresh
        if unneeded is not self._builtin and not (changed and pooled.users):
            await unneeded.close()
        return fresh if changed else before

    async def close(self) -> None:
        """Close every brain, lent ones too."""
        brains = [pooled.brain for pooled in self._pooled.values()]
        self._pooled.clear()
        await asyncio.gather(*(brain.close() for brain in brains), return_exceptions=True)
        if self._builtin is not None:
            await self._builtin.close()

    # ── inside

    async def _pooled_of(self, opened: Opened) -> PooledBrain:
        if opened not in self._pooled:
            made = await self._open(*opened)
            self._pooled.setdefault(opened, PooledBrain(made))
        return self._pooled[opened]

    async def _close_unused(self, opened: Opened, pooled: PooledBrain) -> None:
        if pooled.kept or pooled.users or self._pooled.get(opened) is not pooled:
            return
        del self._pooled[opened]
        if pooled.brain is not self._builtin:
            await pooled.brain.close()

    async def _open(self, choice: BrainChoice, key: str) -> Brain:
        if choice.kind == "scripted":
            return ScriptedBrain()
        if choice.kind == "gguf":
            try:
                return await asyncio.to_thread(GgufBrain, choice.path, self._unloadable)
            except BadModelFile as error:
                raise BrainError(str(error)) from None
        if choice.kind == "server":
            url = f"{choice.url.rstrip('/').removesuffix('/chat/completions')}/chat/completions"
            return OpenAICompatible(url, api_key=key, model=choice.model, label=choice.label)
        if choice.kind == "builtin":
            return await self._built_in()
        return await self._best()

    async def _best(self) -> Brain:
        """A downloaded model that fits and loads, a server's first one that fits, the built-in one; else the script."""
        for path in model_files(self.folder):
            try:
                brain = await asyncio.to_thread(GgufBrain, path, self._unloadable)
            except BadModelFile as error:
                log.warning("%s", error)
                continue
            if not brain.unloadable and not fit.refusal(fit.need_bytes(brain.file)):
                return brain
        for served in await local_server.find():
            if refusal_of(served):
                continue
            choice = BrainChoice("server", url=served.url, model=served.model, name=served.server)
            return await self._open(choice, "")
        return await self._built_in()

    async def _built_in(self) -> Brain:
        """One for all, loaded at the first use and kept; the scripted responder when it isn't installed."""
        return await asyncio.to_thread(self._load_built_in_once)

    def _load_built_in_once(self) -> Brain:
        with self._loading_builtin:
            self._builtin = self._builtin or self._load_builtin() or ScriptedBrain()
        return self._builtin


def _stays(pooled: PooledBrain) -> bool:
    """Whether another brain must wait: an agent has this one, and it can answer."""
    return bool(pooled.users) and not (isinstance(pooled.brain, GgufBrain) and pooled.brain.unloadable)
