"""Agents, the draft of each, and the versions frozen from it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, insert, select, update

from greenroom.errors import Conflict, InvalidAgent, NotFound, Problem
from greenroom.model.agent import Agent, AgentId, Draft, Settings, Version, VersionId
from greenroom.store.clock import Clock
from greenroom.store.database import Database
from greenroom.store.schema import agents, drafts, versions

_AGENT = [agents.c[field.name] for field in fields(Agent)]
_DRAFT = [drafts.c[field.name] for field in fields(Draft)]
_VERSION = [versions.c[field.name] for field in fields(Version)]


class DraftMoved(Conflict):
    """Somebody saved in between. ``draft`` is what the database holds now."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("This agent was saved in another tab or by another person in between.")
        self.draft = draft


class Agents:
    """All agents. Every method may raise StoreUnavailable; those that name an agent or version, NotFound."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def create(self, name: str, settings: Settings) -> Agent:
        """A new agent whose draft has revision 1. Raises InvalidAgent for a number that JSON cannot hold."""
        _require_finite(settings)
        now = self._clock.now()
        agent = Agent(AgentId(self._clock.new_id()), name, created_at=now, updated_at=now)
        with self._database.transaction() as connection:
            connection.execute(insert(agents).values(id=agent.id, name=name, created_at=now, updated_at=now, archived=False))
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
        with self._database.reading() as connection:
            return _agent(connection, agent_id)

    def rename(self, agent_id: AgentId, name: str) -> Agent:
        return self._change(agent_id, name=name)

    def archive(self, agent_id: AgentId, archived: bool = True) -> Agent:
        """Take an agent out of the list (``archived=False`` brings it back). Its sessions and versions stay."""
        return self._change(agent_id, archived=archived)

    def draft(self, agent_id: AgentId) -> Draft:
        with self._database.reading() as connection:
            return _draft(connection, agent_id)

    def save_draft(self, agent_id: AgentId, settings: Settings, expected_revision: int) -> Draft:
        """Replace the draft that was at ``expected_revision``.

        Raises DraftMoved with the newer draft when it is no longer there, InvalidAgent for a number JSON cannot hold.
        """
        _require_finite(settings)
        with self._database.transaction() as connection:
            saved = connection.execute(
                update(drafts)
                .where(drafts.c.agent_id == agent_id, drafts.c.revision == expected_revision)
                .values(settings=dict(settings), revision=expected_revision + 1)
            )
            if saved.rowcount == 0:
                raise DraftMoved(_draft(connection, agent_id))
            _touch(connection, agent_id, updated_at=self._clock.now())
            return _draft(connection, agent_id)

    def freeze(self, agent_id: AgentId) -> Version:
        """The draft as a version. A draft that says the same as the newest version gives that version again."""
        with self._database.transaction() as connection:
            # Two launches at once take turns here, so that numbers have neither doubles nor holes.
            connection.execute(select(agents.c.id).where(agents.c.id == agent_id).with_for_update())
            draft = _draft(connection, agent_id)
            newest = next(iter(_versions(connection, agent_id, limit=1)), None)
            if newest and _same(newest.settings, draft.settings):
                return newest
            number = newest.number + 1 if newest else 1
            version = Version(VersionId(self._clock.new_id()), agent_id, number, draft.settings, self._clock.now())
            values = {field.name: getattr(version, field.name) for field in fields(version)}
            connection.execute(insert(versions).values(values))
            return version

    def version(self, version_id: VersionId) -> Version:
        with self._database.reading() as connection:
            row = connection.execute(select(*_VERSION).where(versions.c.id == version_id)).first()
        if row is None:
            raise NotFound("This version does not exist.")
        return Version(*row)

    def versions(self, agent_id: AgentId) -> list[Version]:
        """All versions of an agent, newest first; none for an agent that was never launched."""
        with self._database.reading() as connection:
            return _versions(connection, agent_id)

    def _change(self, agent_id: AgentId, **values: Any) -> Agent:
        with self._database.transaction() as connection:
            _touch(connection, agent_id, updated_at=self._clock.now(), **values)
            return _agent(connection, agent_id)


def _agent(connection: Connection, agent_id: AgentId) -> Agent:
    row = connection.execute(select(*_AGENT).where(agents.c.id == agent_id)).first()
    if row is None:
        raise NotFound("This agent does not exist.")
    return Agent(*row)


def _draft(connection: Connection, agent_id: AgentId) -> Draft:
    row = connection.execute(select(*_DRAFT).where(drafts.c.agent_id == agent_id)).first()
    if row is None:
        raise NotFound("This agent does not exist.")
    return Draft(*row)


def _versions(connection: Connection, agent_id: AgentId, limit: int | None = None) -> list[Version]:
    query = select(*_VERSION).where(versions.c.agent_id == agent_id)
    rows = connection.execute(query.order_by(versions.c.number.desc()).limit(limit))
    return [Version(*row) for row in rows]


def _touch(connection: Connection, agent_id: AgentId, **values: Any) -> None:
    connection.execute(update(agents).where(agents.c.id == agent_id).values(values))


def _same(one: Settings, other: Settings) -> bool:
    """Equal as JSON. Python's own ``==`` would take 1 for true and miss that change."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _require_finite(settings: Settings) -> None:
    problems = tuple(
        Problem(key, f"{key} must be a finite number.", "Enter a number.")
        for key, value in settings.items()
        if not _finite(value)
    )
    if problems:
        raise InvalidAgent(problems)


def _finite(value: Any) -> bool:
    """No NaN or infinity anywhere inside: JSON has no word for them."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, Mapping):
        return all(_finite(part) for part in value.values())
    return all(_finite(part) for part in value) if isinstance(value, list | tuple) else True
