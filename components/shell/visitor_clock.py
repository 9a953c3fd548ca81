"""Calendar days in the visitor's time zone, for ranges such as "the last 7 days"."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from components.shell import formatting
from greenroom.services import current


def today() -> date:
    """The visitor's day, by the browser's time zone."""
    return _now().date()


def first(days: int) -> date:
    """The first day of a range of ``days`` days that ends today."""
    return today() - timedelta(days=days - 1)


def since(days: int | None) -> datetime | None:
    """The start of that day; None = no limit."""
    return None if days is None else datetime.combine(first(days), time(), formatting.zone())


def offset_min() -> int:
    """The visitor's current UTC offset in minutes."""
    offset = _now().utcoffset() or timedelta()
    return round(offset.total_seconds() / 60)


def _now() -> datetime:
    return formatting.local(current().trends.now())
