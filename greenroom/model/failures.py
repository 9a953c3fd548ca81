"""What counts as an error in a session: failed ends and error events."""

from __future__ import annotations

from greenroom.model.session import EndReason

FAILED: frozenset[EndReason] = frozenset({"agent_failed", "refused", "start_timeout", "stage_lost", "lost"})
#: Kinds of events. notice_110 is Agora's own notification of an agent's error.
ERRORS: frozenset[str] = frozenset(
    {
        "vendor_error",
        "notice_110",
        "join_failed",
        "channel_lost",
        "agent_missing",
        "renew_failed",
        "stop_failed",
        "start_unclear",
    }
)
