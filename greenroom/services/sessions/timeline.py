"""The timeline's data (frontend/src/timeline/record.ts) as a plain object, for a page or a file."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from greenroom.model.recording import Recording
from greenroom.model.review import ReviewNote
from greenroom.model.session import Event, ToolCall, Turn
from greenroom.recording import Waveform
from greenroom.services.sessions import session_labels
from greenroom.services.sessions.records import SessionRecord

#: Steps of the waveform: no more than a wide screen has pixels.
STEPS_MAX = 2400
#: The events that are marked in the timeline; the others are in the log alone.
MARKED = frozenset(
    {
        "agent_seen",
        "agent_gone",
        "vendor_error",
        "agent_error",
        "network",
        "applied",
        "picture",
        "channel_lost",
        "stop_failed",
    }
)
WHY_SILENT = {
    None: "Not recorded.",
    "coming": "The recording is still being processed.",
    "broken": "The recording can't be played.",
    "deleted": "The recording was deleted.",
}


def timeline_data(
    record: SessionRecord,
    notes: Sequence[ReviewNote],
    recording: Recording | None,
    waveform: Waveform | None,
    address: str,
    *,
    play: bool = False,
    notable: bool = True,
) -> dict[str, Any]:
    """``address``: the URL of the audio."""
    ready = recording is not None and recording.state == "ready"
    return {
        "agent_name": record.session.agent_name,
        "caller_name": record.session.name_of("user"),
        "length_ms": length_ms(record, recording),
        "sound": _sound(waveform, address, recording.length_ms) if recording and ready else None,
        "silent_because": "" if ready else WHY_SILENT[recording.state if recording else None],
        "turns": [_turn(turn) for turn in record.turns],
        "calls": [_call(call) for call in record.tool_calls],
        "events": [{"at_ms": event.at_ms, "what": _what(event)} for event in record.events if event.kind in MARKED],
        "notes": [{"at_ms": note.at_ms, "text": note.text} for note in notes if note.at_ms is not None],
        "play": play,
        "notable": notable,
    }


def length_ms(record: SessionRecord, recording: Recording | None) -> int:
    """The session's length in ms, up to its last known turn or event."""
    ends = [turn.ended_ms for turn in record.turns] + [recording.length_ms if recording else 0]
    return max([*ends, 1000 * (record.session.length_s or 0), 1000])


def _turn(turn: Turn) -> dict[str, Any]:
    return {
        "speaker": turn.speaker,
        "text": turn.text,
        "started_ms": turn.started_ms,
        "ended_ms": turn.ended_ms,
        "source": turn.source,
        "interrupted": turn.interrupted,
        "latency_ms": turn.latency_ms,
        "stages": dict(turn.stages),
    }


def _call(call: ToolCall) -> dict[str, Any]:
    return {
        "tool": call.tool,
        "status": call.status,
        "mocked": call.mocked,
        "started_ms": call.started_ms,
        "duration_ms": call.duration_ms,
        "arguments": call.arguments,
        "result": call.result,
    }


def _what(event: Event) -> str:
    label = session_labels.event(event)
    return f"{label}: {event.detail}" if event.detail else label


def _sound(waveform: Waveform | None, address: str, length: int) -> dict[str, Any]:
    drawn = (waveform or Waveform(b"", b"")).fewer(STEPS_MAX)
    return {
        "address": address,
        "length_ms": length,
        "person": base64.b64encode(drawn.person).decode(),
        "agent": base64.b64encode(drawn.agent).decode(),
    }
