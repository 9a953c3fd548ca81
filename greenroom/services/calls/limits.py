"""What may still run today: calls at once, minutes and money in 24 hours. Asked before each launch and by the watchdog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from greenroom.catalog.prices import AGORA_AUDIO_CALL
from greenroom.clock import Clock
from greenroom.config import Config
from greenroom.errors import LimitReached
from greenroom.model.session import Session, SessionId
from greenroom.store.sessions import SessionStore

DAY = timedelta(hours=24)
#: From this share of a cap on, a warning is shown.
NEAR = 0.8
#: The sum of a day is asked for once in so many seconds: the watchdog looks every second.
KNOWN_FOR_S = 5.0


@dataclass(frozen=True, slots=True)
class Usage:
    """Of the last 24 hours, running calls included. ``cost`` is 0 where nothing costs anything."""

    seconds: int
    cost: float


class Limits:
    """Caps are those of the options; a cap of 0 is none."""

    def __init__(self, config: Config, clock: Clock, sessions: SessionStore) -> None:
        self._config = config
        self._clock = clock
        self._sessions = sessions
        self._ended = (float("-inf"), 0)

    def use(self, running: Sequence[Session] | None = None) -> Usage:
        """``running``: the unfinished sessions, if they are known already."""
        now = self._clock.now()
        return self._usage(self._sessions.unfinished() if running is None else running, self._ended_s(now), now)

    def _usage(self, live: Sequence[Session], ended_s: int, now: datetime) -> Usage:
        seconds = ended_s + sum(_so_far_s(session, now) for session in live if session.place == self._config.place)
        return Usage(seconds, cost_of(seconds) if self._config.place == "cloud" else 0.0)

    def open(self, session: Session, instead_of: SessionId | None = None) -> None:
        """Write the session's row if no cap is reached: both in one transaction, so that no launch slips past another.

        Raises LimitReached; a call that is replaced does not count.
        """

        def admit(live: list[Session], ended_s: int) -> None:
            count = sum(one.id != instead_of for one in live)
            if count >= self._config.max_agents:
                raise LimitReached(f"{count} agents are running; the limit is {self._config.max_agents}.")
            if spent := self._spent(self._usage(live, ended_s, self._clock.now())):
                advice = "Wait until older calls are a day old, or raise the cap where Greenroom is started."
                raise LimitReached(spent, advice=advice)

        self._sessions.open(session, self._clock.now() - DAY, admit)

    def spent(self, running: Sequence[Session] | None = None) -> str:
        """Which cap of the day is reached, in words; "" when none is."""
        capped = self._config.max_day_s or self._config.max_day_cost
        return self._spent(self.use(running)) if capped else ""

    def _spent(self, use: Usage) -> str:
        if self._config.max_day_s and use.seconds >= self._config.max_day_s:
            return f"{use.seconds // 60} minutes of calls in 24 hours: the cap is {self._config.max_day_s // 60}."
        if self._config.max_day_cost and use.cost >= self._config.max_day_cost:
            return f"Calls for ${use.cost:.2f} in 24 hours: the cap is ${self._config.max_day_cost:.2f}."
        return ""

    def warning(self) -> str:
        """What is nearly used up, in words; "" when nothing is."""
        minutes, money = self._config.max_day_s, self._config.max_day_cost
        if not (minutes or money):
            return ""
        use = self.use()
        if minutes and use.seconds >= NEAR * minutes:
            return f"{use.seconds // 60} of {minutes // 60} minutes of calls in 24 hours are used."
        if money and use.cost >= NEAR * money:
            return f"${use.cost:.2f} of ${money:.2f} in 24 hours are used."
        return ""

    def _ended_s(self, now: datetime) -> int:
        at, seconds = self._ended
        if self._clock.monotonic() - at > KNOWN_FOR_S:
            seconds = self._sessions.seconds_since(now - DAY, self._config.place)
            self._ended = (self._clock.monotonic(), seconds)
        return seconds


def cost_of(seconds: float) -> float:
    """In dollars, at Agora's published price."""
    return seconds / 60 * AGORA_AUDIO_CALL.per_minute


def _so_far_s(session: Session, now: datetime) -> int:
    return max(0, int((now - session.started_at).total_seconds())) if session.started_at else 0
