"""Versions of agents: freeze a draft, choose the one to launch, name and restore."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from greenroom.errors import InvalidAgent, NotFound, Problem
from greenroom.model.agent import AgentId, Draft, Settings, Version, VersionId
from greenroom.services.agents.agent_names import fitting_name
from greenroom.store.agents import AgentStore

#: The name, in any case, of the version that a presenter falls back on.
BACKUP = "backup"


class VersionService:
    """All versions of all agents. Methods that name one raise NotFound."""

    def __init__(self, store: AgentStore, problems: Callable[[Draft], tuple[Problem, ...]]) -> None:
        """``problems`` returns what blocks the launch of a draft."""
        self._store = store
        self._problems = problems

    def get(self, version_id: VersionId) -> Version:
        """Raises NotFound."""
        return self._store.version(version_id)

    def of(self, agent_id: AgentId) -> list[Version]:
        """All versions of an agent, newest first."""
        return self._store.versions(agent_id)

    def numbered(self, agent_id: AgentId, number: int) -> Version:
        """The version with this number. Raises NotFound."""
        match = next((version for version in self.of(agent_id) if version.number == number), None)
        if match is None:
            raise NotFound(f"This agent has no version {number}.", advice="Choose an existing version.")
        return match

    def newest(self, agent_id: AgentId) -> Version | None:
        """The newest version that was frozen here, which is what guests get who aren't given a certain one."""
        return next((version for version in self.of(agent_id) if not version.imported), None)

    def unchanged_since(self, draft: Draft) -> Version | None:
        """The version that a launch of this draft starts; None if the launch saves a new one."""
        return self._store.unchanged_since(draft)

    def backup(self, version_id: VersionId) -> Version:
        """The version that replaces this one when a presentation goes wrong: the newest other one that is named "Backup", else
        the one before it. Raises NotFound."""
        running = self.get(version_id)
        others = [version for version in self.of(running.agent_id) if version.id != version_id]
        named = (version for version in others if version.name.casefold() == BACKUP)
        earlier = (version for version in others if version.number < running.number and not version.imported)
        chosen = next(named, None) or next(earlier, None)
        if chosen is None:
            raise NotFound("This agent has no backup version.", advice='Name a version "Backup" (agent menu, Versions).')
        return chosen

    def session_counts(self, agent_id: AgentId) -> Mapping[VersionId, int]:
        """The number of sessions per version; versions without sessions are not included."""
        return self._store.session_counts(agent_id)

    def freeze(self, agent_id: AgentId, overrides: Settings | None = None, *, adopt: bool = False) -> Version:
        """Freeze the draft as a version. Raises InvalidAgent with all problems of the draft with ``overrides`` applied.

        ``adopt``: it is launched in the studio, which makes an import one of the studio's own agents. Programs and guests don't
        make it the agent that others get who name none.
        """
        self._require_sound(agent_id, self._store.draft(agent_id).settings, overrides)
        return self._store.freeze(agent_id, adopt=adopt)

    def launchable(self, version_id: VersionId, overrides: Settings | None = None) -> Version:
        """A version to relaunch. Raises InvalidAgent if it has become invalid: a key was deleted or the catalog changed."""
        version = self.get(version_id)
        self._require_sound(version.agent_id, version.settings, overrides)
        return version

    def name(self, version_id: VersionId, name: str) -> Version:
        """Name a version; an empty name removes the name. Raises InvalidInput for one that is too long."""
        return self._store.name_version(version_id, fitting_name(name))

    def restore(self, version_id: VersionId, revision: int) -> Draft:
        """Restore a version as the draft at ``revision``; can be undone. Raises Conflict like a save."""
        version = self.get(version_id)
        what = f"Restore version {version.number}"
        return self._store.save_draft(version.agent_id, dict(version.settings), revision, what)

    def _require_sound(self, agent_id: AgentId, settings: Settings, overrides: Settings | None) -> None:
        launched = {**settings, **(overrides or {})}
        if problems := self._problems(Draft(agent_id, 0, launched)):
            raise InvalidAgent(problems)
