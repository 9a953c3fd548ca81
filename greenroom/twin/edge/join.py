"""Parses and checks a browser's join message."""

from __future__ import annotations

from dataclasses import dataclass

from greenroom.twin.edge import ortc
from greenroom.twin.edge.fields import Json, mapping, text, whole
from greenroom.twin.edge.names import checked_channel, is_uid
from greenroom.twin.edge.refusals import GatewayCode, JoinRefused
from greenroom.twin.seat import Uid


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
    """Raises ``BadField`` for what is malformed and :class:`JoinRefused` for names that RTC does not allow."""
    number = whole(mapping(message, "ap_response"), "uid")
    uid: Uid = text(message, "string_uid", "") or number
    if not is_uid(uid) or not number:
        raise JoinRefused(GatewayCode.ERR_INVALID_STRINGUID, "the uid is not one that RTC allows")
    wishes = mapping(mapping(message, "attributes", optional=True), "userAttributes", optional=True)
    return JoinMessage(
        sid=text(message, "session_id", ""),
        app_id=text(message, "app_id"),
        channel=checked_channel(message.get("channel_name")),
        uid=uid,
        number=number,
        token=text(message, "channel_key", ""),
        visible=is_visible(text(message, "mode", "rtc"), text(message, "role", "host")),
        with_pts=wishes.get("enableAudioPts") is True,
        media=read_media(message),
    )


def read_media(message: Json) -> MediaOffer:
    offer = mapping(message, "ortc")
    return MediaOffer(
        p2p_id=whole(message, "p2p_id", 1),
        capabilities=ortc.negotiate(mapping(offer, "rtpCapabilities")),
        fingerprints=ortc.fingerprints(offer),
    )


def is_visible(mode: str, role: str) -> bool:
    """Whether the others see the participant: in a live broadcast only hosts are visible."""
    return mode != "live" or role == "host"
