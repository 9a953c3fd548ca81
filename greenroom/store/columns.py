"""Column types that mean the same in SQLite and PostgreSQL: aware UTC times, storable text, JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

#: A row number. SQLite numbers rows by itself only when the type is exactly INTEGER.
RowNumber = BigInteger().with_variant(Integer(), "sqlite")


def storable(text: str, nul: str = "") -> str:
    """The text as both databases take it: PostgreSQL refuses NUL, and half a surrogate pair (a cut emoji) is no UTF-8."""
    if "\x00" in text:
        text = text.replace("\x00", nul)
    try:
        text.encode()
    except UnicodeEncodeError:
        # Joins two halves that arrived apart; what stays single becomes U+FFFD.
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def storable_json(value: Any) -> Any:
    """:func:`storable` for every string in a JSON value, names included."""
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
    """Text of any length that a person or a machine wrote. NUL is dropped."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


class Ident(TypeDecorator[str]):
    """An identifier. NUL becomes U+FFFD, so that no malformed id finds the row of another."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value, nul="\ufffd")


class Json(TypeDecorator[Any]):
    """A JSON object. PostgreSQL keeps it as JSONB, which does not keep the order of names."""

    impl = JSON().with_variant(JSONB(), "postgresql")
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return storable_json(value)


class UtcTime(TypeDecorator[datetime]):
    """A moment, to the microsecond. Only aware times go in; aware UTC comes out. SQLite's text form sorts by time."""

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
