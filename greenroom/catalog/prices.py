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


#: The Engine's audio task (with Agora's or your own keys) and the caller's RTC audio. Excludes the 300 free minutes a month,
#: whose use isn't known.
AGORA_AUDIO_CALL = Price(
    per_minute=0.10 + 0.00099,
    currency="USD",
    what="Agora's agent task and audio; avatars and vendors with your own key are billed separately",
    as_of="November 2026",
)

#: The cost of a forgotten agent: Agora ends every agent after 72 hours.
FORGOTTEN = 72 * 60 * AGORA_AUDIO_CALL.per_minute


def cost_of(seconds: float) -> float:
    """In dollars, at Agora's published price."""
    return seconds / 60 * AGORA_AUDIO_CALL.per_minute
