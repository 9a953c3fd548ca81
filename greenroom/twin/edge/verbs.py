"""The requests of a browser that has joined, one function per verb. Other verbs have no effect here and are granted."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

import msgspec

from greenroom.outside_json import Shape, UnreadableJson, fit
from greenroom.twin.edge.channel_seat import LARGEST_MESSAGE
from greenroom.twin.edge.error_codes import GatewayCode, JoinRefused
from greenroom.twin.edge.fields import Json, Number
from greenroom.twin.edge.join import is_visible, read_media
from greenroom.twin.edge.session import GatewaySession
from greenroom.twin.edge.stream import Kind
from greenroom.twin.edge.uplink import read_kinds, read_offers
from greenroom.twin.seat import Uid

#: Grants the request, with the fields of its reply. What a verb tells the browser afterwards must come after.
Grant = Callable[[Mapping[str, Any]], None]
Verb = Callable[[GatewaySession, Json, Grant], Awaitable[None]]

#: The bits of ``stream_type`` in a mass subscription.
_AUDIO_BIT, _VIDEO_BITS = 1, 2 | 4


class _Action(Shape, frozen=True):
    action: str


class _StreamKind(Shape, frozen=True):
    stream_type: str
    ssrc: Number | None = msgspec.field(name="ssrcId", default=None)


class _StreamOwner(Shape, frozen=True):
    """A uid, or the number of a string uid."""

    stream_id: Any = None


class _Users(Shape, frozen=True):
    users: list[dict[str, Any]]


class _KindBits(Shape, frozen=True):
    stream_type: Number = 0


class _Role(Shape, frozen=True):
    role: str


class _Token(Shape, frozen=True):
    token: str


class _Payload(Shape, frozen=True):
    payload: str


async def ping(session: GatewaySession, message: Json, grant: Grant) -> None:
    """Sent every 3 s. Any frame renews the session's time, so there is nothing to do."""


async def leave(session: GatewaySession, message: Json, grant: Grant) -> None:
    """End the session. The socket stays open: the browser may join again over it."""
    grant({})
    await session.close("Quit")


async def publish(session: GatewaySession, message: Json, grant: Grant) -> None:
    """Receive the offered streams and announce them to the others.

    Raises :class:`JoinRefused` for the audience, for a privilege that the token lacks and for a malformed offer.
    """
    try:
        session.browser.publish(read_offers(message))
    except UnreadableJson as bad:
        raise JoinRefused(GatewayCode.ERR_PUBLISH_REQUEST_INVALID, str(bad)) from None
    grant({"p2pid": session.media.path.p2p_id, "uid": session.browser.uid, "state": "answer"})
    session.link.event("on_publish_stream", {"uid": session.browser.uid, "proxy": False})


async def unpublish(session: GatewaySession, message: Json, grant: Grant) -> None:
    """Stop receiving the kinds named in ``ortc``; both when none is named."""
    for kind in read_kinds(message):
        session.browser.unpublish(kind)


async def control(session: GatewaySession, message: Json, grant: Grant) -> None:
    """``mute_local_audio`` and its like. Muting a remote stream is the browser's own affair."""
    verb, _, kind = fit(message, _Action).action.partition("_local_")
    if verb in ("mute", "unmute") and kind in ("audio", "video"):
        session.browser.mute(cast(Kind, kind), verb == "mute")


async def subscribe(session: GatewaySession, message: Json, grant: Grant) -> None:
    """Begin to send one stream; any ``stream_type`` but ``audio`` means video.

    One that has ended in the meantime is granted, and nothing is sent: the browser is about to read so, and the SDK would print
    an error. Raises :class:`JoinRefused` for an unknown user and for a stream that was not announced.
    """
    stream = fit(message, _StreamKind)
    kind: Kind = "audio" if stream.stream_type == "audio" else "video"
    streams = session.media.path.remote_streams
    if not streams.has_ended(stream.ssrc):
        streams.subscribe(_remote(session, message), kind, stream.ssrc)
    grant({"p2pid": session.media.path.p2p_id, "uid": session.browser.uid})


async def unsubscribe(session: GatewaySession, message: Json, grant: Grant) -> None:
    """Stop sending a user's kinds named in ``ortc``; both when none is named.

    The SDK also asks for this after a user has left, and would print a refusal as an error: there is nothing to stop then.
    """
    if (uid := _uid_of(session, message)) is not None:
        session.media.path.remote_streams.unsubscribe(uid, read_kinds(message))


