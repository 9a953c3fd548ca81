"""The greeting of an agent that is connected ahead of a presentation, in parts that it can be made to say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from greenroom.catalog import rules
from greenroom.model.agent import Settings
from greenroom.model.session import HELD
from greenroom.prompting.script import script_of
from greenroom.prompting.variables import said
from greenroom.services.calls.agent_commands import SAY_MAX_BYTES

(GREETING,) = HELD
_SENTENCE = re.compile(r"[^.!?。！？]*[.!?。！？]+\s*|[^.!?。！？]+$")


def can_hold(settings: Settings) -> bool:
    """Whether the agent has a greeting that it can be made to say; a realtime model can't be made to say a given text."""
    return bool(greeting_of(settings)) and not rules.realtime(settings)


def greeting_of(settings: Settings) -> str:
    """The greeting with its variables filled in."""
    return (said(script_of(settings), GREETING) or "").strip()


def greeting_parts(settings: Settings) -> Iterator[str]:
    """The greeting in parts of whole sentences that one command may carry; a longer sentence is cut between words."""
    part = ""
    for piece in _SENTENCE.findall(greeting_of(settings)):
        for word in re.findall(r"\S+\s*", piece) if _size(piece) > SAY_MAX_BYTES else [piece]:
            if part and _size(part + word) > SAY_MAX_BYTES:
                yield part.strip()
                part = ""
            part += word
    if part.strip():
        yield part.strip()


def _size(text: str) -> int:
    return len(text.encode())
