"""Agora's published prices per minute of a call, with the month they were checked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Price:
    """A price. ``per_minute`` is in ``currency``; ``what`` says what it includes and excludes."""

    per_minute: float
    currency: str
    what: str
    as_of: str


#: The Engine's audio task (with or without keys of one's own) and the person's RTC audio. The first 300 minutes of a month are
#: free, which is not counted here: what has been used of them is not known.
AGORA_AUDIO_CALL = Price(
    per_minute=0.10 + 0.00099,
    currency="USD",
    what="Agora's agent task and audio; avatars and vendors with your own key are billed separately",
    as_of="November 2026",
)

#: Agora ends any agent after 72 hours: what one costs that nobody remembers.
FORGOTTEN = 72 * 60 * AGORA_AUDIO_CALL.per_minute


def cost_of(seconds: float) -> float:
    """In dollars, at Agora's published price."""
    return seconds / 60 * AGORA_AUDIO_CALL.per_minute
