"""The messages between the stage in the browser and the server. A test keeps ``frontend/src/protocol.ts`` in sync.

The stage opens a WebSocket at ``/api/calls/{session_id}/stage`` and sends JSON objects with a ``type``; so does the server.
The first message must be ``hello``; the server ignores anything before it.
"""

from __future__ import annotations

#: stage → server: the type, and the fields it carries
FROM_STAGE: dict[str, tuple[str, ...]] = {
    "hello": ("capability",),
    "joined": ("uid",),  # the browser is in the channel and its microphone is published: start the agent
    "greet": (),  # a call that was held starts: the agent greets
    "heartbeat": ("silent_ms", "caller_silent_ms"),  # every 2 s: since anyone was heard, since the caller was heard
    "activity": (),  # the caller types, clicks or plays a recording in the page: at most every 5 s
    "agent_seen": (),  # the agent's user-joined arrived
    "agent_gone": ("reason",),  # the agent's user-left arrived
    "turn": ("turn_id", "speaker", "text", "started_ms", "ended_ms", "source", "interrupted", "latency_ms"),
    # a tool call that is over, as the twin told it
    "tool_call": (
        "call_id",
        "turn_id",
        "tool",
        "arguments",
        "status",
        "result",
        "started_ms",
        "duration_ms",
        "server",
        "mocked",
        "asked_by",
    ),
    # ``ref`` is the stage's name of a message; it comes back in accepted or problem. priority: interrupt | append | ignore
    "typed": ("text", "priority", "ref"),  # a message instead of speech
    "say": ("text", "priority", "ref"),  # the agent says exactly this; at most 512 bytes
    "whisper": ("text", "ref"),  # an instruction that the agent keeps in mind without answering at once
    "interrupt": (),
    "event": ("kind", "detail"),  # for the event log
    "renew": (),  # the token will expire
    "missed": (),  # the browser is in the channel again after it was away: it wants the turns that it may not have heard
    "end": ("reason",),  # ended | cancelled | tab_closed | stage_lost | start_timeout | restarted
}

#: server → stage
TO_STAGE: dict[str, tuple[str, ...]] = {
    "welcome": ("server_ms",),
    "agent": ("agent_id", "status"),  # the agent was started
    "accepted": ("ref",),  # Agora has taken this typed, say or whisper
    # something went wrong; fatal = the call is over; ref = the message that did not get through, or ""
    "problem": ("message", "advice", "fatal", "ref"),
    "notice": ("text",),  # e.g. "Prompt applied: Ava follows it from the next turn"
    "idle_warning": ("left_s",),  # the call ends in so many seconds unless the caller does something; null = no longer
    "token": ("token",),  # answer to renew
    # answer to missed: one of the newest turns of the record
    "turn": ("turn_id", "speaker", "text", "started_ms", "ended_ms", "source", "interrupted", "latency_ms"),
    "ended": ("reason", "detail", "length_s"),  # the session is closed; None = no agent started
}
