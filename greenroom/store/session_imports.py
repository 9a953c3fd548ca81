"""Import a session from another installation, with its agent and version if they are missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select

from greenroom.errors import Conflict
from greenroom.model.bundle import Bundle
from greenroom.model.session import Session
from greenroom.store import transcript
from greenroom.store.clock import TimeSource
from greenroom.store.database import Database
from greenroom.store.drafts import require_finite
from greenroom.store.schema import agents, drafts, session_notes, session_tags, sessions, versions


class SessionImports:
    """Imports sessions. May raise StoreUnavailable."""

    def __init__(self, database: Database, clock: TimeSource) -> None:
        self._database = database
        self._clock = clock

    def import_session(self, bundle: Bundle) -> None:
        """Import a session. Raises Conflict if it already exists, InvalidAgent for numbers JSON doesn't support."""
        require_finite(bundle.settings)
        session = bundle.session
        with self._database.transaction() as connection:
            if connection.execute(select(sessions.c.id).where(sessions.c.id == session.id)).first():
                raise Conflict("This session is already here.", advice="Find it on the Sessions page.")
            self._agent(connection, bundle)
            number = self._version(connection, bundle)
            values = {field.name: getattr(session, field.name) for field in fields(Session)}
            values |= {"version_number": number, "length_s": session.length_s, "rating": bundle.judgement.rating}
            connection.execute(insert(sessions).values(values))
            transcript.add_all(connection, session.id, bundle.turns, bundle.events)
            _insert_all(connection, session_tags, [{"session_id": session.id, "tag": tag} for tag in bundle.judgement.tags])
            _insert_all(
                connection, session_notes, [{"session_id": session.id, **asdict(note)} for note in bundle.judgement.notes]
            )

    def now(self) -> datetime:
        """The present moment, by which dates are judged."""
        return self._clock.now()

    def _agent(self, connection: Connection, bundle: Bundle) -> None:
        session = bundle.session
        if connection.execute(select(agents.c.id).where(agents.c.id == session.agent_id)).first():
            return
        now = self._clock.now()
        values = {"id": session.agent_id, "name": session.agent_name, "created_at": now, "updated_at": now}
        connection.execute(insert(agents).values(archived=False, imported=True, **values))
        connection.execute(insert(drafts).values(agent_id=session.agent_id, revision=1, settings=dict(bundle.settings)))

    def _version(self, connection: Connection, bundle: Bundle) -> int:
        """The local version number; versions of the same agent may differ between installations."""
        session = bundle.session
        known = connection.execute(select(versions.c.number).where(versions.c.id == session.version_id)).scalar()
        if known is not None:
            return known
        of_agent = versions.c.agent_id == session.agent_id
        taken = connection.execute(select(versions.c.id).where(of_agent, versions.c.number == session.version_number)).first()
        highest = connection.execute(select(func.coalesce(func.max(versions.c.number), 0)).where(of_agent)).scalar_one()
        number = highest + 1 if taken else session.version_number
        connection.execute(
            insert(versions).values(
                id=session.version_id,
                agent_id=session.agent_id,
                number=number,
                settings=dict(bundle.settings),
                created_at=session.created_at,
                name="",
            )
        )
        return number


def _insert_all(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)
