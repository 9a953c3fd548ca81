"""Comments on versions: add, list, count and remove."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select

from greenroom.model.agent import AgentId, VersionId
from greenroom.model.version_comment import CommentId, VersionComment, VersionMention
from greenroom.redaction import SECRETS
from greenroom.store.database import Database
from greenroom.store.rows import columns_of, values_of
from greenroom.store.schema import agents, versions
from greenroom.store.team_tables import version_comments

_COMMENT = columns_of(version_comments, VersionComment)


class VersionCommentStore:
    """Every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, version_id: VersionId) -> list[VersionComment]:
        """Oldest first."""
        mine = select(*_COMMENT).where(version_comments.c.version_id == version_id)
        with self._database.reading() as connection:
            rows = connection.execute(mine.order_by(version_comments.c.at, version_comments.c.id))
            return [VersionComment(**row._asdict()) for row in rows]

    def counts(self, ids: Collection[VersionId]) -> Mapping[VersionId, int]:
        """How many each of these versions has; those without any are left out."""
        column = version_comments.c.version_id
        with self._database.reading() as connection:
            rows = connection.execute(select(column, func.count()).where(column.in_(ids)).group_by(column))
            return {VersionId(version_id): count for version_id, count in rows}

    def add(self, comment: VersionComment) -> None:
        """Raises NotFound for an unknown version. Known keys are masked."""
        values = {**values_of(comment), "text": SECRETS.text(comment.text)}
        with self._database.transaction() as connection:
            connection.execute(insert(version_comments).values(values))

    def find(self, comment_id: CommentId) -> VersionComment | None:
        """None for an unknown id."""
        with self._database.reading() as connection:
            row = connection.execute(select(*_COMMENT).where(version_comments.c.id == comment_id)).first()
        return VersionComment(**row._asdict()) if row is not None else None

    def remove(self, comment_id: CommentId) -> None:
        """Idempotent."""
        with self._database.transaction() as connection:
            connection.execute(delete(version_comments).where(version_comments.c.id == comment_id))

    def comments_with(self, name: str, since: datetime, limit: int) -> list[VersionMention]:
        """Comments whose text contains ``@name``, whatever the case; newest first."""
        query = (
            select(agents.c.id, agents.c.name, versions.c.number, *_COMMENT)
            .join(versions, versions.c.agent_id == agents.c.id)
            .join(version_comments, version_comments.c.version_id == versions.c.id)
            .where(version_comments.c.at >= since, version_comments.c.text.icontains(f"@{name}", autoescape=True))
            .order_by(version_comments.c.at.desc())
            .limit(limit)
        )
        with self._database.reading() as connection:
            rows: list[tuple[Any, ...]] = [tuple(row) for row in connection.execute(query)]
        return [VersionMention(AgentId(agent), name, number, VersionComment(*rest)) for agent, name, number, *rest in rows]
