"""What facts of a session are called, on pages and in the exported page alike."""

from __future__ import annotations

from collections.abc import Mapping

from greenroom.model.session import EndReason, Event, Origin, Place, Session, ToolCallStatus

PLACES: Mapping[Place, str] = {"twin": "Offline twin", "cloud": "Agora cloud"}

TOOL_STATUSES: Mapping[ToolCallStatus, str] = {
    "ok": "done",
    "error": "failed",
    "timeout": "timed out",
    "invalid": "invalid arguments",
    "cancelled": "canceled",
}

ORIGINS: Mapping[str, str] = {
    "studio": "Studio",
    "api": "API",
    "lambda": "Lambda",
    "rehearsal": "Rehearsal",
    "guest": "Guest link",
    "presenter": "Presenter",
}

ENDS: Mapping[EndReason, str] = {
    "ended": "Ended by user",
    "cancelled": "Launch canceled",
    "tab_closed": "Page closed",
    "stage_lost": "Connection lost",
    "idle": "Idle timeout",
    "agent_failed": "Agent failed",
    "refused": "Start refused",
    "start_timeout": "Start timed out",
    "capped": "Max call length reached",
    "restarted": "Replaced by another call",
    "stopped": "Stopped by Greenroom",
    "lost": "Greenroom stopped unexpectedly",
}

#: Entries of the event log by their kind; the stage's log calls them the same (frontend/src/call/log-text.ts).
EVENTS: Mapping[str, str] = {
    "agent_seen": "Agent joined",
    "agent_gone": "Agent left",
    "agent_missing": "The agent didn't join",
    "agent_error": "Agent error",
    "applied": "Changes applied",
    "brain": "Language model",
    "channel_lost": "Channel lost",
    "greeted": "Presentation started",
    "join_failed": "Couldn't join",
    "latencies_missing": "Latencies missing",
    "media_fault": "Media error",
    "meters_failed": "Level meters failed",
    "microphone": "Microphone",
    "microphone_failed": "Microphone failed",
    "network": "Network",
    "notice_110": "Agent error",
    "picture": "Avatar video",
    "renew_failed": "Token renewal failed",
    "start_unclear": "Start unconfirmed",
    "stop_failed": "Agent not stopped immediately",
    "vendor_error": "Vendor error",
}
#: Agora's notifications are stored as this and their type's number.
NOTIFICATION = "notice_"


def origin(name: Origin) -> str:
    """Where a launch came from; an origin that has no label shows its own name."""
    return ORIGINS.get(name, _worded(name))


def how_it_ended(session: Session) -> str:
    """The end reason's label; "Running" before the end."""
    return "Running" if session.end_reason is None else ENDS[session.end_reason]


def event(entry: Event) -> str:
    """What an entry of the event log is called; an unknown kind is its own name in words."""
    if entry.kind in EVENTS or not entry.kind.startswith(NOTIFICATION):
        return EVENTS.get(entry.kind, _worded(entry.kind))
    return f"Notification {entry.kind.removeprefix(NOTIFICATION)} from Agora"


def _worded(name: str) -> str:
    return name.replace("_", " ").capitalize()
