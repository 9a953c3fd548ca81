"""Session metrics aggregated in the database, one row per version, day or origin.

Medians and percentiles use ranks (``row_number``), which SQLite and PostgreSQL both support. Only the turns of each version's
newest sessions are ranked, so that a year of sessions costs no more than a month.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Executable, Select, and_, case, cast, func, literal, null, select, text
from sqlalchemy.sql.elements import KeyedColumnElement

from greenroom.model.agent import AgentId
from greenroom.model.session import Origin
from greenroom.model.trends import SAMPLE, DayFigures, OriginFigures, VersionFigures
from greenroom.store.database import Database
from greenroom.store.schema import session_versions, sessions, turns
from greenroom.store.search import TROUBLED

#: At most this many versions, those with the newest sessions, and this many days.
MOST_VERSIONS, MOST_DAYS = 60, 400
_Version = tuple[AgentId, int]


class TrendStore:
    """Queries trends. It reads; every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def versions(
        self, since: datetime | None = None, agent: AgentId | None = None, origin: Origin | None = None
    ) -> list[VersionFigures]:
        """One row per version with sessions since then (inclusive), newest session first.

        A session counts for every version it ran with, a turn for its own version. Duration, rating, errors and cost count
        for the launch version.
        """
        matching = _matching(since, agent, origin)
        with self._database.reading() as connection:
            figures = [_figures(row) for row in connection.execute(_summed(matching))]
            turns_applied = _turns_of_applied(connection, matching)
            latencies = _latencies(connection, matching)
            interruptions = _interruptions(connection, matching)
        return [_with_turns(version, turns_applied, latencies, interruptions) for version in figures]

    def days(
        self,
        since: datetime | None = None,
        agent: AgentId | None = None,
        offset_min: int = 0,
        origin: Origin | None = None,
    ) -> list[DayFigures]:
        """One row per day with sessions, oldest first; days are in a time zone ``offset_min`` minutes before UTC."""
        query, key = _grouped(self._day(offset_min), _matching(since, agent, origin))
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(key.desc()).limit(MOST_DAYS)).all()
        return [
            DayFigures(day=day if isinstance(day, date) else date.fromisoformat(day), **_group(figures))
            for day, *figures in reversed(rows)
        ]

    def origins(self, since: datetime | None = None, agent: AgentId | None = None) -> list[OriginFigures]:
        """One row per origin with sessions, most sessions first."""
        query, key = _grouped(sessions.c.origin, _matching(since, agent, None))
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(func.count().desc(), key)).all()
        return [OriginFigures(origin=Origin(origin), **_group(figures)) for origin, *figures in rows]

    def _day(self, offset_min: int) -> ColumnElement[Any]:
        # Inlined, because a bound parameter would make the selected and the grouped expression differ.
        if self._database.is_sqlite:
            return func.date(sessions.c.created_at, text(f"'{int(offset_min):+d} minutes'"))
        moved = func.timezone(text("'UTC'"), sessions.c.created_at) + text(f"interval '{int(offset_min)} minutes'")
        return func.date(moved)


def _grouped(by: ColumnElement[Any], matching: ColumnElement[bool]) -> tuple[Any, ColumnElement[Any]]:
    """Session figures with one row per value of ``by``, in the first column; and the column to sort by."""
    c = sessions.c
    ranked = (
        select(
            by.label("key"),
            c.length_s,
            c.rating,
            c.median_latency_ms.label("ms"),
            case((TROUBLED, 1), else_=0).label("troubled"),
            *_ranks(c.median_latency_ms, by),
        ).where(matching)
    ).subquery()
    r = ranked.c
    figures = (func.count(), func.avg(r.length_s), func.avg(r.rating), func.sum(r.troubled), *_middle(r))
    return select(r.key, *figures).group_by(r.key), r.key


