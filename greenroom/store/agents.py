"""Agents, the draft of each, and the versions frozen from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from greenroom.errors import NotFound
from greenroom.model.agent import Agent, AgentId, Draft, DraftHistory, Settings, Version, VersionId
from greenroom.store import drafts as steps
from greenroom.store.clock import TimeSource
from greenroom.store.database import Database
from greenroom.store.drafts import require_finite
from greenroom.store.rows import columns_of, values_of
from greenroom.store.schema import agents, drafts, session_versions, sessions, versions

_AGENT = columns_of(agents, Agent)
_VERSION = columns_of(versions, Version)


class AgentStore:
    """All agents. Every method may raise StoreUnavailable; those that name an agent or version, NotFound."""

    def __init__(self, database: Database, clock: TimeSource) -> None:
        self._database = database
        self._clock = clock

    def create(self, name: str, settings: Settings, *, imported: bool = False) -> Agent:
        """Create an agent with a draft at revision 1. Raises InvalidAgent for a number that JSON doesn't support."""
        require_finite(settings)
        now = self._clock.now()
        agent = Agent(AgentId(self._clock.new_id()), name, created_at=now, updated_at=now)
        with self._database.transaction() as connection:
            values = {"id": agent.id, "name": name, "created_at": now, "updated_at": now}
            connection.execute(insert(agents).values(archived=False, imported=imported, **values))
            connection.execute(insert(drafts).values(agent_id=agent.id, revision=1, settings=dict(settings)))
            return _agent(connection, agent.id)

    def list(self, archived: bool | None = False) -> list[Agent]:
        """Last edited first. ``archived``: False the agents in use, True the archived ones, None both."""
        query = select(*_AGENT).order_by(agents.c.updated_at.desc(), agents.c.id)
        if archived is not None:
            query = query.where(agents.c.archived.is_(archived))
        with self._database.reading() as connection:
            return [Agent(*row) for row in connection.execute(query)]

    def get(self, agent_id: AgentId) -> Agent:
        """Archived agents too."""
        with self._database.reading() as connection:
            return _agent(connection, agent_id)

    def rename(self, agent_id: AgentId, name: str) -> Agent:
        """The text is stored as it is; the service cleans it. Counts as an edit in :meth:`list`."""
        return self._change(agent_id, name=name)

    def archive(self, agent_id: AgentId, archived: bool = True) -> Agent:
        """Archive an agent, or restore it with ``archived=False``. Keeps its sessions and versions."""
        return self._change(agent_id, archived=archived)

    def draft(self, agent_id: AgentId) -> Draft:
        """The current settings and their revision, from 1."""
        with self._database.reading() as connection:
            return steps.read(connection, agent_id)

    def save_draft(self, agent_id: AgentId, settings: Settings, expected_revision: int, what: str = "") -> Draft:
        """Replace the draft at ``expected_revision`` and add an undo step, described by ``what`` if given.

        Raises DraftMoved with the newer draft on a conflict, InvalidAgent for a number that JSON doesn't support.
        """
        require_finite(settings)
        return self._walk(agent_id, expected_revision, lambda c, draft: steps.save(c, draft, settings, what, self._clock.now()))

    def undo(self, agent_id: AgentId, expected_revision: int) -> Draft:
        """Undo the last step of the draft. Raises DraftMoved like a save, Conflict if there is no step."""
        return self._walk(agent_id, expected_revision, steps.undo)

    def redo(self, agent_id: AgentId, expected_revision: int) -> Draft:
        """Redo the step that was undone last. Raises DraftMoved like a save, Conflict if there is none."""
        return self._walk(agent_id, expected_revision, steps.redo)

    def history(self, agent_id: AgentId) -> DraftHistory:
        """The steps that :meth:`undo` and :meth:`redo` would take next; both None for an unknown agent."""
        with self._database.reading() as connection:
            return steps.history(connection, agent_id)

    def freeze(self, agent_id: AgentId, *, adopt: bool = False) -> Version:
        """Freeze the draft as a version. An unchanged draft returns the newest version. ``adopt`` makes an import a regular
        agent."""
        with self._database.transaction() as connection:
            # Concurrent launches take turns here, so that version numbers have no duplicates or gaps.
            connection.execute(select(agents.c.id).where(agents.c.id == agent_id).with_for_update())
            draft = steps.read(connection, agent_id)
            if adopt:
                _settle(connection, agent_id)
            newest = next(iter(_versions(connection, agent_id, limit=1)), None)
            if newest and _is_version(draft, newest):
                return newest
            number = newest.number + 1 if newest else 1
            version = Version(VersionId(self._clock.new_id()), agent_id, number, draft.settings, self._clock.now())
            values = values_of(version)
            connection.execute(insert(versions).values(values))
            return version

    def unchanged_since(self, draft: Draft) -> Version | None:
        """The version that :meth:`freeze` would return for this draft; None if it would save a new one."""
        with self._database.reading() as connection:
            newest = next(iter(_versions(connection, draft.agent_id, limit=1)), None)
        return newest if newest and _is_version(draft, newest) else None

    def version(self, version_id: VersionId) -> Version:
        """By id, whichever agent it belongs to."""
        with self._database.reading() as connection:
            return _version(connection, version_id)

    def versions(self, agent_id: AgentId) -> list[Version]:
        """All versions of an agent, newest first; empty before the first launch."""
        with self._database.reading() as connection:
            return _versions(connection, agent_id)

    def name_version(self, version_id: VersionId, name: str) -> Version:
        """Label a version; "" removes the label. Settings and number stay as they were frozen."""
        with self._database.transaction() as connection:
            connection.execute(update(versions).where(versions.c.id == version_id).values(name=name))
            return _version(connection, version_id)

    def session_counts(self, agent_id: AgentId) -> dict[VersionId, int]:
        """Sessions per version of an agent, whether launched with it or applied during the call. Versions without
        sessions are omitted; deleted sessions don't count."""
        kept = (sessions.c.agent_id == agent_id) & sessions.c.deleted_at.is_(None)
        launched = select(sessions.c.version_id, sessions.c.id).where(kept)
        applied = select(session_versions.c.version_id, sessions.c.id)
        applied = applied.join(sessions, sessions.c.id == session_versions.c.session_id).where(kept)
        used = launched.union(applied).subquery()  # a session counts once for a version, however often it was applied
        query = select(used.c.version_id, func.count()).group_by(used.c.version_id)
        with self._database.reading() as connection:
            return {VersionId(row[0]): row[1] for row in connection.execute(query)}

    def _walk(self, agent_id: AgentId, expected_revision: int, step: Callable[[Connection, Draft], Draft]) -> Draft:
        with self._database.transaction() as connection:
            after = step(connection, steps.expect(connection, agent_id, expected_revision))
            _touch(connection, agent_id, updated_at=self._clock.now(), imported=False)
            return after

    def _change(self, agent_id: AgentId, **values: Any) -> Agent:
        with self._database.transaction() as connection:
            _touch(connection, agent_id, updated_at=self._clock.now(), **values)
            return _agent(connection, agent_id)


