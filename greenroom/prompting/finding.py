"""Linter findings as data, and their fixes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from greenroom.prompting.script import Text

#: hint: could sound better · warning: will sound wrong or confuse the model
Severity = Literal["hint", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A linter finding: ``text[start:end]`` of the setting ``key``, in characters; empty for the whole text.

    ``why`` is one sentence for the user. ``fix`` is a safe replacement for the spot, else None.
    """

    code: str
    severity: Severity
    key: str
    start: int
    end: int
    why: str
    fix: str | None = None


def at(text: Text, code: str, start: int, end: int, why: str, fix: str | None = None) -> Finding:
    """A finding in a text: a warning in spoken text, a hint in text that the model reads."""
    return Finding(
        code=code, severity="warning" if text.is_said else "hint", key=text.key, start=start, end=end, why=why, fix=fix
    )


def applied(text: str, fixes: Iterable[Finding]) -> str:
    """The text with these fixes. Spots that overlap an earlier one, lie outside the text or have no fix are left."""
    parts: list[str] = []
    done = 0
    for finding in sorted(fixes, key=lambda f: (f.start, f.end)):
        if finding.fix is None or finding.start < done or finding.end > len(text):
            continue
        parts += [text[done : finding.start], finding.fix]
        done = finding.end
    return "".join([*parts, text[done:]])


def without(text: str, start: int, end: int) -> tuple[int, int, str]:
    """The span and replacement that remove it without leaving double spaces or joining two words."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if before in (" ", "\t") and (not after or after.isspace() or after in ".,;:!?"):
        return start - 1, end, ""
    if not before.strip() and after in (" ", "\t") and after:
        return start, end + 1, ""
    return start, end, " " if before.isalnum() and after.isalnum() else ""


def negated(text: str, start: int) -> bool:
    """Whether the sentence negates the words before a spot."""
    before = text[max(0, start - 90) : start].lower()
    sentence = max(before.rfind(mark) for mark in ".!?\n;:")
    words = set(before[sentence + 1 :].replace("’", "'").replace(",", " ").split())
    return bool(words & _NOT)


_NOT = frozenset(
    [
        "no",
        "not",
        "never",
        "don't",
        "avoid",
        "without",
        "nor",
        "neither",
        "cannot",
        "can't",
        "isn't",
        "aren't",
        "won't",
        "instead",
        "nicht",
        "nie",
        "niemals",
        "kein",
        "keine",
        "keinen",
        "keiner",
        "ohne",
        "vermeide",
        "statt",
        "pas",
        "jamais",
        "sans",
        "évite",
        "évitez",
        "nunca",
        "sin",
        "evita",
        "sem",
        "evite",
        "non",
        "mai",
        "senza",
    ]
)
