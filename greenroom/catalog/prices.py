"""What a minute of a call costs at Agora: published prices as data, with the month in which they were read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Price:
    """``per_minute`` in ``currency``; ``what`` names its parts and what is not in it."""

    per_minute: float
    currency: str
    what: str
    as_of: str


#: The Engine's audio task (with or without keys of one's own) and the person's RTC audio. The first 300 minutes of a month are
#: free, which is not counted here: what has been used of them is not known.
AGORA_AUDIO_CALL = Price(
    per_minute=0.10 + 0.00099,
    currency="USD",
    what="Agora's agent task and your audio; vendors bill keys of your own, and avatars, on top",
    as_of="November 2026",
)

#: Agora ends any agent after 72 hours: what one costs that nobody remembers.
FORGOTTEN = 72 * 60 * AGORA_AUDIO_CALL.per_minute
