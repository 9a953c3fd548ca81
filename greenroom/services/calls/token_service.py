"""Channel tokens, and call tickets for the stage."""

from __future__ import annotations

from collections.abc import Callable

from greenroom.agora.older_tokens import older_rtc_token
from greenroom.agora.tokens import LONGEST_LIFE_S, rtc_rtm_token
from greenroom.clock import Clock
from greenroom.config import Config
from greenroom.model.call import EdgeAddress, IceServer, Ticket
from greenroom.model.session import Session
from greenroom.services.calls.capabilities import SessionCapabilities
from greenroom.services.calls.turn_credentials import ice_server

#: The stage renews its token over its WebSocket. Other tokens aren't renewed and live as long as those of Agora's samples.
STAGE_TOKEN_LIFE_S, TOKEN_LIFE_S = 3600, LONGEST_LIFE_S
EDGE_DOMAIN, EDGE_PATH = "edge.localhost", "/edge"


class TokenService:
    """Signs tokens with the project's certificate."""

    def __init__(self, config: Config, clock: Clock, capabilities: SessionCapabilities, twin_port: Callable[[], int]) -> None:
        self._config = config
        self._clock = clock
        self._twin_port = twin_port
        self.capabilities = capabilities

    def token(self, channel: str, uid: int) -> str:
        """A token for one uid in one channel, valid for 24 hours."""
        return rtc_rtm_token(self._config.app_id, self._config.app_certificate, channel, uid, life_s=TOKEN_LIFE_S)

    def stage_token(self, channel: str, uid: int) -> str:
        """A token for the browser that shows the stage, valid for one hour."""
        return rtc_rtm_token(self._config.app_id, self._config.app_certificate, channel, uid, life_s=STAGE_TOKEN_LIFE_S)

    def listener_token(self, channel: str, uid: int) -> str:
        """A token that opens the channel without the right to publish sound, pictures or data; valid for 24 hours."""
        app_id, certificate = self._config.app_id, self._config.app_certificate
        return rtc_rtm_token(app_id, certificate, channel, uid, life_s=TOKEN_LIFE_S, publishes=False)

    def older_token(self, channel: str) -> str:
        """A token that starts with "006", for a client that predates "007"; any user ID, valid for 24 hours."""
        return older_rtc_token(self._config.app_id, self._config.app_certificate, channel, 0, life_s=TOKEN_LIFE_S)

    def edge(self) -> EdgeAddress | None:
        """The edge a browser joins; None = Agora's network. Raises TwinUnavailable if the twin is not running."""
        if not self._config.on_twin:
            return None
        path = EDGE_PATH if self._config.public_url else ""
        return EdgeAddress(EDGE_DOMAIN, self._twin_port(), path, self._relays())

    def ticket(self, session: Session, *, with_face: bool, cap_s: int) -> Ticket:
        """The ticket for a session's stage. ``with_face``: the agent has an avatar; ``cap_s``: the longest the call may last.
        Raises TwinUnavailable."""
        return Ticket(
            session_id=session.id,
            capability=self.capabilities.issue(session.id),
            app_id=self._config.app_id,
            channel=session.channel,
            token=self.stage_token(session.channel, session.user_uid),
            uid=session.user_uid,
            agent_uid=session.agent_uid,
            avatar_uid=session.avatar_uid if with_face else None,
            agent_name=session.agent_name,
            place=session.place,
            edge=self.edge(),
            cap_s=cap_s,
        )

    def _relays(self) -> tuple[IceServer, ...]:
        """The relay of calls from other machines, with credentials for this call."""
        urls, secret = self._config.turn_urls, self._config.turn_secret
        return (ice_server(urls, secret, self._clock.new_id(), self._clock.now_ms() // 1000),) if urls else ()
