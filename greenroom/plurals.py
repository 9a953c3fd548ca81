"""Numbers with their noun, as messages and labels show them."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """``1 session``, ``2,000 sessions``. For nouns whose plural ends in "s"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
