"""Query the sessions table: filter, full-text search, sort and page.

Uses keyset pagination: with an index on the sort order, the cost of a page doesn't depend on the number of sessions.
Full-text search covers the newest matching turns (SQLite FTS5, PostgreSQL tsvector).
"""

from __future__ import annotations

import base64
import json
import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, text

from greenroom.errors import NotFound
from greenroom.model.failures import ERRORS, FAILED
from greenroom.model.session import Origin, Session, SessionId
from greenroom.model.session_query import Order, SearchHit, SessionQuery, SessionRow
from greenroom.store.columns import storable
from greenroom.store.database import Database
from greenroom.store.rows import columns_of
from greenroom.store.schema import SORTED_BY, events, session_tags, session_versions, sessions, turns

LIMIT_MAX = 500
#: A common word matches more turns than useful: only the newest are searched.
MOST_HITS = 5000
#: Marks around search hits; these characters occur in no text.
_OPEN, _CLOSE = "\ue000", "\ue001"
_SESSION = columns_of(sessions, Session)
_KEPT = sessions.c.deleted_at.is_(None)
#: Failed, or with an error among the events.
TROUBLED = or_(
    sessions.c.end_reason.in_(sorted(FAILED)),
    sessions.c.id.in_(select(events.c.session_id).where(events.c.kind.in_(sorted(ERRORS)))),
)


class SessionSearch:
    """Queries sessions. It reads; every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self, search: SessionQuery, limit: int = 50, after: str | None = None, *, latencies: bool = False
    ) -> tuple[list[SessionRow], str | None]:
        """The first ``limit`` (1..500) sessions, or those after the cursor; and the next cursor, None on the last page.

        ``latencies``: include the turns' latencies, with one query per page.
        Raises NotFound for an invalid cursor or one of another sort order.
        """
        limit = max(1, min(limit, LIMIT_MAX))
        key = SORTED_BY[search.order]
        query = self._narrowed(select(*_SESSION, key.label("sort_key")), search)
        if query is None:
            return [], None
        directed = [part.desc() if search.descending else part.asc() for part in (key, sessions.c.id)]
        if after is not None:
            value, last_id = _read_cursor(after, search.order)
            beyond = [key < value, sessions.c.id < last_id] if search.descending else [key > value, sessions.c.id > last_id]
            query = query.where(or_(beyond[0], and_(key == value, beyond[1])))
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(*directed).limit(limit + 1)).all()
        page = [Session(*tuple(row)[:-1]) for row in rows[:limit]]
        following = _cursor(search.order, rows[limit - 1][-1], page[-1].id) if len(rows) > limit else None
        lines = self._lines([session.id for session in page], search.words)
        ids = [session.id for session in page]
        tags, heard = self._tags(ids), self._latencies(ids) if latencies else {}
        return [SessionRow(s, lines.get(s.id, ()), tags.get(s.id, ()), heard.get(s.id, ())) for s in page], following

    def count(self, search: SessionQuery) -> int:
        """The number of matching sessions."""
        query = self._narrowed(select(func.count()).select_from(sessions), search)
        if query is None:
            return 0
        with self._database.reading() as connection:
            return connection.execute(query).scalar_one()

    def origins(self) -> list[Origin]:
        """The origins of stored sessions, alphabetically; each costs one index step."""
        origins: list[Origin] = []
        with self._database.reading() as connection:
            while True:
                query = select(func.min(sessions.c.origin)).where(_KEPT, sessions.c.origin > (origins[-1] if origins else ""))
                following = connection.execute(query).scalar()
                if following is None:
                    return origins
                origins.append(Origin(following))

    # ── inside

    def _narrowed(self, query: Select[Any], search: SessionQuery) -> Select[Any] | None:
        """The conditions; None if nothing can match (search words without letters or digits)."""
        c = sessions.c
        parts: list[ColumnElement[bool]] = [_KEPT]
        for column, chosen in _chosen(search):
            if chosen:
                parts.append(column.in_(sorted(chosen)))
        if search.version is not None:
            applied = select(session_versions.c.session_id).where(session_versions.c.version_number == search.version)
            parts.append(or_(c.version_number == search.version, c.id.in_(applied)))
        bounds = (
            (c.created_at, search.since, search.until),
            (c.length_s, *search.length),
            (c.median_latency_ms, *search.latency),
            (c.rating, *search.rating),
        )
        for column, low, high in bounds:
            parts += [column >= low] if low is not None else []
            parts += [column <= high] if high is not None else []
        if search.person.strip():
            parts.append(func.lower(c.person) == storable(search.person).strip().lower())
        if search.troubled:
            parts.append(TROUBLED)
        if search.tags:
            parts.append(c.id.in_(select(session_tags.c.session_id).where(session_tags.c.tag.in_(sorted(search.tags)))))
        if search.words.strip():
            asked = self._match_expression(search.words)
            if not asked:
                return None
            hits = text(_HITS_SQLITE if self._database.is_sqlite else _HITS_POSTGRES).bindparams(asked=asked, most=MOST_HITS)
            parts.append(c.id.in_(hits.columns(sessions.c.id)))
        return query.where(*parts)

    def _match_expression(self, words: str) -> str:
        """The full-text query: all words, the last one as a prefix, with operators escaped."""
        terms = re.findall(r"\w+", storable(words))[:20]
        if not terms:
            return ""
        if self._database.is_sqlite:
            return " ".join(f'"{word}"' for word in terms) + "*"
        return " & ".join(f"'{word}'" for word in terms) + ":*"

    def _tags(self, ids: Sequence[SessionId]) -> dict[str, tuple[str, ...]]:
        """The tags of all sessions of a page, alphabetically."""
        if not ids:
            return {}
        query = select(session_tags.c.session_id, session_tags.c.tag).where(session_tags.c.session_id.in_(ids))
        by_session: defaultdict[str, list[str]] = defaultdict(list)
        with self._database.reading() as connection:
            for session_id, tag in connection.execute(query):
                by_session[session_id].append(tag)
        return {session_id: tuple(sorted(tags, key=str.casefold)) for session_id, tags in by_session.items()}

    def _latencies(self, ids: Sequence[SessionId]) -> dict[str, tuple[int, ...]]:
        """The latencies of all sessions of a page, in call order."""
        if not ids:
            return {}
        query = (
            select(turns.c.session_id, turns.c.latency_ms)
            .where(turns.c.session_id.in_(ids), turns.c.latency_ms.is_not(None))
            .order_by(turns.c.session_id, turns.c.started_ms, turns.c.turn_id)
        )
        by_session: defaultdict[str, list[int]] = defaultdict(list)
        with self._database.reading() as connection:
            for session_id, latency in connection.execute(query):
                by_session[session_id].append(latency)
        return {session_id: tuple(heard) for session_id, heard in by_session.items()}

    def _lines(self, ids: Sequence[SessionId], words: str) -> dict[str, tuple[SearchHit, ...]]:
        asked = self._match_expression(words) if words.strip() else ""
        if not asked or not ids:
            return {}
        query = text(_LINES_SQLITE if self._database.is_sqlite else _LINES_POSTGRES)
        values = {"asked": asked, "ids": json.dumps(list(ids)), "open": _OPEN, "close": _CLOSE}
        with self._database.reading() as connection:
            rows = connection.execute(query, values).all()
        return {session_id: _pieces(line) for session_id, line in reversed(rows)}  # keep each session's first line


def _chosen(search: SessionQuery) -> tuple[tuple[ColumnElement[Any], frozenset[Any]], ...]:
    """The columns with their allowed values."""
    c = sessions.c
    return (
        (c.agent_id, search.agents),
        (c.place, search.places),
        (c.origin, search.origins),
        (c.end_reason, search.ends),
        (c.id, search.only),
    )


_HITS_SQLITE = """
SELECT DISTINCT session_id FROM turns WHERE id IN
  (SELECT rowid FROM turns_fts WHERE turns_fts MATCH :asked ORDER BY rowid DESC LIMIT :most)"""
_HITS_POSTGRES = """
SELECT DISTINCT session_id FROM
  (SELECT session_id FROM turns WHERE to_tsvector('simple', text) @@ to_tsquery('simple', :asked) ORDER BY id DESC LIMIT :most)
  AS hits"""
_LINES_SQLITE = """
SELECT turns.session_id, snippet(turns_fts, 0, :open, :close, '…', 14) FROM turns_fts JOIN turns ON turns.id = turns_fts.rowid
WHERE turns_fts MATCH :asked AND turns.session_id IN (SELECT value FROM json_each(:ids)) ORDER BY turns.id"""
_LINES_POSTGRES = """
SELECT session_id, ts_headline('simple', text, to_tsquery('simple', :asked),
  'StartSel=' || :open || ', StopSel=' || :close || ', MaxWords=14, MinWords=6, MaxFragments=1')
