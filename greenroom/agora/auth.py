"""The two ways to authenticate against the Agent REST API; Agora accepts either at every endpoint."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Protocol

from greenroom.agora.tokens import rtc_rtm_token

#: Long enough for clocks that differ by minutes, short enough to limit the damage of a leak.
TOKEN_LIFE_S = 1800
#: Channel name in tokens for requests without a channel (listing); Agora doesn't check it there.
_NO_CHANNEL = "greenroom"


class Auth(Protocol):
    """Makes the ``Authorization`` header of one request about the agent ``agent_uid`` in ``channel``."""

    def header(self, channel: str, agent_uid: int | str) -> str:
        """The header's value. ``channel`` is "" for requests about no agent, such as the list."""
        ...


@dataclass(frozen=True, slots=True)
class BasicAuth:
    """Customer id and secret: one credential for all projects of an account."""

    customer_id: str = field(repr=False)
    customer_secret: str = field(repr=False)

    def header(self, channel: str, agent_uid: int | str) -> str:
        pair = f"{self.customer_id}:{self.customer_secret}".encode()
        return "Basic " + base64.b64encode(pair).decode()


@dataclass(frozen=True, slots=True)
class TokenAuth:
    """A fresh token for every request, signed with the project's certificate."""

    app_id: str
    certificate: str = field(repr=False)

    def header(self, channel: str, agent_uid: int | str) -> str:
        token = rtc_rtm_token(self.app_id, self.certificate, channel or _NO_CHANNEL, agent_uid, life_s=TOKEN_LIFE_S)
        return f"agora token={token}"
