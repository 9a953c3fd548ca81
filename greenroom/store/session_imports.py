"""Import a session from another installation, with its agent and version if they are missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select

from greenroom.errors import Conflict
from greenroom.model.agent import AgentId
from greenroom.model.bundle import Bundle
from greenroom.model.session import IMPORTED, AppliedVersion, Session
from greenroom.store import transcript
from greenroom.store.clock import TimeSource
from greenroom.store.database import Database
from greenroom.store.drafts import require_finite
from greenroom.store.rows import values_of
from greenroom.store.schema import agents, drafts, session_notes, session_tags, session_versions, sessions, versions

#: The condition that a session didn't come out of a file.
FROM_HERE = sessions.c.owner != IMPORTED
#: A file's number that is so far ahead would use up the numbers of the agent's own next versions.
NUMBERS_AHEAD = 10_000


class SessionImports:
    """Imports sessions. May raise StoreUnavailable."""

    def __init__(self, database: Database, clock: TimeSource) -> None:
        self._database = database
        self._clock = clock

    def import_session(self, bundle: Bundle) -> None:
        """Import a session. Raises Conflict if it already exists, InvalidAgent for numbers JSON doesn't support."""
        for settings in (bundle.settings, bundle.session.overrides, *(version.settings for version in bundle.applied)):
            require_finite(settings)
        session = bundle.session
        with self._database.transaction() as connection:
            if connection.execute(select(sessions.c.id).where(sessions.c.id == session.id)).first():
                raise Conflict("This session is already here.", advice="Find it on the Sessions page.")
            adds = not self._agent(connection, bundle)
            numbers = _versions(connection, bundle, adds)
            values = values_of(session)
            values |= {"version_number": numbers[session.version_number], "length_s": session.length_s}
            values |= {"rating": bundle.review.rating, "overrides": dict(session.overrides)}
            values |= {"applied_version": numbers[bundle.applied[-1].number] if bundle.applied else None}
            connection.execute(insert(sessions).values(values))
            _insert_all(connection, session_versions, [_applied(session, version, numbers) for version in bundle.applied])
            spoken = [replace(turn, version_number=numbers.get(turn.version_number)) for turn in bundle.turns]
            transcript.add_all(connection, session.id, spoken, bundle.events)
            transcript.add_tool_calls(connection, session.id, bundle.tool_calls)
            _insert_all(connection, session_tags, [{"session_id": session.id, "tag": tag} for tag in bundle.review.tags])
            _insert_all(connection, session_notes, [{"session_id": session.id, **asdict(note)} for note in bundle.review.notes])

    def now(self) -> datetime:
        """The current time, for plausibility checks."""
        return self._clock.now()

    def _agent(self, connection: Connection, bundle: Bundle) -> bool:
        """Create the agent unless it is here. Returns whether it was created."""
        session = bundle.session
        if connection.execute(select(agents.c.id).where(agents.c.id == session.agent_id)).first():
            return False
        now = self._clock.now()
        values = {"id": session.agent_id, "name": session.agent_name, "created_at": now, "updated_at": now}
        connection.execute(insert(agents).values(archived=False, imported=True, **values))
        connection.execute(insert(drafts).values(agent_id=session.agent_id, revision=1, settings=dict(bundle.settings)))
        return True


def _applied(session: Session, version: AppliedVersion, numbers: Mapping[int | None, int]) -> dict[str, Any]:
    return {
        "session_id": session.id,
        "version_id": version.id,
        "version_number": numbers[version.number],
        "applied_at": version.applied_at,
    }


def _versions(connection: Connection, bundle: Bundle, adds: bool) -> dict[int | None, int]:
    """The bundle's version numbers → those here: versions of the same agent may differ between installations. ``adds``: the
    agent was here before."""
    session = bundle.session
    launched = AppliedVersion(session.version_id, session.version_number, session.created_at, bundle.settings)
    return {version.number: _version(connection, session.agent_id, version, adds) for version in (*bundle.applied, launched)}


def _version(connection: Connection, agent_id: AgentId, version: AppliedVersion, adds: bool) -> int:
    """Insert a version unless it is here already. Returns its number here."""
    stored = connection.execute(select(versions.c.number).where(versions.c.id == version.id)).scalar()
    if stored is not None:
        return stored
    of_agent = versions.c.agent_id == agent_id
    taken = connection.execute(select(versions.c.id).where(of_agent, versions.c.number == version.number)).first()
    highest = connection.execute(select(func.coalesce(func.max(versions.c.number), 0)).where(of_agent)).scalar_one()
    number = highest + 1 if taken or version.number > highest + NUMBERS_AHEAD else version.number
    connection.execute(
        insert(versions).values(
            id=version.id,
            agent_id=agent_id,
            number=number,
            settings=dict(version.settings),
            created_at=version.applied_at,
            name="",
            imported=adds,
        )
    )
    return number


def _insert_all(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)