async def subscribe_streams(session: GatewaySession, message: Json, grant: Grant) -> None:
    """Many at once; each user of the answer says what did not work."""
    users: list[dict[str, Any]] = []
    for entry in fit(message, _Users).users:
        answer = dict(entry)
        for kind in _kinds_of_bits(entry):
            try:
                session.media.path.remote_streams.subscribe(_remote(session, entry), kind, None)
            except JoinRefused as refused:
                answer[f"{kind}_error_code"] = refused.code.value
        users.append(answer)
    grant({"users": users})


async def unsubscribe_streams(session: GatewaySession, message: Json, grant: Grant) -> None:
    """Like :func:`unsubscribe`, for several users; the kinds are bits of ``stream_type``."""
    for entry in fit(message, _Users).users:
        if (uid := _uid_of(session, entry)) is not None:
            session.media.path.remote_streams.unsubscribe(uid, _kinds_of_bits(entry))


async def set_client_role(session: GatewaySession, message: Json, grant: Grant) -> None:
    """Host or audience. Whoever becomes audience stops publishing, and the others don't see them."""
    session.browser.set_role(visible=is_visible("live", fit(message, _Role).role))


async def traffic_stats(session: GatewaySession, message: Json, grant: Grant) -> None:
    """Every 3 s; the SDK makes its network quality of ``B_unq`` (up) and ``B_dnq`` (down), and needs ``peer_delay``."""
    up, down = session.media.path.quality
    grant({"B_unq": up, "B_dnq": down, "B_acd": 1, "B_palr4": 0, "B_pvlr4": 0, "peer_delay": [], "ntp_offset": 0})


async def renew_token(session: GatewaySession, message: Json, grant: Grant) -> None:
    """Continue with another token. Raises ``TokenRefused`` for an invalid one, and the old one stays."""
    session.token.renew(fit(message, _Token).token)


async def gateway_info(session: GatewaySession, message: Json, grant: Grant) -> None:
    """Answer with the gateway's version."""
    grant({"version": "greenroom-twin"})


async def data_stream(session: GatewaySession, message: Json, grant: Grant) -> None:
    """Send a message of at most 32 KiB to the others; Agora's SDK refuses more than 1 KB itself.

    Raises :class:`JoinRefused` when the token doesn't allow it, ``UnreadableJson`` for what is no base64 or too large.
    """
    coded = fit(message, _Payload).payload
    try:
        payload = base64.b64decode(coded, validate=True)
    except ValueError:  # no base64, or not even ASCII
        raise UnreadableJson("payload must be base64") from None
    if len(payload) > LARGEST_MESSAGE:
        raise UnreadableJson("payload is too large")
    session.browser.send(payload)


async def restart_ice(session: GatewaySession, message: Json, grant: Grant) -> None:
    """New ICE credentials under the same DTLS session: media goes on while the browser checks them."""
    session.media.path.transport.ice.restart()
    ufrag, password = session.media.path.credentials
    grant({"iceParameters": {"iceUfrag": ufrag, "icePwd": password}})


async def connect_pc(session: GatewaySession, message: Json, grant: Grant) -> None:
    """The browser made another PeerConnection."""
    await session.reconnect(read_media(message))
    grant(session.media.path.our_half())
    session.browser.enter()


VERBS: Mapping[str, Verb] = {
    verb.__name__: verb
    for verb in (
        ping,
        leave,
        publish,
        unpublish,
        control,
        subscribe,
        unsubscribe,
        subscribe_streams,
        unsubscribe_streams,
        set_client_role,
        traffic_stats,
        renew_token,
        gateway_info,
        data_stream,
        restart_ice,
        connect_pc,
    )
}


def _remote(session: GatewaySession, message: Json) -> Uid:
    """Whose stream is meant. Raises :class:`JoinRefused` for who isn't in the channel."""
    if (uid := _uid_of(session, message)) is None:
        raise JoinRefused(GatewayCode.ERR_SUBSCRIBE_REQUEST_INVALID, "no participant has this uid")
    return uid


def _uid_of(session: GatewaySession, message: Json) -> Uid | None:
    """Who is meant, named by uid or by the number of a string uid; None if nobody in the channel is."""
    named = fit(message, _StreamOwner).stream_id
    return next(
        (other.uid for other in session.browser.channel.others(session.browser) if named in (other.uid, other.number)), None
    )


def _kinds_of_bits(entry: Json) -> list[Kind]:
    bits = fit(entry, _KindBits).stream_type
    chosen: dict[Kind, int] = {"audio": bits & _AUDIO_BIT, "video": bits & _VIDEO_BITS}
    return [kind for kind, bit in chosen.items() if bit]
