"""Column types that behave the same in SQLite and PostgreSQL: aware UTC times, storable text, JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

#: A row number. SQLite numbers rows by itself only when the type is exactly INTEGER.
RowNumber = BigInteger().with_variant(Integer(), "sqlite")


def storable(text: str, nul: str = "") -> str:
    """Text that both databases accept: without NUL (PostgreSQL) and unpaired surrogates (invalid UTF-8)."""
    if "\x00" in text:
        text = text.replace("\x00", nul)
    try:
        text.encode()
    except UnicodeEncodeError:
        # Joins surrogate pairs that arrived in two halves; unpaired ones become U+FFFD.
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def storable_json(value: Any) -> Any:
    """Apply :func:`storable` to every string in a JSON value, including names."""
    match value:
        case str():
            return storable(value)
        case dict():
            return {storable(name): storable_json(part) for name, part in value.items()}
        case list() | tuple():
            return [storable_json(part) for part in value]
        case _:
            return value


class StoredText(TypeDecorator[str]):
    """Text of any length. NUL characters are removed."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


class Ident(TypeDecorator[str]):
    """An identifier. NUL becomes U+FFFD to keep malformed ids from matching others."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value, nul="\ufffd")


class Json(TypeDecorator[Any]):
    """A JSON object. PostgreSQL stores JSONB, which doesn't preserve key order."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name != "postgresql":
            return dialect.type_descriptor(JSON())
        from sqlalchemy.dialects.postgresql import JSONB  # takes 0.2 s to import, which SQLite doesn't need

        return dialect.type_descriptor(JSONB())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return storable_json(value)


class UtcTime(TypeDecorator[datetime]):
    """A time with microseconds. Accepts aware times only and returns aware UTC. SQLite's text form sorts by time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("times in the store must be timezone-aware")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
