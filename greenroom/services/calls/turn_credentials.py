"""Credentials for a TURN relay that expire: coturn's shared-secret scheme (draft-uberti-behave-turn-rest)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence

from greenroom.model.call import IceServer

#: Longer than the longest call of most installations; a relay asks for them when a call begins or its network changes.
LIFE_S = 4 * 3600


def ice_server(urls: Sequence[str], secret: str, user: str, now_s: int) -> IceServer:
    """``user``: for the relay's log and its quota by user. The relay checks time and signature without asking anybody."""
    username = f"{now_s + LIFE_S}:{user}"
    signature = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
    return IceServer(tuple(urls), username, base64.b64encode(signature).decode())
