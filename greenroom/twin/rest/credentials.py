"""Authentication: the Authorization header in both of Agora's forms."""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass, field

from greenroom.agora.tokens import BadToken, Grant, read_token
from greenroom.clock import Clock
from greenroom.twin.rest.reasons import InvalidFieldValue, InvalidPermission, Unauthorized

_TOKEN_SCHEME, _TOKEN_FIELD = "agora", "token="


@dataclass(frozen=True, slots=True)
class CredentialCheck:
    """What the twin knows about its project. Empty = not configured: that part is then not checked."""

    clock: Clock
    app_id: str = ""
    certificate: str = field(default="", repr=False)
    customer_id: str = field(default="", repr=False)
    customer_secret: str = field(default="", repr=False)

    def admit(self, authorization: str, app_id: str) -> None:
        """Let a request about project ``app_id`` pass. Raises Unauthorized or InvalidPermission.

        Without a customer pair and without a certificate there is nothing to check against: any header is then taken,
        but there must be one, as a client that forgets it would fail against Agora.
        """
        if not authorization.strip():
            raise Unauthorized("Missing Authorization header.")
        scheme, _, value = authorization.strip().partition(" ")
        if scheme.lower() == "basic":
            self._admit_pair(value.strip())
        elif scheme.lower() == _TOKEN_SCHEME and value.strip().startswith(_TOKEN_FIELD):
            self._admit_token(value.strip().removeprefix(_TOKEN_FIELD), app_id)
        elif self.certificate or self.customer_id:
            raise Unauthorized("Authorization must be 'Basic <credentials>' or 'agora token=<token>'.")
        self._admit_project(app_id)

    def _admit_project(self, app_id: str) -> None:
        if len(app_id) != 32 or not all(c in "0123456789abcdefABCDEF" for c in app_id):
            raise InvalidFieldValue("appid", "must be 32 hexadecimal digits")
        if self.app_id and app_id.lower() != self.app_id.lower():
            raise InvalidPermission("These credentials do not belong to this project.")

    def _admit_pair(self, encoded: str) -> None:
        if not self.customer_id:
            if self.certificate:
                raise Unauthorized("This project takes tokens only: no customer id and secret are configured.")
            return
        try:
            given = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            raise Unauthorized("The Basic credentials are not base64.") from None
        if not hmac.compare_digest(given, f"{self.customer_id}:{self.customer_secret}".encode()):
            raise Unauthorized("Wrong customer id or customer secret.")

    def _admit_token(self, token: str, app_id: str) -> None:
        if not self.certificate:
            if self.customer_id:
                raise Unauthorized("This project takes customer id and secret only: no certificate is configured.")
            return
        try:
            grant = read_token(token, self.certificate)
        except BadToken as bad:
            raise Unauthorized(f"Invalid token: {bad}.") from None
        self._judge(grant, app_id)

    def _judge(self, grant: Grant, app_id: str) -> None:
        if grant.app_id.lower() != app_id.lower():
            raise Unauthorized("Invalid token: it was issued for another project.")
        if grant.expires_at <= self.clock.now().timestamp():
            raise Unauthorized("Invalid token: it has expired.")
        if grant.rtm_user is None:
            raise Unauthorized("Invalid token: it needs both the RTC and the RTM service.")