FROM turns WHERE session_id IN (SELECT jsonb_array_elements_text(CAST(:ids AS jsonb)))
  AND to_tsvector('simple', text) @@ to_tsquery('simple', :asked) ORDER BY id"""


def _pieces(line: str) -> tuple[SearchHit, ...]:
    parts = re.split(f"{_OPEN}(.*?){_CLOSE}", line, flags=re.DOTALL)
    return tuple(SearchHit(part, index % 2 == 1) for index, part in enumerate(parts) if part)


def _cursor(order: Order, value: Any, session_id: str) -> str:
    """A URL-safe cursor: the session's position in the sort order."""
    sorted_by = value.isoformat() if isinstance(value, datetime) else value
    return base64.urlsafe_b64encode(json.dumps([order, sorted_by, session_id]).encode()).decode().rstrip("=")


def _read_cursor(cursor: str, order: Order) -> tuple[Any, str]:
    try:
        made_for, value, session_id = json.loads(base64.urlsafe_b64decode(cursor.encode() + b"=="))
        if made_for != order or not isinstance(session_id, str):
            raise ValueError("of another order")
        if order == "when":
            value = datetime.fromisoformat(value)
        return literal(value, SORTED_BY[order].type), session_id
    except (ValueError, TypeError, RecursionError) as exc:
        raise NotFound("This page doesn't exist.", advice="Go back to the first page.") from exc
