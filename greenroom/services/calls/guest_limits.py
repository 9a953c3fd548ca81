"""The caps of guest links: checked in the transaction of each launch, and every second while guests talk."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Sequence
from datetime import datetime

from greenroom.catalog.prices import cost_of
from greenroom.clock import Clock
from greenroom.config import Config
from greenroom.errors import LimitReached, NotAllowed, NotFound, StoreUnavailable
from greenroom.model.guest_link import GuestLink, GuestLinkId
from greenroom.model.session import Session, SessionId
from greenroom.services.calls.leases import CallLeases
from greenroom.store.guest_links import GuestLinkStore
from greenroom.store.sessions import SessionStore

#: From an agent's goodbye to the end of its call. The goodbye takes about four seconds to say.
GOODBYE_S = 6.0
#: What each guest's call may still use when its ending begins: the goodbye and two ticks of the watchdog.
RESERVED_S = math.ceil(GOODBYE_S + 2)
ENDED = "This guest link was turned off."
_ASK = "Ask whoever sent you the link for a new one."


class GuestLimits:
    """A launch uses ``call_s`` and ``admit``; the watchdog calls ``refresh``, then ``ended`` and ``spent``."""

    def __init__(self, config: Config, clock: Clock, links: GuestLinkStore, sessions: SessionStore, leases: CallLeases) -> None:
        self._config = config
        self._clock = clock
        self._links = links
        self._sessions = sessions
        self._leases = leases
        #: The links of running calls, and why each is used up ("" = it isn't), as of the last :meth:`refresh`.
        self._known: dict[str, GuestLink] = {}
        self._spent: dict[str, str] = {}

    def admit(self, link: GuestLink, live: Sequence[Session]) -> None:
        """Raise NotAllowed for a link that is over, LimitReached for one that is full or used up."""
        require_active(link, self._clock.now())
        talking = _talking(link, live)
        if talking >= link.at_once:
            raise LimitReached("All lines are busy right now.", advice="Try again in a few minutes.")
        if why := self._used_up(link, live, talking + 1):
            raise LimitReached(why, advice=_ASK)

    def call_s(self, session: Session) -> int:
        """How long this call may last: the option for all calls, or less by its guest link."""
        if not session.guest_link:
            return self._config.max_call_s
        link = self._known.get(session.guest_link)
        if link is None:
            try:
                link = self._links.get(GuestLinkId(session.guest_link))
            except (NotFound, StoreUnavailable):
                return self._config.max_call_s
        return min(self._config.max_call_s, link.visit_s or self._config.max_call_s)

    def seconds(self, link: GuestLink, live: Sequence[Session]) -> int:
        """Seconds used by the link's calls, running ones included."""
        return link.used_s + sum(self._leases.so_far_s(session) for session in live if session.guest_link == link.id)

    def require_something_left(self, link: GuestLink) -> None:
        """Raise LimitReached if the link is used up. Not while a call runs, which may use less than it reserved."""
        live = self._sessions.unfinished() if link.total_s or link.max_cost else ()
        if not _talking(link, live) and (why := self.used_up(link, live)):
            raise LimitReached(why, advice=_ASK)

    def used_up(self, link: GuestLink, live: Sequence[Session]) -> str:
        """A message that names the link's used-up cap; "" = none. Without a running call: whether a launch would be refused."""
        return self._used_up(link, live, max(1, _talking(link, live)))

    def refresh(self, watched: Sequence[Session]) -> None:
        """Read the links of these calls again; keeps the last state while the database is unavailable."""
        ids = {session.guest_link for session in watched if session.guest_link}
        if not ids:
            self._known, self._spent = {}, {}
            return
        with contextlib.suppress(StoreUnavailable):
            live = self._sessions.unfinished()  # the guests of other processes use up the same link
            links = self._links.some(ids)
            self._known = {link.id: link for link in links}
            self._spent = {link.id: self._used_up(link, live, _talking(link, live)) for link in links}

    def ended(self, session: Session) -> str:
        """Why the call's link is over, as of the last refresh; "" if it isn't, or the call has none."""
        link = self._known.get(session.guest_link)
        return ENDED if link is not None and link.ended_at is not None else ""

    def spent(self, session: Session) -> str:
        """Why the call's link is used up, as of the last refresh; "" if it isn't."""
        return self._spent.get(session.guest_link, "")

    def guests_of(self, link_id: GuestLinkId) -> list[SessionId]:
        """The running calls of this link, in all processes."""
        return [session.id for session in self._sessions.unfinished() if session.guest_link == link_id]

    def _used_up(self, link: GuestLink, live: Sequence[Session], calls: int) -> str:
        """``calls``: how many reserve time for their ending, so that they end before the cap instead of after it."""
        seconds = self.seconds(link, live) + calls * RESERVED_S
        if link.total_s and seconds >= link.total_s:
            return "This link's talk time is used up."
        if link.max_cost and self._config.on_cloud and cost_of(seconds) >= link.max_cost:
            return "This link's budget is used up."
        return ""


def require_active(link: GuestLink, now: datetime) -> None:
    """Raise NotAllowed for a link that ended or expired."""
    match link.state(now):
        case "ended":
            raise NotAllowed(ENDED, advice=_ASK)
        case "expired":
            raise NotAllowed("This guest link has expired.", advice=_ASK)


def _talking(link: GuestLink, live: Sequence[Session]) -> int:
    return sum(session.guest_link == link.id for session in live)
