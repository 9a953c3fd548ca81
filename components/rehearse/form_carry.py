"""The values of a test's form, and those that were sent over a test that another tab had saved in between."""

from __future__ import annotations

from typing import Any

from components.rehearse.phrases import phrases_text
from components.shell import fields
from greenroom.rehearsal.writing import SimpleTest

#: Of a form.
MOST_LINES = 60


def values_of(test: SimpleTest) -> dict[str, Any]:
    """What the form's fields show of a test, by the part of their keys."""
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
    """What a field of the form ``at`` is drawn with: what was carried into it, else what the test says."""
    return fields.shown(_name(part, at), values_of(test).get(part, ""))


def shown_text(test: SimpleTest, part: str, at: str) -> str:
    """:func:`shown` of a field of text."""
    return str(shown(test, part, at))


def carry(was: SimpleTest, now: SimpleTest, old: str, new: str) -> bool:
    """Take what was changed in the form ``old``, begun on ``was``, into the form ``new``. False if nothing was."""
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
