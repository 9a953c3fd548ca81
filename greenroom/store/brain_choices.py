"""Which language model answers offline, for all agents and for single ones; in a file of the data folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path

from greenroom.errors import StoreUnavailable
from greenroom.model.agent import AgentId
from greenroom.model.brain_choice import BrainChoice
from greenroom.store.private_files import one_writer, write_private

FILE, LOCK = "offline-brain.json", "offline-brain.lock"


@dataclass(frozen=True, slots=True)
class BrainChoices:
    """``everyone``: for every agent that is not in ``agents``."""

    everyone: BrainChoice = BrainChoice()
    agents: Mapping[AgentId, BrainChoice] = field(default_factory=dict)


class BrainChoiceStore:
    """Reads the file on every call, because other processes share it; changes are made under a lock. Every method may raise
    StoreUnavailable."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE

    def read(self) -> BrainChoices:
        """A damaged file counts as missing."""
        try:
            stored = json.loads(self._file.read_bytes())
            agents = {AgentId(name): BrainChoice.of(choice) for name, choice in stored["agents"].items()}
            return BrainChoices(BrainChoice.of(stored["everyone"]), agents)
        except OSError as error:
            if isinstance(error, FileNotFoundError):
                return BrainChoices()
            raise StoreUnavailable(f"{self._file} can't be read: {error.strerror}.") from error
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return BrainChoices()

    def put(self, choice: BrainChoice, agent: AgentId | None = None) -> None:
        """``agent`` None: the choice for all agents that have none of their own."""
        with self._changing():
            now = self.read()
            self._write(replace(now, everyone=choice) if agent is None else replace(now, agents={**now.agents, agent: choice}))

    def remove(self, agent: AgentId) -> None:
        """Let this agent use the choice for all agents again."""
        with self._changing():
            now = self.read()
            self._write(replace(now, agents={name: choice for name, choice in now.agents.items() if name != agent}))

    def _changing(self) -> AbstractContextManager[None]:
        return one_writer(self._file.with_name(LOCK), self._unwritable)

    def _unwritable(self, error: OSError) -> StoreUnavailable:
        return StoreUnavailable(f"{self._file} can't be written: {error.strerror}.")

    def _write(self, choices: BrainChoices) -> None:
        agents = {name: choice.as_json() for name, choice in choices.agents.items()}
        text = json.dumps({"everyone": choices.everyone.as_json(), "agents": agents}, indent=1)
        try:
            write_private(self._file, text.encode())
        except OSError as error:
            raise self._unwritable(error) from error
