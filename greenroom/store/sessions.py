"""Sessions: create, update, end, list, delete and restore."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Select, case, false, func, insert, or_, select, true, update

from greenroom.errors import Conflict, NotFound
from greenroom.model.agent import Version
from greenroom.model.guest_link import GuestLink
from greenroom.model.session import AppliedVersion, EndReason, Place, Session, SessionId, SessionState
from greenroom.redaction import SECRETS
from greenroom.store import guest_links, transcript
from greenroom.store.clock import TimeSource
from greenroom.store.database import Database
from greenroom.store.rows import columns_of, values_of
from greenroom.store.schema import session_versions, sessions, versions
from greenroom.store.session_imports import FROM_HERE
from greenroom.store.transcript_store import TranscriptStore

LIMIT_MAX = 500
#: Agora ends every agent after three days; the rest is for launching and ending it.
_LONGEST = timedelta(hours=73)

_SESSION = columns_of(sessions, Session)
_KEPT = sessions.c.deleted_at.is_(None)
_UNFINISHED = sessions.c.ended_at.is_(None)


class SessionStore:
    """All sessions. Every method may raise StoreUnavailable; those that name a session, NotFound.

    A session ends exactly once: one caller of :meth:`close` gets True. Late turns, events and latencies of an
    ended or deleted session are still stored.
    """

    def __init__(self, database: Database, clock: TimeSource) -> None:
        self._database = database
        self._clock = clock
        self.transcript = TranscriptStore(database)

    # ── lifecycle

    def open(
        self,
        session: Session,
        since: datetime | None = None,
        admit: Callable[[list[Session], int], None] | None = None,
        admit_guest: Callable[[GuestLink, list[Session]], None] | None = None,
    ) -> None:
        """Write the row, before anything is started. Raises Conflict for a known id, NotFound for an unknown version.

        ``admit`` is asked in the same transaction, which one launch at a time can be in, with the unfinished sessions and the
        seconds that those which have ended lasted after ``since``; for a guest ``admit_guest`` too, with the link. What they
        raise keeps the row from being written.
        """
        values = values_of(session)
        with self._database.launching() as connection:
            if admit is not None and since is not None:
                live = [Session(*row) for row in connection.execute(_unfinished())]
                admit(live, _seconds(connection, since, session.place))
                if session.guest_link and admit_guest is not None:
                    admit_guest(guest_links.read(connection, session.guest_link), live)
                    guest_links.count_visit(connection, session.guest_link)
            connection.execute(insert(sessions).values(values))

    def advance(
        self,
        session_id: SessionId,
        *,
        state: Literal["launching", "starting", "running"],
        from_states: Collection[SessionState],
    ) -> bool:
        """Move to ``state`` if the session is in one of ``from_states``, else return False. End sessions with :meth:`close`."""
        return self._change(session_id, sessions.c.state.in_(from_states), _UNFINISHED, state=state)

    def attach_agent(self, session_id: SessionId, agora_agent_id: str, at: datetime) -> bool:
        """Mark the session as running and store Agora's agent id and the start time.

        False when the session ended meanwhile. The id is noted then too, and the session stands among
        :meth:`leftovers` until :meth:`agent_stopped` says that this agent is gone.
        """
        running = func.coalesce(sessions.c.started_at, at)
        if self._change(session_id, _UNFINISHED, agora_agent_id=agora_agent_id, started_at=running, state="running"):
            return True
        self._change(session_id, agora_agent_id=agora_agent_id, agent_stopped=False)
        return False

    def seen(self, session_id: SessionId, at: datetime) -> bool:
        """Update the last heartbeat, monotonically. False if the session has ended."""
        last = case((sessions.c.last_seen_at > at, sessions.c.last_seen_at), else_=at)
        return self._change(session_id, _UNFINISHED, last_seen_at=last)

    def close(self, session_id: SessionId, reason: EndReason, detail: str, at: datetime) -> bool:
        """End the session. Returns True for exactly one caller across all threads and processes."""
        # While launching, no agent was requested: there is none to stop.
        no_agent = or_(sessions.c.agent_stopped, sessions.c.state == "launching")
        values = {"state": "ended", "end_reason": reason, "end_detail": SECRETS.text(detail), "ended_at": at}
        with self._database.transaction() as connection:
            ending = update(sessions).where(sessions.c.id == session_id, _UNFINISHED)
            if not connection.execute(ending.values(**values, agent_stopped=case((no_agent, true()), else_=false()))).rowcount:
                _require(connection, session_id)
                return False
            session = Session(*connection.execute(select(*_SESSION).where(sessions.c.id == session_id)).one())
            connection.execute(update(sessions).where(sessions.c.id == session_id).values(length_s=session.length_s))
            if session.guest_link:
                guest_links.count_time(connection, session.guest_link, session.length_s or 0)
        return True

    def apply_version(self, session_id: SessionId, version: Version, at: datetime) -> None:
        """Record that the agent uses this version from ``at`` on; later turns belong to it."""
        values = {"version_number": version.number, "applied_at": at}
        key = {"session_id": session_id, "version_id": version.id}
        with self._database.transaction() as connection:
            transcript.hold(connection, session_id)
            same = [session_versions.c[name] == value for name, value in key.items()]
            if not connection.execute(update(session_versions).where(*same).values(values)).rowcount:
                connection.execute(insert(session_versions).values(**key, **values))
            connection.execute(update(sessions).where(sessions.c.id == session_id).values(applied_version=version.number))

    def applied(self, session_id: SessionId) -> list[AppliedVersion]:
        """The versions applied during the call, in order."""
        a, v = session_versions.c, versions.c
        query = select(v.id, a.version_number, a.applied_at, v.settings).join(versions, v.id == a.version_id)
        with self._database.reading() as connection:
            rows = connection.execute(query.where(a.session_id == session_id).order_by(a.applied_at))
            return [AppliedVersion(*row) for row in rows]

    def take_over(self, session_id: SessionId, owner: str) -> bool:
        """Let this process watch the call; False if it has ended."""
        return self._change(session_id, _UNFINISHED, owner=owner)

    def by_agent(self, agora_agent_id: str) -> Session | None:
        """The newest session with this agent id at Agora. Ignores imported ones, whose ids come from a file."""
        newest = self._list(
            select(*_SESSION)
            .where(sessions.c.agora_agent_id == agora_agent_id, FROM_HERE, _KEPT)
            .order_by(sessions.c.created_at.desc())
            .limit(1)
        )
        return newest[0] if agora_agent_id and newest else None

    def agent_stopped(self, session_id: SessionId) -> None:
        """Record that Agora confirmed the agent's end; nothing is left to stop."""
        self._change(session_id, agent_stopped=True)

    def unfinished(self) -> list[Session]:
        """All unfinished sessions, oldest first, for the watchdog and the startup sweep."""
        return self._list(_unfinished())

    def seconds_since(self, since: datetime, place: Place) -> int:
        """How long calls of this installation that have ended lasted since the given time."""
        with self._database.reading() as connection:
            return _seconds(connection, since, place)

    def leftovers(self, within_s: float, now: datetime) -> list[Session]:
        """Sessions that ended in the last ``within_s`` seconds and whose agent's stop is not confirmed."""
        return self._list(
            select(*_SESSION)
            .where(sessions.c.agent_stopped.is_(false()), sessions.c.ended_at > now - timedelta(seconds=within_s))
            .order_by(sessions.c.ended_at)
        )

    # ── the table

    def get(self, session_id: SessionId) -> Session:
        """One session. Raises NotFound, also for a deleted one."""
        rows = self._list(select(*_SESSION).where(sessions.c.id == session_id, _KEPT))
        if not rows:
            raise NotFound("Session not found.")
        return rows[0]

    def newest(self, limit: int = 50) -> list[Session]:
        """The newest ``limit`` (1..500) sessions, newest first. :class:`SessionSearch` filters, sorts and pages."""
        query = select(*_SESSION).where(_KEPT).order_by(sessions.c.created_at.desc(), sessions.c.id.desc())
        return self._list(query.limit(max(1, min(limit, LIMIT_MAX))))

    def count(self) -> int:
        """The number of sessions, excluding deleted ones."""
        with self._database.reading() as connection:
            return connection.execute(select(func.count()).select_from(sessions).where(_KEPT)).scalar_one()

    def any(self) -> bool:
        """Whether there is a session, excluding deleted ones."""
        with self._database.reading() as connection:
            return connection.execute(select(sessions.c.id).where(_KEPT).limit(1)).first() is not None

    def delete(self, *ids: SessionId) -> None:
        """Delete sessions, all or none; :meth:`restore` undoes it. Raises Conflict while a call is running."""
        mine = sessions.c.id.in_(ids)
        with self._database.transaction() as connection:
            ends = connection.execute(select(sessions.c.ended_at).where(mine)).scalars().all()
            if len(ends) < len(set(ids)):
                raise NotFound("Session not found.")
            if None in ends:
                raise Conflict("This call is still running.", advice="End the call, then delete its session.")
            when = func.coalesce(sessions.c.deleted_at, self._clock.now())
            connection.execute(update(sessions).where(mine).values(deleted_at=when))

    def restore(self, *ids: SessionId) -> None:
        """Undo :meth:`delete`; no effect on sessions that are not deleted. Raises NotFound if none of them exists."""
        with self._database.transaction() as connection:
            if not connection.execute(update(sessions).where(sessions.c.id.in_(ids)).values(deleted_at=None)).rowcount:
                raise NotFound("Session not found.")

    # ── inside

    def _change(self, session_id: SessionId, *conditions: Any, **values: Any) -> bool:
        """Update the session if it meets the conditions, atomically in one statement."""
        with self._database.transaction() as connection:
            statement = update(sessions).where(sessions.c.id == session_id, *conditions).values(values)
            if connection.execute(statement).rowcount:
                return True
            _require(connection, session_id)
            return False

    def _list(self, query: Select[Any]) -> list[Session]:
        with self._database.reading() as connection:
            return [Session(*row) for row in connection.execute(query)]


def _require(connection: Connection, session_id: SessionId) -> None:
    if connection.execute(select(sessions.c.id).where(sessions.c.id == session_id)).first() is None:
        raise NotFound("Session not found.")


def _unfinished() -> Select[Any]:
    return select(*_SESSION).where(_UNFINISHED).order_by(sessions.c.created_at)


def _seconds(connection: Connection, since: datetime, place: Place) -> int:
    """Seconds that ended calls lasted after ``since``; of a call that began earlier, the part after it."""
    total, mine = func.coalesce(func.sum(sessions.c.length_s), 0), (sessions.c.place == place, FROM_HERE)
    whole = connection.execute(select(total).where(sessions.c.created_at >= since, *mine)).scalar_one()
    began_before = sessions.c.created_at > since - _LONGEST, sessions.c.created_at < since
    parts = select(sessions.c.ended_at, sessions.c.length_s).where(*began_before, sessions.c.ended_at > since, *mine)
    return int(whole) + sum(min(lasted or 0, int((end - since).total_seconds())) for end, lasted in connection.execute(parts))
