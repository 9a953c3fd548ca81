"""Puts the agent's data-stream messages together: ``messageId|part|parts|base64``, parts counted from 1."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: Messages of which a part is still missing; the oldest is dropped beyond this number.
_MOST_OPEN = 64
_MOST_PARTS = 1000
_PART = re.compile(r"[0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class AgentMessage:
    """A message of the agent: ``kind`` is its ``object`` or ``event_type``, such as ``assistant.transcription``."""

    kind: str
    fields: Mapping[str, Any]


class TranscriptReader:
    """Feed it every payload of the agent's data stream."""

    def __init__(self) -> None:
        self._open: dict[str, dict[int, str]] = {}

    def feed(self, payload: bytes) -> AgentMessage | None:
        """The message that this payload completes. None for a part, and for what is no message."""
        identity, part, parts, data = (*payload.decode("ascii", "replace").split("|", 3), "", "", "")[:4]
        if not (_PART.fullmatch(part) and _PART.fullmatch(parts) and 1 <= int(part) <= int(parts) <= _MOST_PARTS):
            return None
        held = self._open.setdefault(identity, {})
        held[int(part)] = data
        if len(held) < int(parts):
            if len(self._open) > _MOST_OPEN:
                self._open.pop(next(iter(self._open)))
            return None
        del self._open[identity]
        return _message("".join(held[number] for number in sorted(held)))


def _message(data: str) -> AgentMessage | None:
    try:
        fields = json.loads(base64.b64decode(data, validate=True))
    except (ValueError, RecursionError):
        return None
    if not isinstance(fields, dict):
        return None
    return AgentMessage(str(fields.get("object") or fields.get("event_type") or ""), fields)
