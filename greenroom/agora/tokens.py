"""AccessToken2 ("007"): one token that opens an RTC channel, logs in to RTM and authenticates the Agent REST API.

Built with Agora's own ``agoraiotools``; read and verified by code of our own.
Layout (little endian, ``str`` = u16 length + bytes), deflated, base64, after the letters ``007``::

    str signature · str app id · u32 issued at · u32 life · u32 salt · u16 services · service…
    service = u16 type · u16 n · n × (u16 privilege, u32 seconds after issue) · strings of that type
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
import time
import warnings
import zlib
from collections.abc import Mapping

from greenroom.agora.token_reader import BadToken, Grant, TokenReader

with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # its older generators warn, unused here
    from agoraiotools.AccessToken2 import AccessToken2, ServiceRtc, ServiceRtm

__all__ = [
    "JOIN",
    "LONGEST_LIFE_S",
    "PUBLISH_AUDIO",
    "PUBLISH_DATA",
    "PUBLISH_VIDEO",
    "BadToken",
    "Grant",
    "read_token",
    "rtc_rtm_token",
]

#: The longest lifetime Agora accepts, in seconds.
LONGEST_LIFE_S = 86_400

JOIN, PUBLISH_AUDIO, PUBLISH_VIDEO, PUBLISH_DATA = 1, 2, 3, 4

_PREFIX = "007"
_RTC, _RTM = 1, 2
#: Number of strings after the privileges, by service type. For type 7 (apaas), a 16-bit role follows the last.
_STRINGS: Mapping[int, int] = {_RTC: 2, _RTM: 1, 4: 0, 5: 1, 7: 2}
_LARGEST = 8_192


def rtc_rtm_token(
    app_id: str,
    certificate: str,
    channel: str,
    uid: int | str,
    *,
    life_s: int = 3600,
    issued_at: int | None = None,
    publishes: bool = True,
) -> str:
    """Sign a token for ``uid`` in ``channel`` with every RTC privilege and RTM login as ``str(uid)``; with ``publishes=False``
    it lets the holder listen.

    ``uid`` 0 (or ``"0"``) opens the channel for any uid. ``life_s`` is 1..86400 seconds; ``issued_at`` is Unix seconds,
    now by default. For a project without a certificate, returns the empty token, which Agora accepts then.
    Raises ValueError for a life out of range and for ids that are not 32 hexadecimal digits.
    """
    if not certificate:
        return ""
    if not 1 <= life_s <= LONGEST_LIFE_S:
        raise ValueError(f"A token lives 1 to {LONGEST_LIFE_S} seconds, not {life_s}.")
    account = str(uid)
    rtc = ServiceRtc(channel, 0 if account == "0" else account)  # pyright: ignore[reportArgumentType]  (untyped there)
    for privilege in (JOIN, PUBLISH_AUDIO, PUBLISH_VIDEO, PUBLISH_DATA) if publishes else (JOIN,):
        rtc.add_privilege(privilege, life_s)
    rtm = ServiceRtm(account)
    rtm.add_privilege(ServiceRtm.kPrivilegeLogin, life_s)
    token = AccessToken2(app_id, certificate, int(time.time()) if issued_at is None else issued_at, life_s)
    token.add_service(rtc)
    token.add_service(rtm)
    text = token.build()
    if not text:  # agoraiotools returns an empty string for bad ids, which would pass as "no certificate"
        raise ValueError("App ID and App Certificate must each be 32 hexadecimal digits.")
    return text


def read_token(token: str, certificate: str | None) -> Grant:
    """What ``token`` grants. Verifies the signature if a certificate is given; the caller checks the expiry.

    Raises :class:`BadToken` if the text is malformed, has no RTC service, or is signed with another certificate.
    """
    reader = TokenReader(_inflate(token))
    signature = reader.string()
    signed = reader.rest()
    app_id = reader.text()
    issued_at, life_s, salt = reader.u32(), reader.u32(), reader.u32()
    if certificate:
        _verify(signature, signed, certificate, issued_at, salt)
    services = _services(reader)
    if _RTC not in services:
        raise BadToken("the token has no RTC service")
    seconds, (channel, uid) = services[_RTC]
    expires_at = issued_at + life_s
    return Grant(
        app_id=app_id,
        issued_at=issued_at,
        expires_at=expires_at,
        channel=channel,
        uid="" if uid == "0" else uid,
        # 0 means "no limit of its own"; a privilege ends with its token
        privileges={p: min(issued_at + s, expires_at) if s else expires_at for p, s in seconds.items()},
        rtm_user=services[_RTM][1][0] if _RTM in services else None,
    )


def _inflate(token: str) -> bytes:
    if not token.startswith(_PREFIX):
        raise BadToken("the token does not start with 007")
    try:
        packed = base64.b64decode(token[len(_PREFIX) :], validate=True)
        inflater = zlib.decompressobj()
        raw = inflater.decompress(packed, _LARGEST)
    except (binascii.Error, ValueError, zlib.error):
        raise BadToken("the token is not intact") from None
    if not inflater.eof:  # truncated, or a decompression bomb
        raise BadToken("the token is not intact")
    return raw


def _verify(signature: bytes, signed: bytes, certificate: str, issued_at: int, salt: int) -> None:
    def mac(key: bytes, message: bytes) -> bytes:
        return hmac.new(key, message, hashlib.sha256).digest()

    key = mac(struct.pack("<I", salt), mac(struct.pack("<I", issued_at), certificate.encode()))
    if not hmac.compare_digest(mac(key, signed), signature):
        raise BadToken("the token was not signed with this project's certificate")


_Services = dict[int, tuple[dict[int, int], list[str]]]


def _services(reader: TokenReader) -> _Services:
    """Per service type: seconds after issue by privilege, and the service's strings."""
    services: _Services = {}
    for _ in range(reader.u16()):
        kind = reader.u16()
        if kind not in _STRINGS:
            raise BadToken(f"the token has a service of unknown type {kind}")
        seconds = {reader.u16(): reader.u32() for _ in range(reader.u16())}
        services[kind] = seconds, [reader.text() for _ in range(_STRINGS[kind])]
        if kind == 7:
            reader.u16()
    return services