def _group(figures: Sequence[Any]) -> dict[str, Any]:
    """The fields that a day and an origin share."""
    count, length, rating, troubled, lower, upper = figures
    return {
        "sessions": count,
        "length_s": _number(length),
        "rating": _number(rating),
        "troubled": int(troubled),
        "median_ms": _median(lower, upper),
    }


def _matching(since: datetime | None, agent: AgentId | None, origin: Origin | None) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = [sessions.c.deleted_at.is_(None)]
    parts += [sessions.c.created_at >= since] if since is not None else []
    parts += [sessions.c.agent_id == agent] if agent is not None else []
    parts += [sessions.c.origin == origin] if origin is not None else []
    return and_(*parts)


def _summed(matching: ColumnElement[bool]) -> Executable:
    """Sums of the session rows per version; turns count for sessions without applied versions."""
    c = sessions.c
    launched = select(
        *(c.agent_id, c.agent_name, c.version_number, c.created_at, c.length_s, c.rating, c.place),
        case((c.applied_version.is_(None), c.turn_count), else_=0).label("turns"),
        case((TROUBLED, 1), else_=0).label("troubled"),
    ).where(matching)
    v = session_versions.c
    nothing: tuple[ColumnElement[Any], ...] = (cast(null(), c.length_s.type), cast(null(), c.rating.type), literal(""))
    applied = (
        select(c.agent_id, c.agent_name, v.version_number, c.created_at, *nothing, literal(0), literal(0))
        .join(session_versions, v.session_id == c.id)
        .where(matching, v.version_number != c.version_number)
    )
    u = launched.union_all(applied).subquery().c
    cloud = func.sum(case((u.place == "cloud", func.coalesce(u.length_s, 0)), else_=0))
    return (
        select(
            *(u.agent_id, func.max(u.agent_name), u.version_number, func.count()),
            *(func.avg(u.length_s), func.sum(u.turns), func.avg(u.rating), func.count(u.rating), func.sum(u.troubled), cloud),
        )
        .group_by(u.agent_id, u.version_number)
        .order_by(func.max(u.created_at).desc(), u.agent_id, u.version_number)
        .limit(MOST_VERSIONS)
    )


def _figures(row: Any) -> VersionFigures:
    """``turns`` is their sum for now, and the mean later."""
    agent, name, version, count, length, turn_count, rating, rated, troubled, cloud = row
    return VersionFigures(
        agent_id=agent,
        agent_name=name,
        version=version,
        sessions=count,
        length_s=_number(length),
        turns=float(turn_count),
        rating=_number(rating),
        rated=rated,
        troubled=int(troubled),
        cloud_s=int(cloud),
    )


def _turns_of_applied(connection: Connection, matching: ColumnElement[bool]) -> dict[_Version, int]:
    """Turns per version of the sessions with applied versions."""
    version = func.coalesce(turns.c.version_number, sessions.c.version_number)
    query = (
        select(sessions.c.agent_id, version, func.count())
        .join(turns, turns.c.session_id == sessions.c.id)
        .where(matching, sessions.c.applied_version.is_not(None))
        .group_by(sessions.c.agent_id, version)
    )
    return {(row[0], row[1]): row[2] for row in connection.execute(query)}


def _newest(matching: ColumnElement[bool]) -> Select[Any]:
    """The sessions whose turns are included."""
    c = sessions.c
    place = func.row_number().over(partition_by=(c.agent_id, c.version_number), order_by=(c.created_at.desc(), c.id))
    columns = (c.id, c.agent_id, c.version_number, c.length_s, c.applied_version, place.label("place"))
    ranked = select(*columns).where(matching).subquery()
    return select(ranked).where(ranked.c.place <= SAMPLE)