def _agent(connection: Connection, agent_id: AgentId) -> Agent:
    row = connection.execute(select(*_AGENT).where(agents.c.id == agent_id)).first()
    if row is None:
        raise NotFound("Agent not found.")
    return Agent(*row)


def _version(connection: Connection, version_id: VersionId) -> Version:
    row = connection.execute(select(*_VERSION).where(versions.c.id == version_id)).first()
    if row is None:
        raise NotFound("Version not found.")
    return Version(*row)


def _is_version(draft: Draft, newest: Version) -> bool:
    """Whether a launch of the draft starts this version, the newest, instead of saving a new one."""
    return not newest.imported and steps.same(newest.settings, draft.settings)


def _versions(connection: Connection, agent_id: AgentId, limit: int | None = None) -> list[Version]:
    query = select(*_VERSION).where(versions.c.agent_id == agent_id)
    rows = connection.execute(query.order_by(versions.c.number.desc()).limit(limit))
    return [Version(*row) for row in rows]


def _touch(connection: Connection, agent_id: AgentId, **values: Any) -> None:
    connection.execute(update(agents).where(agents.c.id == agent_id).values(values))


def _settle(connection: Connection, agent_id: AgentId) -> None:
    """An imported agent becomes a regular one."""
    connection.execute(update(agents).where(agents.c.id == agent_id, agents.c.imported).values(imported=False))
