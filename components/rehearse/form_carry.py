"""The values of a test's form, and how they are carried over when another tab has saved the test in between."""

from __future__ import annotations

from typing import Any

from components.rehearse.phrases import phrases_text
from components.shell import fields
from greenroom.rehearsal.writing import SimpleTest

#: The most caller's lines of a form.
MOST_LINES = 60


def values_of(test: SimpleTest) -> dict[str, Any]:
    """The values of the form's fields for a test, by the first part of the fields' keys."""
    values: dict[str, Any] = {
        "title": test.title,
        "never": phrases_text(test.never),
        "called": phrases_text(test.must_call),
        "gate": test.gate == "block",
        "words": test.max_words or None,
        "questions": test.max_questions if test.max_questions >= 0 else None,
        "times": test.repeat,
    }
    for number, step in enumerate(test.steps):
        values |= {f"says/{number}": step.say, f"must/{number}": phrases_text(step.must_say)}
    return values


def shown(test: SimpleTest, part: str, at: str) -> Any:
    """The value that a field of the form ``at`` shows: the one that was carried into it, else the test's."""
    return fields.shown(_name(part, at), values_of(test).get(part, ""))


def shown_text(test: SimpleTest, part: str, at: str) -> str:
    """:func:`shown` of a field of text."""
    return str(shown(test, part, at))


def carry(was: SimpleTest, now: SimpleTest, old: str, new: str) -> bool:
    """Carry the values that were changed in the form ``old``, which showed ``was``, into the form ``new``.

    Returns False if nothing was changed.
    """
    before, after = values_of(was), values_of(now)
    found = False
    lines = [f"{kind}/{number}" for kind in ("says", "must") for number in range(MOST_LINES)]
    for part in {*before, *after, *lines}:
        if not fields.is_drawn(_name(part, old)):
            continue
        typed = fields.value(_name(part, old))
        if typed not in (before.get(part, ""), after.get(part, "")):
            fields.keep(_name(part, new), typed)
            found = True
    return found


def _name(part: str, at: str) -> str:
    return f"rehearse_{part}/{at}"
