"""Agents: list, create, edit, undo and archive."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from greenroom.catalog import rules
from greenroom.catalog.templates import AVA, Template
from greenroom.errors import Problem
from greenroom.model.agent import Agent, AgentId, Draft, DraftHistory
from greenroom.services.agents.agent_names import NAME_MAX, clean_name, copy_name, one_line
from greenroom.services.agents.version_service import VersionService
from greenroom.store.agents import AgentStore


class AgentService:
    """All changes of agents and drafts. Raises NotFound for an unknown agent."""

    def __init__(
        self,
        store: AgentStore,
        keys_set: Callable[[], Collection[str]] | None = None,
        key_problems: Callable[[Mapping[str, Any]], tuple[Problem, ...]] = lambda settings: (),
        host_problems: Callable[[AgentId, Mapping[str, Any]], tuple[Problem, ...]] = lambda agent, settings: (),
    ) -> None:
        """``keys_set`` returns the names of set credentials; None if agents need none (with the twin). ``key_problems`` returns
        a problem for each key that would be sent to a host that is not its vendor's, ``host_problems`` one for each host inside
        this computer's network that the agent may not reach."""
        self._host_problems = host_problems
        self._key_problems = key_problems
        self._store = store
        self._keys_set = keys_set
        self.versions = VersionService(store, self.problems)

    def default(self) -> Agent:
        """The default agent: the one edited last, excluding imports nobody has edited, or launched in the studio."""
        agents = self.list()
        return next((agent for agent in agents if not agent.imported), agents[0])

    def named(self, name: str) -> Agent | None:
        """The active agent of this name, whatever its case. An import nobody has edited or launched comes after the others."""
        found = [agent for agent in self.list() if agent.name.casefold() == name.casefold()]
        return min(found, key=lambda agent: agent.imported, default=None)

    def list(self) -> list[Agent]:
        """All active agents, last edited first. Creates a ready-to-launch agent on the first start."""
        return self._store.list() or [self.create(AVA)]

    def create(self, template: Template, name: str | None = None) -> Agent:
        """A new agent with the template's settings as its draft."""
        return self._store.create(clean_name(name or template.name), dict(template.values))

    def import_agent(self, name: str, settings: Mapping[str, Any]) -> Agent:
        """A new agent from imported settings; a long name is shortened. Raises InvalidAgent for what cannot be stored."""
        return self._store.create(clean_name(one_line(name)[:NAME_MAX]), dict(settings), imported=True)

    def get(self, agent_id: AgentId) -> Agent:
        """Archived agents too. Raises NotFound."""
        return self._store.get(agent_id)

    def draft(self, agent_id: AgentId) -> Draft:
        """The current draft with the revision that :meth:`save` needs. Raises NotFound."""
        return self._store.draft(agent_id)

    def rename(self, agent_id: AgentId, name: str) -> Agent:
        """Rename an agent. Raises InvalidAgent for an empty name; removes control characters and extra spaces."""
        return self._store.rename(agent_id, clean_name(name))

    def save(self, agent_id: AgentId, values: Mapping[str, Any], revision: int, what: str = "") -> Draft:
        """Save the draft if it is still at ``revision``. Invalid drafts can be saved, but not launched.

        ``what`` describes the step for :meth:`undo`; by default it lists the changed settings. Raises Conflict if another
        tab saved in the meantime.
        """
        return self._store.save_draft(agent_id, dict(values), revision, what)

    def history(self, agent_id: AgentId) -> DraftHistory:
        """The steps that undo and redo would apply."""
        return self._store.history(agent_id)

    def undo(self, agent_id: AgentId, revision: int) -> Draft:
        """Undo the last step of the draft at ``revision``. Raises Conflict like a save, or if there is no step."""
        return self._store.undo(agent_id, revision)

    def redo(self, agent_id: AgentId, revision: int) -> Draft:
        """Redo the step that was undone last. Raises Conflict like :meth:`undo`."""
        return self._store.redo(agent_id, revision)

    def duplicate(self, agent_id: AgentId) -> Agent:
        """A new agent with the same draft, called "… copy". The copy of an import nobody has edited is one as well."""
        names = {agent.name for agent in self._store.list(archived=None)}
        agent = self.get(agent_id)
        return self._store.create(copy_name(agent.name, names), self.draft(agent_id).settings, imported=agent.imported)

    def archive(self, agent_id: AgentId) -> Agent:
        """Remove an agent from the list and keep its versions and sessions. :meth:`unarchive` undoes it."""
        return self._store.archive(agent_id)

    def unarchive(self, agent_id: AgentId) -> Agent:
        """Back in the list, as the agent edited last. Raises NotFound."""
        return self._store.archive(agent_id, archived=False)

    def archived(self) -> list[Agent]:
        """Last edited first."""
        return self._store.list(archived=True)

    def problems(self, draft: Draft) -> tuple[Problem, ...]:
        """What blocks a launch: broken rules of the catalog, missing keys, and keys or requests bound for hosts that aren't
        allowed."""
        faults = rules.check(draft.settings, None if self._keys_set is None else self._keys_set())
        return faults + self._key_problems(draft.settings) + self._host_problems(draft.agent_id, draft.settings)
