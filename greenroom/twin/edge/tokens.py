"""Checks tokens ("007", and "006" of older clients): whether one opens a channel for a uid, and what it allows there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from greenroom.agora.older_tokens import PREFIX as OLDER_PREFIX
from greenroom.agora.older_tokens import read_older_token
from greenroom.agora.tokens import (
    JOIN,
    PUBLISH_AUDIO,
    PUBLISH_DATA,
    PUBLISH_VIDEO,
    BadToken,
    Grant,
    read_token,
)
from greenroom.twin.edge.error_codes import GatewayCode, JoinRefused
from greenroom.twin.seat import Uid

__all__ = ["JOIN", "PUBLISH_AUDIO", "PUBLISH_DATA", "PUBLISH_VIDEO", "Admission", "TokenFault", "TokenRefused", "admit"]


class TokenFault(IntEnum):
    """Why a token is refused, in the access point's numbers."""

    UNKNOWN_APP = 2010005
    INVALID = 2010009
    EXPIRED = 2010013
    MISSING = 2010015  # "dynamic use static key": the project has a certificate and the client came without a token


class TokenRefused(JoinRefused):
    """The token does not open this channel for this uid; ``fault`` says why."""

    def __init__(
        self, text: str, fault: TokenFault = TokenFault.INVALID, code: GatewayCode = GatewayCode.ERR_NO_AUTHORIZED
    ) -> None:
        super().__init__(code, text)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Admission:
    """What a valid token allows. ``until`` holds Unix seconds by privilege; None = everything, without end."""

    until: Mapping[int, int] | None

    @property
    def expires_at(self) -> float:
        """Unix seconds at which the channel closes for the holder."""
        return float("inf") if self.until is None else float(self.until[JOIN])

    def shortened(self, ends_at: float) -> Admission:
        """The same, ending at ``ends_at`` (Unix seconds) at the latest."""
        known = self.until or dict.fromkeys((JOIN, PUBLISH_AUDIO, PUBLISH_VIDEO, PUBLISH_DATA), 2**40)
        return Admission({privilege: min(until, int(ends_at)) for privilege, until in known.items()})

    def allows(self, privilege: int, now_s: float) -> bool:
        """Whether ``privilege`` (JOIN, PUBLISH_…) is granted at ``now_s``, Unix seconds."""
        return self.until is None or self.until.get(privilege, 0) > now_s


def admit(app_id: str | None, certificate: str | None, token: str, channel: str, uid: Uid, now_s: float) -> Admission:
    """Check ``token`` at ``now_s`` (Unix seconds). Raises :class:`TokenRefused`.

    A project without a certificate accepts any token, or none. A token for uid 0 opens the channel for every uid.
    """
    if not certificate:
        return Admission(None)
    if not token or token == app_id:  # the SDK sends the App ID when the page gave no token
        raise TokenRefused("this project needs a token", TokenFault.MISSING)
    try:
        older = token.startswith(OLDER_PREFIX)
        grant = read_older_token(token, certificate, channel, uid) if older else read_token(token, certificate)
    except BadToken as bad:
        raise TokenRefused(str(bad)) from None
    _judge(grant, app_id, channel, uid, now_s)
    return Admission(grant.privileges)


def _judge(grant: Grant, app_id: str | None, channel: str, uid: Uid, now_s: float) -> None:
    if app_id and grant.app_id != app_id:
        raise TokenRefused("the token is for another project")
    if grant.expires_at <= now_s:
        raise TokenRefused("the token has expired", TokenFault.EXPIRED)
    if grant.channel != channel:
        raise TokenRefused("the token is for another channel")
    if grant.uid not in ("", "0", str(uid)):
        raise TokenRefused("the token is for another uid")
    if JOIN not in grant.privileges:
        raise TokenRefused("the token does not allow to join")
    if grant.privileges[JOIN] <= now_s:
        raise TokenRefused("the token's join privilege has expired", TokenFault.EXPIRED)
