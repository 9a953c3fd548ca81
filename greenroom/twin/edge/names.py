"""The rules for channel names and user IDs, and the number of a string uid."""

from __future__ import annotations

import re
import zlib

from greenroom.twin.edge.error_codes import GatewayCode, JoinRefused
from greenroom.twin.seat import Uid

#: RTC's rule for channel names and string uids: these characters only, all of them one byte long.
_CHARACTERS = r"[a-zA-Z0-9 !#$%&()+\-:;<=.>?@\[\]^_{}|~,]"
_CHANNEL = re.compile(_CHARACTERS + r"{1,64}")
_STRING_UID = re.compile(_CHARACTERS + r"{1,255}")

LARGEST_UID = 2**32 - 1


def is_channel(name: object) -> bool:
    """Whether ``name`` is a valid channel name: 1..64 characters of RTC's set."""
    return isinstance(name, str) and _CHANNEL.fullmatch(name) is not None


def is_uid(uid: object) -> bool:
    """Whether ``uid`` is a valid user ID: 1..4294967295, or 1..255 characters of RTC's set."""
    if isinstance(uid, str):
        return _STRING_UID.fullmatch(uid) is not None
    return isinstance(uid, int) and not isinstance(uid, bool) and 0 < uid <= LARGEST_UID


def checked_channel(name: object) -> str:
    """``name`` itself. Raises :class:`JoinRefused` when RTC does not allow it."""
    if not is_channel(name):
        raise JoinRefused(GatewayCode.ERR_INVALID_CHANNEL_NAME)
    return str(name)


def number_of(uid: Uid) -> int:
    """The integer that goes with ``uid``: itself, or for a string always the same one in 1..2147483648."""
    return uid if isinstance(uid, int) else 1 + zlib.crc32(uid.encode()) % 2**31
