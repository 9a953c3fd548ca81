"""Usage limits: concurrent agents, and minutes and cost in 24 hours. Checked at launch and by the watchdog.

Concurrent calls don't exceed the daily limits: each unfinished call reserves the seconds that its ending takes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from greenroom.catalog.prices import cost_of
from greenroom.clock import Clock
from greenroom.config import Config
from greenroom.errors import DailyLimitReached, LimitReached
from greenroom.model.session import Session, SessionId
from greenroom.services.calls.guest_limits import GOODBYE_S, GuestLimits
from greenroom.services.calls.leases import CallLeases
from greenroom.store.sessions import SessionStore

DAY = timedelta(hours=24)
#: Share of a limit from which a warning is shown.
NEAR = 0.8
#: For how long the sum of ended calls is cached; the watchdog checks every second.
KNOWN_FOR_S = 5.0
#: What each unfinished call may still use when its ending begins: the goodbye, an outdated sum, two ticks of the watchdog.
RESERVED_S = math.ceil(GOODBYE_S + KNOWN_FOR_S + 2)


@dataclass(frozen=True, slots=True)
class Usage:
    """Usage of the last 24 hours including running calls. ``cost`` is 0 offline."""

    seconds: int
    cost: float


class Limits:
    """The limits set in the options; 0 = no limit."""

    def __init__(self, config: Config, clock: Clock, sessions: SessionStore, guests: GuestLimits, leases: CallLeases) -> None:
        self._config = config
        self.guests = guests
        self._clock = clock
        self._leases = leases
        self._sessions = sessions
        self._ended = (float("-inf"), 0)

    def use(self, running: Sequence[Session] | None = None) -> Usage:
        """Usage in the last 24 hours. ``running``: the unfinished sessions, if already loaded."""
        now = self._clock.now()
        return self._usage(self._sessions.unfinished() if running is None else running, self._ended_s(now))

    def _usage(self, live: Sequence[Session], ended_s: int) -> Usage:
        seconds = ended_s + sum(self._leases.so_far_s(session) for session in live if session.place == self._config.place)
        return Usage(seconds, self._cost(seconds))

    def open(self, session: Session, instead_of: SessionId | None = None) -> None:
        """Insert the session's row if no limit is reached, in one transaction to prevent races between launches.

        Raises LimitReached; a call that is being replaced does not count. For a guest the link's own caps hold as well.
        """

        def admit(live: list[Session], ended_s: int) -> None:
            count = sum(session.id != instead_of for session in live)
            if count >= self._config.max_agents:
                raise LimitReached(f"{count} agents are running; the limit is {self._config.max_agents}.")
            if spent := self._spent(self._usage(live, ended_s), count + 1):
                raise DailyLimitReached(spent)

        self._sessions.open(session, self._clock.now() - DAY, admit, self.guests.admit)

    def spent(self, running: Sequence[Session] | None = None) -> str:
        """A message if a daily limit is reached, else ""."""
        if not (self._config.max_day_s or self._config.max_day_cost):
            return ""
        live = self._sessions.unfinished() if running is None else running
        return self._spent(self.use(live), sum(session.place == self._config.place for session in live))

    def _spent(self, use: Usage, calls: int) -> str:
        """``calls``: the number of calls that reserve time for their ending."""
        minutes, money = self._config.max_day_s, self._config.max_day_cost
        reserved_s = calls * RESERVED_S
        ending = " The rest is reserved for ending calls."
        if minutes and use.seconds + reserved_s >= minutes:
            rest = ending if use.seconds < minutes else ""
            return f"Calls used {use.seconds // 60} of {minutes // 60} minutes in 24 hours.{rest}"
        if money and use.cost + self._cost(reserved_s) >= money:
            rest = ending if use.cost < money else ""
            return f"Calls cost ${use.cost:.2f} of ${money:.2f} in 24 hours.{rest}"
        return ""

    def warning(self) -> str:
        """A message if a daily limit is nearly reached, else ""."""
        minutes, money = self._config.max_day_s, self._config.max_day_cost
        if not (minutes or money):
            return ""
        use = self.use()
        if minutes and use.seconds >= NEAR * minutes:
            return f"{use.seconds // 60} of {minutes // 60} call minutes used in 24 hours."
        if money and use.cost >= NEAR * money:
            return f"${use.cost:.2f} of ${money:.2f} used in 24 hours."
        return ""

    def _cost(self, seconds: float) -> float:
        return cost_of(seconds) if self._config.on_cloud else 0.0

    def _ended_s(self, now: datetime) -> int:
        at, seconds = self._ended
        if self._clock.monotonic() - at > KNOWN_FOR_S:
            seconds = self._sessions.seconds_since(now - DAY, self._config.place)
            self._ended = (self._clock.monotonic(), seconds)
        return seconds
