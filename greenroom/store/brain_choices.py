"""Which language model answers offline, for all agents and for single ones; in a file of the data folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from greenroom.model.agent import AgentId
from greenroom.model.brain_choice import BrainChoice
from greenroom.store.locked_json import LockedJson

FILE = "offline-brain.json"


@dataclass(frozen=True, slots=True)
class BrainChoices:
    """``everyone``: for every agent that is not in ``agents``."""

    everyone: BrainChoice = BrainChoice()
    agents: Mapping[AgentId, BrainChoice] = field(default_factory=dict)


class BrainChoiceStore:
    """Every method may raise StoreUnavailable. Several processes may share a folder."""

    def __init__(self, folder: Path) -> None:
        self._json = LockedJson(folder / FILE)

    def read(self) -> BrainChoices:
        """A damaged file counts as missing."""
        try:
            stored = self._json.read()
            if stored is None:
                return BrainChoices()
            agents = {AgentId(name): BrainChoice.of(choice) for name, choice in stored["agents"].items()}
            return BrainChoices(BrainChoice.of(stored["everyone"]), agents)
        except (ValueError, KeyError, TypeError, AttributeError):
            return BrainChoices()

    def put(self, choice: BrainChoice, agent: AgentId | None = None) -> None:
        """``agent`` None: the choice for all agents that have none of their own."""
        with self._json.changing():
            now = self.read()
            self._write(replace(now, everyone=choice) if agent is None else replace(now, agents={**now.agents, agent: choice}))

    def remove(self, agent: AgentId) -> None:
        """Let this agent use the choice for all agents again."""
        with self._json.changing():
            now = self.read()
            self._write(replace(now, agents={name: choice for name, choice in now.agents.items() if name != agent}))

    def _write(self, choices: BrainChoices) -> None:
        agents = {name: choice.as_json() for name, choice in choices.agents.items()}
        self._json.write({"everyone": choices.everyone.as_json(), "agents": agents})
