"""API keys: create, list, use and revoke."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, insert, or_, select, update

from greenroom.errors import NotFound
from greenroom.model.api_key import ApiKey, ApiKeyId
from greenroom.store.database import Database
from greenroom.store.rows import columns_of, values_of
from greenroom.store.team_tables import api_keys

_KEY = columns_of(api_keys, ApiKey)
#: A key that is used all the time is noted this often.
_USE_NOTED = timedelta(minutes=1)


class ApiKeyStore:
    """Every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, key: ApiKey) -> None:
        """Raises Conflict for a known id."""
        values = values_of(key)
        with self._database.transaction() as connection:
            connection.execute(insert(api_keys).values({**values, "scopes": list(key.scopes)}))

    def find(self, key_id: ApiKeyId) -> ApiKey | None:
        """Revoked and expired keys too; None for an unknown id."""
        with self._database.reading() as connection:
            row = connection.execute(select(*_KEY).where(api_keys.c.id == key_id)).first()
        return _key(row) if row is not None else None

    def list(self) -> list[ApiKey]:
        """Newest first."""
        with self._database.reading() as connection:
            return [_key(row) for row in connection.execute(select(*_KEY).order_by(api_keys.c.created_at.desc()))]

    def count_active(self, now: datetime) -> int:
        """How many are neither revoked nor expired at ``now``."""
        alive = api_keys.c.revoked_at.is_(None), or_(api_keys.c.expires_at.is_(None), api_keys.c.expires_at > now)
        with self._database.reading() as connection:
            return connection.execute(select(func.count()).select_from(api_keys).where(*alive)).scalar_one()

    def used(self, key: ApiKey, now: datetime) -> None:
        """Note the time, at most once a minute."""
        if key.last_used_at is not None and now - key.last_used_at < _USE_NOTED:
            return
        with self._database.transaction() as connection:
            connection.execute(update(api_keys).where(api_keys.c.id == key.id).values(last_used_at=now))

    def revoke(self, key_id: ApiKeyId, at: datetime) -> bool:
        """False if it was revoked before. Raises NotFound."""
        if self.find(key_id) is None:
            raise NotFound("This API key doesn't exist.", advice="Reload the page.")
        with self._database.transaction() as connection:
            statement = update(api_keys).where(api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None))
            return connection.execute(statement.values(revoked_at=at)).rowcount > 0


def _key(row: Row[Any]) -> ApiKey:
    values = row._asdict()
    return ApiKey(**{**values, "scopes": tuple(values["scopes"])})
