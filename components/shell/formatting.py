"""Shared formatting of times, durations, latencies and names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from greenroom.model.call import CallCost
from greenroom.model.latency_parts import PARTS, latency_parts
from greenroom.model.session import Session
from greenroom.services.sessions import session_labels

Key = TypeVar("Key")

#: How many names a list in a sentence spells out; the rest are counted.
NAMES_SHOWN = 4


def unique_names(names: Mapping[Key, str]) -> dict[Key, str]:
    """Unique names: duplicates get a number, "Ava", "Ava (2)". Keeps the order.

    Browsers report the text of a selected option; two options with the same text would be ambiguous.
    """
    taken: set[str] = set()
    unique: dict[Key, str] = {}
    for key, name in names.items():
        number, shown = 1, name
        while shown in taken:
            number += 1
            shown = f"{name} ({number})"
        taken.add(shown)
        unique[key] = shown
    return unique


def shortened(name: str, most: int) -> str:
    """ "Customer onboa…ilot 3)": ``name`` in at most ``most`` characters, for a table, whose cells cut without a sign.
    The middle goes, because siblings often differ at the end."""
    if len(name) <= most:
        return name
    tail = (most - 1) // 3
    return f"{name[: most - 1 - tail].rstrip()}…{name[-tail:].lstrip()}"


def first_names(names: Sequence[str], most: int = NAMES_SHOWN) -> str:
    """ "Voice, Greeting, Language, Temperature and 3 more": the first ``most``, and how many others there are."""
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")


def started_by(session: Session) -> str:
    """Who started it, on whose behalf: "Studio", "API · key GREENROOM_API_KEY"."""
    kind, _, name = session.principal.partition(":")
    started = session_labels.origin(session.origin)
    return f"{started} · key {name}" if kind == "api_key" else started


def versions(session: Session) -> str:
    """The version of the launch, and the last one that was applied during the call: "v1", "v1 → v3"."""
    applied = session.applied_version
    return f"v{session.version_number}" + (f" → v{applied}" if applied not in (None, session.version_number) else "")


def cost(session: Session, priced: CallCost) -> str:
    """A session's known cost, with the calculation."""
    if not priced.per_minute:
        return f"Cost: {plain(priced.note)}"
    minutes = (session.length_s or 0) / 60
    sum_of_it = f"\\${minutes * priced.per_minute:.3f} = {minutes:.2f} min × \\${priced.per_minute:.5f}/min"
    return f"Cost: about {sum_of_it}. {plain(priced.note)}"


def length(seconds: int | None) -> str:
    """Format seconds as ``m:ss``, from an hour on as ``h:mm:ss``, or a dash for None. Same as frontend/src/formatting.ts."""
    if seconds is None:
        return "–"
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}:{minutes:02d}:{seconds % 60:02d}" if hours else f"{minutes}:{seconds % 60:02d}"


def latency(ms: int | None) -> str:
    """ "1,240 ms", or a dash for None."""
    return "–" if ms is None else f"{ms:,} ms"


def stages(segments: Mapping[str, int]) -> str:
    """The parts of a latency in words."""
    parts = latency_parts(segments).items()
    return " · ".join(f"{part.capitalize() if part in PARTS else inline(part)} {latency(ms)}" for part, ms in parts)


def stars(rating: int | None) -> str:
    """ "4 ★", or a dash for None."""
    return "–" if rating is None else f"{rating} ★"


def clock_time(ms: int) -> str:
    """Format a time offset from the start of a call; what was said just before it counts as its start."""
    return length(max(ms, 0) // 1000)


def moment_ms(text: str) -> int | None:
    """Parse what :func:`clock_time` writes, ``h:mm:ss`` or ``m:ss``, or seconds; None if it is none of these."""
    match = re.fullmatch(r"(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,5}(?:\.\d{1,3})?)", text.strip())
    return round((int(match[1] or 0) * 3600 + int(match[2] or 0) * 60 + float(match[3])) * 1000) if match else None


def zone() -> ZoneInfo:
    """The visitor's time zone as reported by the browser; UTC if it is missing or unknown."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def local(moment: datetime) -> datetime:
    """Convert a time to the visitor's time zone. The first and last year of the calendar stay in UTC."""
    try:
        return moment.astimezone(zone())
    except (OverflowError, ValueError):
        return moment


def date_and_time(moment: datetime) -> str:
    """ "Mar 3, 2026, 14:05" in the visitor's time zone."""
    return f"{local(moment):%b %-d, %Y, %H:%M}"


def day_and_time(moment: datetime) -> str:
    """ "Mar 3, 14:05" in the visitor's time zone, for what is usually less than a year old."""
    return f"{local(moment):%b %-d, %H:%M}"


def in_table(moment: datetime) -> datetime | None:
    """The same for a date column, which supports the years 1678 to 2261."""
    return local(moment) if 1700 <= moment.year <= 2260 else None


#: They turn the direction of what follows around, beyond the end of the text that holds them.
_DIRECTIONS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))


#: What Streamlit replaces after it has read the Markdown, where no backslash helps: icons, its logo, and arrows between spaces.
_REPLACED = re.compile(r"(?<=:)(?=(?:material/|streamlit:))|(?<=(?<!\S)[-<>~])(?=(?:->|>|-|=)(?!\S))", re.IGNORECASE)
#: Nobody sees it, and Streamlit no longer finds its sign.
_JOINER = "\u2060"
_ENTITY = re.compile(r"&(?=#?\w+;)")
#: Addresses, which stay; names of emoji; and colors, which Streamlit takes out even if nothing in brackets follows.
_COLONS = re.compile(r"(?<!\S)(?:https?://|www\.)\S*|:[\w+-]+(?::[\w+-]+)*:|:(?=[A-Za-z])")


def inline(text: str) -> str:
    """Escape text inside a sentence so that Markdown shows no picture, hidden link, code, formula, icon or color.

    An address that stands in the text in full becomes a link to itself, in a new tab. :func:`plain` escapes more, for text on
    its own, which may start a heading or a list.
    """
    escaped = "".join(f"\\{c}" if c in "\\`*[]<>$~|" else c for c in " ".join(_as_typed(text).split()))
    escaped = _COLONS.sub(lambda found: found[0].replace(":", "\\:") if found[0][0] == ":" else found[0], escaped)
    return _ENTITY.sub(r"\&", re.sub(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])", r"\_", escaped))


def plain(text: str) -> str:
    """Escape text for Streamlit's Markdown."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()<>#+-.!|:$~&" else c for c in _as_typed(text))


def _as_typed(text: str) -> str:
    """The text without signs that turn its direction around, in which Streamlit replaces nothing."""
    return _REPLACED.sub(_JOINER, text.translate(_DIRECTIONS))
