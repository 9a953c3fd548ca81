"""Whole days of the visitor's clock, which is where "the last 7 days" begin."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from components.shell import formatting
from greenroom.services import current


def today() -> date:
    return _now().date()


def first(days: int) -> date:
    """The first of so many days that end today."""
    return today() - timedelta(days=days - 1)


def since(days: int | None) -> datetime | None:
    """When that day began; None = ever."""
    return None if days is None else datetime.combine(first(days), time(), formatting.zone())


def offset_min() -> int:
    """How many minutes the visitor's clock is before UTC now."""
    offset = _now().utcoffset() or timedelta()
    return round(offset.total_seconds() / 60)


def _now() -> datetime:
    return formatting.local(current().trends.now())
