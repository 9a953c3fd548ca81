"""Lists of phrases as one line of text, as fields show them: ``breakfast | seven``."""

from __future__ import annotations

from collections.abc import Sequence


def phrases_in(text: str) -> tuple[str, ...]:
    """The phrases of a field's text; () for an empty one."""
    return tuple(phrase for part in text.split("|") if (phrase := part.strip()))


def phrases_text(phrases: Sequence[str]) -> str:
    """The text that a field shows for these phrases."""
    return " | ".join(phrases)
