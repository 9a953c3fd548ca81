"""How facts are written on the screen: times, lengths, latencies, reasons. The same words on every page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from greenroom.catalog.prices import AGORA_AUDIO_CALL
from greenroom.model.session import EndReason, Place, Session

Key = TypeVar("Key")

PLACES: dict[Place, str] = {"twin": "Offline twin", "cloud": "Agora cloud"}

ENDS: dict[EndReason, str] = {
    "ended": "Ended by a person",
    "cancelled": "Launch cancelled",
    "tab_closed": "Page closed",
    "stage_lost": "Connection lost",
    "idle": "Idle timeout",
    "agent_failed": "Agent failed",
    "refused": "Start refused",
    "start_timeout": "Did not start in time",
    "capped": "Longest call reached",
    "restarted": "Restarted with changes",
    "stopped": "Stopped by Greenroom",
    "lost": "Greenroom was killed",
}


def told_apart(names: Mapping[Key, str]) -> dict[Key, str]:
    """The names with a number behind those that were there before: "Ava", "Ava (2)". In the order given.

    A browser answers with the words of an option, so two options of a list must never read the same.
    """
    taken: set[str] = set()
    told: dict[Key, str] = {}
    for key, name in names.items():
        number, shown = 1, name
        while shown in taken:
            number += 1
            shown = f"{name} ({number})"
        taken.add(shown)
        told[key] = shown
    return told


def how_it_ended(session: Session) -> str:
    if session.end_reason is None:
        return "Running"
    return ENDS[session.end_reason]


def cost(session: Session) -> str:
    """What a session cost, with the sum it comes from."""
    if session.place == "twin":
        return "Cost: none, it ran on this machine."
    minutes, price = (session.length_s or 0) / 60, AGORA_AUDIO_CALL
    return (
        f"Cost: about \\${minutes * price.per_minute:.3f} = {minutes:.2f} min × \\${price.per_minute:.5f} a minute. "
        f"{price.what}. Prices of {price.as_of}."
    )


def length(seconds: int | None) -> str:
    """``m:ss``, or a dash when there is none."""
    return "–" if seconds is None else f"{seconds // 60}:{seconds % 60:02d}"


def latency(ms: int | None) -> str:
    return "–" if ms is None else f"{ms:,} ms"


def stars(rating: int | None) -> str:
    return "–" if rating is None else f"{rating} ★"


def clock_time(ms: int) -> str:
    """A moment in a call, counted from its start."""
    return length(ms // 1000)


def moment_ms(text: str) -> int | None:
    """What :func:`clock_time` writes, read again: ``m:ss`` or seconds; None when it is neither."""
    found = re.fullmatch(r"(?:(\d{1,3}):)?(\d{1,5}(?:\.\d{1,3})?)", text.strip())
    return round((int(found[1] or 0) * 60 + float(found[2])) * 1000) if found else None


def zone() -> ZoneInfo:
    """The visitor's time zone, as the browser told Streamlit; UTC when it told none that is known."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def local(moment: datetime) -> datetime:
    """In the visitor's time zone."""
    return moment.astimezone(zone())


def plain(text: str) -> str:
    """Text that Streamlit's Markdown must not interpret."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()<>#+-.!|:$~" else c for c in text)
