"""A browser's signaling connection. It survives a dropped socket for a while and keeps what the browser misses."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from greenroom.clock import Clock
from greenroom.twin.edge.wire import SignalingSocket

if TYPE_CHECKING:
    from greenroom.twin.edge.session import GatewaySession

#: How long a session waits for its browser to reconnect after the socket dropped, in seconds.
LINGER_S = 10.0
#: Data-stream messages kept for a browser that reconnects.
_MOST_MISSED = 256


class SessionLink:
    """Holds at most one socket at a time. ``heard_at`` is when the browser last sent something, in monotonic seconds."""

    def __init__(self, session: GatewaySession, clock: Clock) -> None:
        self._session = session
        self._clock = clock
        self._wire: SignalingSocket | None = None
        self._missed: deque[dict[str, Any]] = deque(maxlen=_MOST_MISSED)
        self._lost_at = self.heard_at = clock.monotonic()

    @property
    def connected(self) -> bool:
        """Whether the browser has a signaling socket now."""
        return self._wire is not None

    @property
    def given_up(self) -> bool:
        """The socket dropped more than :data:`LINGER_S` ago."""
        return self._wire is None and self._clock.monotonic() - self._lost_at > LINGER_S

    def attach(self, wire: SignalingSocket) -> None:
        """Use ``wire`` from now on; close the socket it replaces."""
        if self._wire is not None and self._wire is not wire:
            self._wire.session = None
            self._wire.close()
        if wire.session is not None and wire.session is not self._session:
            wire.session.link.detach(wire)
        self._wire, wire.session = wire, self._session
        self.heard()

    def detach(self, wire: SignalingSocket) -> None:
        """``wire`` has closed. Does nothing when another one is in use already."""
        if self._wire is wire:
            self._wire, wire.session = None, None
            self._lost_at = self._clock.monotonic()

    def drop(self) -> None:
        """Close the socket, as a network that forgets the connection does."""
        if self._wire is not None:
            self._wire.close()

    def release(self) -> SignalingSocket | None:
        """Give the socket back, open; the session is over."""
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.session = None
        return wire

    def heard(self) -> None:
        """The browser sent something over its socket."""
        self.heard_at = self._clock.monotonic()

    def event(self, kind: str, message: dict[str, Any]) -> None:
        """Send an event. It is lost while the socket is down: the answer to a rejoin lists who is in the channel."""
        if self._wire is not None:
            self._wire.event(kind, message)

    def data_message(self, message: dict[str, Any]) -> None:
        """Send a data-stream message, or keep it until the browser reconnects."""
        if self._wire is None:
            self._missed.append(message)
        else:
            self._wire.event("on_data_stream", message)

    def catch_up(self) -> None:
        """Deliver the data-stream messages that the browser missed."""
        while self._missed:
            self.event("on_data_stream", self._missed.popleft())
