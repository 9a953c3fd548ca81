"""The token of one browser session: its privileges, its renewal and the warnings before it expires."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from greenroom.clock import Clock
from greenroom.twin.edge.error_codes import GatewayCode, JoinRefused
from greenroom.twin.edge.tokens import Admission

#: How long before the token expires the browser is asked for a new one, in seconds.
EXPIRY_NOTICE_S = 30.0


class SessionToken:
    """``admit(token)`` checks a token for this browser; it raises ``TokenRefused``, and so may :meth:`renew`."""

    def __init__(self, token: str, admit: Callable[[str], Admission], clock: Clock) -> None:
        self._admit = admit
        self._admission = admit(token)
        self._clock = clock
        self._warned = False

    def require(self, privilege: int) -> None:
        """Raises :class:`JoinRefused` when the token does not, or no longer, grant ``privilege``."""
        if not self._admission.allows(privilege, self._clock.now().timestamp()):
            raise JoinRefused(GatewayCode.ERR_NO_AUTHORIZED, f"the token lacks privilege {privilege}")

    def renew(self, token: str) -> None:
        """Continue with ``token``. Raises ``TokenRefused`` and keeps the old one when ``token`` is not valid."""
        self._admission = self._admit(token)
        self._warned = False

    def shorten(self, seconds: float) -> None:
        """Let the token expire in at most ``seconds``."""
        self._admission = self._admission.shortened(self._clock.now().timestamp() + seconds)
        self._warned = False

    def notice(self) -> Literal["will_expire", "did_expire"] | None:
        """The expiry notice that is due now; ``will_expire`` comes once."""
        left_s = self._admission.expires_at - self._clock.now().timestamp()
        if left_s <= 0:
            return "did_expire"
        if left_s <= EXPIRY_NOTICE_S and not self._warned:
            self._warned = True
            return "will_expire"
        return None
