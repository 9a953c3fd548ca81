"""Resolves host names, in threads, to find those that lead into this computer's own network. No page waits long for it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet

from greenroom.clock import Clock
from greenroom.http_security.addresses import is_private

#: How long a page waits for names that weren't resolved before, and how long an answer is cached.
WAIT_S, CACHED_S = 0.5, 60.0
MOST_NAMES = 256


def addresses_of(host: str) -> list[str]:
    """All addresses of a host; none if it isn't known."""
    try:
        return [str(entry[4][0]) for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        return []


class NameLookup:
    """Answers are kept for a minute. A name that takes longer counts as public until its answer is there."""

    def __init__(self, clock: Clock, resolve: Callable[[str], Collection[str]] = addresses_of) -> None:
        self._clock, self._resolve = clock, resolve
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="name-lookup")
        self._asked: dict[str, tuple[float, Future[bool]]] = {}

    def leading_inside(self, places: Collection[str]) -> frozenset[str]:
        """Those of the places (``host:port``) that have an address inside this computer's own network."""
        answers = {place: self._answer(place.rpartition(":")[0]) for place in places}
        until = self._clock.monotonic() + WAIT_S
        return frozenset(place for place, answer in answers.items() if self._arrived(answer, until))

    def _answer(self, host: str) -> Future[bool]:
        now = self._clock.monotonic()
        asked_at, answer = self._asked.get(host, (float("-inf"), None))
        if answer is None or (answer.done() and now - asked_at > CACHED_S):
            if len(self._asked) >= MOST_NAMES:
                self._asked.clear()
            answer = self._threads.submit(self._inside, host)
            self._asked[host] = now, answer
        return answer

    def _inside(self, host: str) -> bool:
        return any(is_private(address) for address in self._resolve(host))

    def _arrived(self, answer: Future[bool], until: float) -> bool:
        try:
            return answer.result(max(0.0, until - self._clock.monotonic()))
        except NotYet:
            return False
