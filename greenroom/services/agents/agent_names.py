"""Names of agents, versions, suites and guest links: one line of at most 80 characters; and the name of a copy."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import chain, count

from greenroom.errors import InvalidAgent, Problem, TextTooLong

NAME_MAX = 80


def one_line(text: str) -> str:
    """The name without control characters and extra spaces."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def fitting_name(text: str, field: str = "name") -> str:
    """The name on one line. Raises InvalidInput at ``field`` if it has more than 80 characters."""
    name = one_line(text)
    if len(name) > NAME_MAX:
        raise TextTooLong(name, NAME_MAX, field=field, what="name")
    return name


def clean_name(name: str) -> str:
    """A valid agent name: one line. Raises InvalidAgent if it is empty or has more than 80 characters."""
    cleaned = one_line(name)
    if not cleaned:
        raise InvalidAgent((Problem("agent.name", "The name is required.", "Enter a name."),))
    if (over := len(cleaned) - NAME_MAX) > 0:
        raise InvalidAgent((Problem("agent.name", f"The name is longer than {NAME_MAX} characters.", f"Shorten it by {over}."),))
    return cleaned


def copy_name(name: str, taken: Collection[str]) -> str:
    """ "Ava" → "Ava copy" → "Ava copy 2" → …, the first unused name."""
    stem = re.sub(r" copy( \d+)?$", "", name)
    endings = chain((" copy",), (f" copy {number}" for number in count(2)))
    return next(new for new in (f"{stem[: NAME_MAX - len(ending)].rstrip()}{ending}" for ending in endings) if new not in taken)
