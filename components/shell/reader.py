"""What a text says beyond itself to a reader whose role can't open the page it points to."""

from __future__ import annotations

import re

from greenroom import services

_SETTINGS = re.compile(r"\bin Settings\b|\bSettings →")
ASK = "Admins of this studio can open Settings."


def for_reader(text: str) -> str:
    """``text``, with who can open Settings if it points there and its reader can't."""
    return f"{text} {ASK}" if _SETTINGS.search(text) and not services.may("admin") else text


def choose_where() -> str:
    """For the name of the offline brain: where it is chosen, or who chooses it."""
    return "Choose in Settings" if services.may("admin") else "An admin chooses it in Settings"
