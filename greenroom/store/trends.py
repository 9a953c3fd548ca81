"""Figures of many sessions, summed up in the database: what comes back is one row a version, or one a day.

Medians and percentiles are ranks (``row_number``), which SQLite and PostgreSQL count in the same words. Turns are ranked in the
newest sessions of each version only, so that a year of sessions costs no more than a month.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, select, text
from sqlalchemy.sql.elements import KeyedColumnElement

from greenroom.model.agent import AgentId
from greenroom.model.trends import SAMPLE, DayFigures, VersionFigures
from greenroom.store.database import Database
from greenroom.store.schema import sessions, turns
from greenroom.store.search import TROUBLED

#: So many versions are told: those with the newest sessions; and so many days.
MOST_VERSIONS, MOST_DAYS = 60, 400
_TROUBLED = func.sum(case((TROUBLED, 1), else_=0))
_Version = tuple[AgentId, int]


class TrendStore:
    """Reads only. Every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def versions(self, since: datetime | None = None, agent: AgentId | None = None) -> list[VersionFigures]:
        """One row a version with sessions since then (its first moment included), the one with the newest session first."""
        c = sessions.c
        cloud = func.sum(case((c.place == "cloud", func.coalesce(c.length_s, 0)), else_=0))
        summed = (
            select(
                c.agent_id,
                func.max(c.agent_name),
                c.version_number,
                func.count(),
                func.avg(c.length_s),
                func.avg(c.turn_count),
                func.avg(c.rating),
                func.count(c.rating),
                _TROUBLED,
                cloud,
            )
            .where(_wanted(since, agent))
            .group_by(c.agent_id, c.version_number)
            .order_by(func.max(c.created_at).desc(), c.agent_id, c.version_number)
            .limit(MOST_VERSIONS)
        )
        with self._database.reading() as connection:
            found = [_figures(row) for row in connection.execute(summed)]
            heard = _latencies(connection, since, agent)
            cut_off = _interruptions(connection, since, agent)
        return [_with_turns(one, heard, cut_off) for one in found]

    def days(self, since: datetime | None = None, agent: AgentId | None = None, offset_min: int = 0) -> list[DayFigures]:
        """One row a day with sessions, the oldest first; days are those of a clock ``offset_min`` before UTC."""
        c = sessions.c
        day = self._day(offset_min)
        ranked = (
            select(
                day.label("day"),
                c.length_s,
                c.rating,
                c.median_latency_ms.label("ms"),
                case((TROUBLED, 1), else_=0).label("troubled"),
                *_ranks(c.median_latency_ms, day),
            ).where(_wanted(since, agent))
        ).subquery()
        r = ranked.c
        query = (
            select(r.day, func.count(), func.avg(r.length_s), func.avg(r.rating), func.sum(r.troubled), *_middle(r))
            .group_by(r.day)
            .order_by(r.day.desc())
            .limit(MOST_DAYS)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return [
            DayFigures(
                day=told if isinstance(told, date) else date.fromisoformat(told),
                sessions=count,
                length_s=_number(length),
                rating=_number(rating),
                troubled=int(troubled),
                median_ms=_median(lower, upper),
            )
            for told, count, length, rating, troubled, lower, upper in reversed(rows)
        ]

    def _day(self, offset_min: int) -> ColumnElement[Any]:
        # The offset is written out: a bound value would make two expressions of the one that is selected and grouped by.
        if self._database.is_sqlite:
            return func.date(sessions.c.created_at, text(f"'{int(offset_min):+d} minutes'"))
        moved = func.timezone(text("'UTC'"), sessions.c.created_at) + text(f"interval '{int(offset_min)} minutes'")
        return func.date(moved)


def _wanted(since: datetime | None, agent: AgentId | None) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = [sessions.c.deleted_at.is_(None)]
    parts += [sessions.c.created_at >= since] if since is not None else []
    parts += [sessions.c.agent_id == agent] if agent is not None else []
    return and_(*parts)


def _figures(row: Any) -> VersionFigures:
    agent, name, version, count, length, turn_count, rating, rated, troubled, cloud = row
    return VersionFigures(
        agent, name, version, count, _number(length), float(turn_count), _number(rating), rated, int(troubled), int(cloud)
    )


def _newest(since: datetime | None, agent: AgentId | None) -> Select[Any]:
    """The sessions whose turns are looked into."""
    c = sessions.c
    place = func.row_number().over(partition_by=(c.agent_id, c.version_number), order_by=(c.created_at.desc(), c.id))
    ranked = select(c.id, c.agent_id, c.version_number, c.length_s, place.label("place")).where(_wanted(since, agent)).subquery()
    return select(ranked).where(ranked.c.place <= SAMPLE)


def _latencies(connection: Connection, since: datetime | None, agent: AgentId | None) -> dict[_Version, Any]:
    """(lower median, upper median, 90th percentile) by version."""
    newest = _newest(since, agent).subquery()
    ranked = (
        select(
            newest.c.agent_id,
            newest.c.version_number,
            turns.c.latency_ms.label("ms"),
            *_ranks(turns.c.latency_ms, newest.c.agent_id, newest.c.version_number),
        )
        .join(turns, turns.c.session_id == newest.c.id)
        .where(turns.c.latency_ms.is_not(None))
        .subquery()
    )
    r = ranked.c
    p90 = func.min(case((r.n * 10 >= r.measured * 9, r.ms)))
    query = select(r.agent_id, r.version_number, *_middle(r), p90).group_by(r.agent_id, r.version_number)
    return {(row[0], row[1]): row[2:] for row in connection.execute(query)}


def _interruptions(connection: Connection, since: datetime | None, agent: AgentId | None) -> dict[_Version, tuple[int, int]]:
    """(interruptions, seconds) of the same sessions, by version."""
    newest = _newest(since, agent).subquery()
    by = (newest.c.agent_id, newest.c.version_number)
    seconds = select(*by, func.coalesce(func.sum(newest.c.length_s), 0)).group_by(*by)
    counted = select(*by, func.count()).join(turns, turns.c.session_id == newest.c.id).where(turns.c.interrupted).group_by(*by)
    counts = {(row[0], row[1]): row[2] for row in connection.execute(counted)}
    return {(row[0], row[1]): (counts.get((row[0], row[1]), 0), int(row[2])) for row in connection.execute(seconds)}


def _with_turns(one: VersionFigures, heard: dict[_Version, Any], cut_off: dict[_Version, tuple[int, int]]) -> VersionFigures:
    key = (one.agent_id, one.version)
    lower, upper, p90 = heard.get(key, (None, None, None))
    count, seconds = cut_off.get(key, (0, 0))
    per_minute = 60 * count / seconds if seconds else None
    return replace(one, median_ms=_median(lower, upper), p90_ms=p90, interruptions_per_minute=per_minute)


def _ranks(value: ColumnElement[Any], *by: ColumnElement[Any]) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The rank ``n`` of the value among the ``measured`` ones, from 1; of missing ones it means nothing."""
    missing_last = case((value.is_(None), 1), else_=0)
    n = func.row_number().over(partition_by=by, order_by=(missing_last, value))
    return n.label("n"), func.count(value).over(partition_by=by).label("measured")


def _middle(ranked: Any) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The two values in the middle; the same one when their number is odd."""
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
