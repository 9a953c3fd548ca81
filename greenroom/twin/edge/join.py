"""Parses and checks a browser's join message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from greenroom.outside_json import Shape, fit
from greenroom.twin.edge import ortc
from greenroom.twin.edge.error_codes import GatewayCode, JoinRefused
from greenroom.twin.edge.fields import Json, Number
from greenroom.twin.edge.names import checked_channel, is_uid
from greenroom.twin.seat import Uid


class _AccessPointAnswer(Shape, frozen=True):
    uid: Number


class _UserAttributes(Shape, frozen=True):
    pts: Any = msgspec.field(name="enableAudioPts", default=None)


class _Attributes(Shape, frozen=True):
    user: _UserAttributes = msgspec.field(name="userAttributes", default=_UserAttributes())


class _Join(Shape, frozen=True):
    ap_response: _AccessPointAnswer
    app_id: str
    string_uid: str = ""
    attributes: _Attributes = _Attributes()
    session_id: str = ""
    channel_name: Any = None
    channel_key: str = ""
    mode: str = "rtc"
    role: str = "host"


class _Media(Shape, frozen=True):
    p2p_id: Number = 1


@dataclass(frozen=True, slots=True)
class MediaOffer:
    """The browser's half of a media path."""

    p2p_id: int
    capabilities: ortc.OrtcCapabilities
    fingerprints: list[ortc.Fingerprint]


@dataclass(frozen=True, slots=True)
class JoinMessage:
    """A ``join_v3``. ``number`` is the integer that goes with a string ``uid``; ``sid`` is the same for one client object."""

    sid: str
    app_id: str
    channel: str
    uid: Uid
    number: int
    token: str
    visible: bool
    with_pts: bool
    media: MediaOffer


def read_join(message: Json) -> JoinMessage:
    """Parse a ``join_v3``.

    Raises ``UnreadableJson`` for what is malformed and :class:`JoinRefused` for names that RTC does not allow.
    """
    join = fit(message, _Join)
    number = join.ap_response.uid
    uid: Uid = join.string_uid or number
    if not is_uid(uid) or not number:
        raise JoinRefused(GatewayCode.ERR_INVALID_STRINGUID, "the uid is not one that RTC allows")
    return JoinMessage(
        sid=join.session_id,
        app_id=join.app_id,
        channel=checked_channel(join.channel_name),
        uid=uid,
        number=number,
        token=join.channel_key,
        visible=is_visible(join.mode, join.role),
        with_pts=join.attributes.user.pts is True,
        media=read_media(message),
    )


def read_media(message: Json) -> MediaOffer:
    """The browser's half of a media path, from a join or ``connect_pc``. Raises ``UnreadableJson``, also without Opus."""
    offer = message.get("ortc")
    return MediaOffer(
        p2p_id=fit(message, _Media).p2p_id,
        capabilities=ortc.negotiate(offer),
        fingerprints=ortc.fingerprints(offer),
    )


def is_visible(mode: str, role: str) -> bool:
    """Whether the others see the participant: in a live broadcast only hosts are visible."""
    return mode != "live" or role == "host"
