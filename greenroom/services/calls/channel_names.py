"""Reserves the channel names that clients choose: each for one principal, until every token for the channel has expired."""

from __future__ import annotations

from datetime import timedelta

from greenroom.clock import Clock
from greenroom.errors import LimitReached, NotAllowed, StoreUnavailable
from greenroom.model.principal import Principal
from greenroom.services.calls.token_service import STAGE_TOKEN_LIFE_S, TOKEN_LIFE_S
from greenroom.store.channel_claims import ChannelClaims
from greenroom.store.sessions import SessionStore

#: Channels that a key may get tokens for without starting an agent, in 24 hours: more than real visitors need.
MOST_HELD = 1000
_FORGET_EVERY_S = 3600.0
_ADVICE = "Choose another channel, or leave it out."


class ChannelNames:
    """Thread-safe; holds for all processes. Methods may raise StoreUnavailable."""

    def __init__(self, clock: Clock, claims: ChannelClaims, sessions: SessionStore) -> None:
        self._clock = clock
        self._claims = claims
        self._sessions = sessions
        self._forgot_at = clock.monotonic()

    def take(self, channel: str, principal: Principal) -> None:
        """Reserve the channel before a token for it is signed, or a call is started in it. Raises NotAllowed if it is another
        principal's, who could listen in."""
        if self.in_use_by_another(channel, principal.id):
            raise NotAllowed("Another key's call is in this channel.", advice=_ADVICE)
        self._forget()
        now = self._clock.now()
        if not self._claims.take(channel, principal.id, now, now + timedelta(seconds=TOKEN_LIFE_S)):
            raise NotAllowed("Another key holds tokens for this channel.", advice=_ADVICE)

    def keep(self, channel: str, principal: Principal) -> None:
        """As :meth:`take`, before a running call's token is renewed. If the disk is full, the reservation that was made at the
        start is enough, as long as it outlives the new token: the call goes on."""
        try:
            self.take(channel, principal)
        except StoreUnavailable:
            until = self._clock.now() + timedelta(seconds=STAGE_TOKEN_LIFE_S)
            if not self._claims.held(channel, principal.id, until):
                raise

    def take_for_token(self, channel: str, principal: Principal, owner: str) -> None:
        """As :meth:`take`, but at most ``MOST_HELD`` channels a key, because no cap counts tokens. A principal that may reach all
        calls (``owner`` "") also gets a token for another's channel, which stays reserved for that other. Raises LimitReached."""
        if owner and self._claims.count(principal.id, self._clock.now()) >= MOST_HELD:
            raise LimitReached(f"This key holds tokens for {MOST_HELD} channels.", advice="Start an agent in one of them.")
        try:
            self.take(channel, principal)
        except NotAllowed:
            if owner:
                raise

    def in_use_by_another(self, channel: str, principal: str) -> bool:
        """Whether a call of another principal runs in this channel, in any process."""
        return any(one.channel == channel and one.principal != principal for one in self._sessions.unfinished())

    def _forget(self) -> None:
        if self._clock.monotonic() - self._forgot_at > _FORGET_EVERY_S:
            self._forgot_at = self._clock.monotonic()
            self._claims.forget(self._clock.now())
