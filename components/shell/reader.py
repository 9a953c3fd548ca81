"""Adds to texts that point to Settings who can open that page, if the reader's role can't."""

from __future__ import annotations

import re

from greenroom import services

_SETTINGS = re.compile(r"\bin Settings\b|\bSettings →")
ASK = "Admins of this studio can open Settings."


def for_reader(text: str) -> str:
    """The text, with :data:`ASK` if it points to Settings and the reader can't open it."""
    return f"{text} {ASK}" if _SETTINGS.search(text) and not services.may("admin") else text


def choose_where() -> str:
    """The tooltip of the offline brain's name: where it is chosen, or who can choose it."""
    return "Choose in Settings" if services.may("admin") else "An admin chooses it in Settings"
