"""Older tokens ("006") for clients that predate "007": issued with ``agora-token-builder``, read and verified here.

Layout (little endian, ``str`` = u16 length + bytes), base64, after the letters ``006`` and the App ID::

    str signature · u32 crc32(channel) · u32 crc32(uid) · str message
    message = u32 salt · u32 valid until · u16 n · n × (u16 privilege, u32 Unix seconds)

The signature covers App ID, channel, uid and message. The token itself holds checksums of channel and uid, so it can be
verified for a known channel and uid. It has no RTM service and does not authenticate the Agent REST API.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from zlib import crc32

from agora_token_builder import RtcTokenBuilder

from greenroom.agora.token_reader import BadToken, Grant, TokenReader

PREFIX = "006"
_PUBLISHER = 1
_APP_ID_LENGTH = 32
_LARGEST = 4_096


def older_rtc_token(app_id: str, certificate: str, channel: str, uid: int | str, *, life_s: int) -> str:
    """A token for ``uid`` in ``channel`` with every RTC privilege, for ``life_s`` seconds from now.

    ``uid`` 0 opens the channel for any uid. Empty for a project without a certificate.
    """
    if not certificate:
        return ""
    until = int(time.time()) + life_s
    return RtcTokenBuilder.buildTokenWithAccount(app_id, certificate, channel, uid or 0, _PUBLISHER, until)


def read_older_token(token: str, certificate: str, channel: str, uid: int | str) -> Grant:
    """What ``token`` grants ``uid`` in ``channel``. The caller checks the expiry.

    Raises :class:`BadToken` if the text is malformed, is signed with another certificate, or is for another channel or uid.
    """
    app_id, reader = _opened(token)
    signature = reader.string()
    channel_sum, uid_sum = reader.u32(), reader.u32()
    message = reader.string()
    if channel_sum != _checksum(channel):
        raise BadToken("the token is for another channel")
    owner = "" if uid_sum == 0 else str(uid)
    if uid_sum != _checksum(owner):
        raise BadToken("the token is for another uid")
    signed = f"{app_id}{channel}{owner}".encode() + message
    if not hmac.compare_digest(hmac.new(certificate.encode(), signed, hashlib.sha256).digest(), signature):
        raise BadToken("the token was not signed with this project's certificate")
    return _granted(TokenReader(message), app_id, channel, owner)


def _opened(token: str) -> tuple[str, TokenReader]:
    app_id, content = token[len(PREFIX) : len(PREFIX) + _APP_ID_LENGTH], token[len(PREFIX) + _APP_ID_LENGTH :]
    if not token.startswith(PREFIX) or len(app_id) < _APP_ID_LENGTH or len(token) > _LARGEST:
        raise BadToken("the token is not intact")
    try:
        return app_id, TokenReader(base64.b64decode(content, validate=True))
    except (binascii.Error, ValueError):
        raise BadToken("the token is not intact") from None


def _granted(message: TokenReader, app_id: str, channel: str, uid: str) -> Grant:
    _salt, expires_at = message.u32(), message.u32()
    until = {message.u16(): message.u32() for _ in range(message.u16())}
    return Grant(
        app_id=app_id,
        issued_at=0,
        expires_at=expires_at,
        channel=channel,
        uid=uid,
        # 0 means "no limit of its own"; a privilege ends with its token
        privileges={p: min(at, expires_at) if at else expires_at for p, at in until.items()},
        rtm_user=None,
    )


def _checksum(text: str) -> int:
    return crc32(text.encode()) & 0xFFFFFFFF
