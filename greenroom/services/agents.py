"""Agents as a product manager handles them: list, edit, freeze."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from greenroom.catalog import rules
from greenroom.catalog.templates import AVA, Template
from greenroom.errors import InvalidAgent, Problem
from greenroom.model.agent import Agent, AgentId, Draft, Version, VersionId
from greenroom.store.agents import Agents

NAME_MAX = 80


class AgentDesk:
    """The one place where agents, drafts and versions change."""

    def __init__(self, store: Agents) -> None:
        self._store = store

    def list(self) -> list[Agent]:
        """All agents that are not archived, last edited first. The first start finds one ready to launch."""
        return self._store.list() or [self.create(AVA)]

    def create(self, template: Template, name: str | None = None) -> Agent:
        """A new agent with the template's settings as its draft."""
        return self._store.create(clean_name(name or template.name), dict(template.values))

    def get(self, agent_id: AgentId) -> Agent:
        return self._store.get(agent_id)

    def draft(self, agent_id: AgentId) -> Draft:
        return self._store.draft(agent_id)

    def rename(self, agent_id: AgentId, name: str) -> Agent:
        """Raise InvalidAgent for an empty name; control characters and surplus blanks are dropped."""
        return self._store.rename(agent_id, clean_name(name))

    def save(self, agent_id: AgentId, values: Mapping[str, Any], revision: int) -> Draft:
        """Save the draft that was at ``revision``. A draft may be wrong; only a launch must not be.

        Raises Conflict when another tab saved in between.
        """
        return self._store.save_draft(agent_id, dict(values), revision)

    def problems(self, draft: Draft) -> tuple[Problem, ...]:
        return rules.check(draft.settings)

    def freeze(self, agent_id: AgentId) -> Version:
        """The draft as a version to launch. Raises InvalidAgent with every fault of the draft."""
        problems = self.problems(self._store.draft(agent_id))
        if problems:
            raise InvalidAgent(problems)
        return self._store.freeze(agent_id)

    def version(self, version_id: VersionId) -> Version:
        return self._store.version(version_id)


def clean_name(name: str) -> str:
    """A name as it may be shown everywhere: one line, at most 80 characters. Raises InvalidAgent when nothing is left."""
    kept = "".join(c if c.isprintable() else " " for c in name)
    cleaned = " ".join(kept.split())[:NAME_MAX].strip()
    if not cleaned:
        raise InvalidAgent((Problem("agent.name", "Name: must not be empty.", "Give the agent a name."),))
    return cleaned