def _latencies(connection: Connection, matching: ColumnElement[bool]) -> dict[_Version, Any]:
    """Per version: lower median, upper median, 90th percentile."""
    newest = _newest(matching).subquery()
    spoken = (
        select(
            newest.c.agent_id,
            func.coalesce(turns.c.version_number, newest.c.version_number).label("version_number"),
            turns.c.latency_ms.label("ms"),
        )
        .join(turns, turns.c.session_id == newest.c.id)
        .where(turns.c.latency_ms.is_not(None))
        .subquery()
    )
    s = spoken.c
    r = select(s.agent_id, s.version_number, s.ms, *_ranks(s.ms, s.agent_id, s.version_number)).subquery().c
    p90 = func.min(case((r.n * 10 >= r.measured * 9, r.ms)))
    query = select(r.agent_id, r.version_number, *_middle(r), p90).group_by(r.agent_id, r.version_number)
    return {(row[0], row[1]): row[2:] for row in connection.execute(query)}


def _interruptions(connection: Connection, matching: ColumnElement[bool]) -> dict[_Version, tuple[int, float]]:
    """Per version: interruptions and seconds of the same sessions. In sessions with applied versions, a version's seconds
    run from its first turn to the end of its last."""
    newest = _newest(matching).subquery()
    version = func.coalesce(turns.c.version_number, newest.c.version_number).label("version_number")
    by = (newest.c.agent_id, newest.c.version_number)
    whole = select(*by, func.coalesce(func.sum(newest.c.length_s), 0)).where(newest.c.applied_version.is_(None)).group_by(*by)
    spans = (
        select(newest.c.agent_id, version, ((func.max(turns.c.ended_ms) - func.min(turns.c.started_ms)) / 1000.0).label("s"))
        .join(turns, turns.c.session_id == newest.c.id)
        .where(newest.c.applied_version.is_not(None))
        .group_by(newest.c.id, newest.c.agent_id, version)
        .subquery()
    )
    parts = select(spans.c.agent_id, spans.c.version_number, func.sum(spans.c.s)).group_by(
        spans.c.agent_id, spans.c.version_number
    )
    counted = (
        select(newest.c.agent_id, version, func.count())
        .join(turns, turns.c.session_id == newest.c.id)
        .where(turns.c.interrupted)
        .group_by(newest.c.agent_id, version)
    )
    counts = {(row[0], row[1]): row[2] for row in connection.execute(counted)}
    seconds: dict[_Version, float] = {}
    for row in (*connection.execute(whole), *connection.execute(parts)):
        seconds[row[0], row[1]] = seconds.get((row[0], row[1]), 0.0) + float(row[2])
    return {key: (counts.get(key, 0), length_s) for key, length_s in seconds.items()}


def _with_turns(
    one: VersionFigures,
    turns_applied: dict[_Version, int],
    latencies: dict[_Version, Any],
    interruptions: dict[_Version, tuple[int, float]],
) -> VersionFigures:
    key = (one.agent_id, one.version)
    mean = (one.turns + turns_applied.get(key, 0)) / one.sessions
    lower, upper, p90 = latencies.get(key, (None, None, None))
    count, seconds = interruptions.get(key, (0, 0))
    per_minute = 60 * count / seconds if seconds else None
    return replace(one, turns=mean, median_ms=_median(lower, upper), p90_ms=p90, interruptions_per_minute=per_minute)


def _ranks(value: ColumnElement[Any], *by: ColumnElement[Any]) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The value's rank ``n``, from 1, among the ``measured`` values; meaningless for missing values."""
    missing_last = case((value.is_(None), 1), else_=0)
    n = func.row_number().over(partition_by=by, order_by=(missing_last, value))
    return n.label("n"), func.count(value).over(partition_by=by).label("measured")


def _middle(ranked: Any) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The two middle values; equal if the count is odd."""
    n: KeyedColumnElement[int] = ranked.n
    return (
        func.min(case((n * 2 >= ranked.measured, ranked.ms))),
        func.min(case((n * 2 > ranked.measured, ranked.ms))),
    )


def _median(lower: int | None, upper: int | None) -> int | None:
    return None if lower is None or upper is None else round((lower + upper) / 2)


def _number(value: Any) -> float | None:
    """PostgreSQL's averages are decimals."""
    return None if value is None else float(value)
