"""Capability negotiation: of what the browser offers, what the edge forwards: Opus, and VP8 with its retransmissions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import msgspec

from greenroom.outside_json import Shape, UnreadableJson, fit
from greenroom.paths import at
from greenroom.twin.edge.candidates import PRIORITIES, MediaCandidate
from greenroom.twin.edge.fields import Json

#: The name all streams of the edge travel under: browsers play those of one user in step.
CNAME = "greenroom"

#: Feedback that the edge acts on. Without transport-cc and REMB a browser steers its bit rate by receiver reports.
_FEEDBACK = {("nack", ""), ("nack", "pli"), ("ccm", "fir")}
_BUCKETS = ("sendrecv", "send", "recv")


class _RtpMap(Shape, frozen=True):
    encoding_name: str = msgspec.field(name="encodingName")


class _FormatParameters(Shape, frozen=True):
    parameters: dict[str, Any] = {}


class _Feedback(Shape, frozen=True):
    type: Any = None
    parameter: Any = None


class _Codec(Shape, frozen=True):
    payload_type: Annotated[int, msgspec.Meta(ge=0, lt=128)] = msgspec.field(name="payloadType")
    rtp_map: _RtpMap = msgspec.field(name="rtpMap")
    fmtp: _FormatParameters = _FormatParameters()
    feedback: list[_Feedback] = msgspec.field(name="rtcpFeedbacks", default=[])

    @property
    def name(self) -> str:
        return self.rtp_map.encoding_name.lower()


class _Codecs(Shape, frozen=True):
    audio: list[_Codec] = msgspec.field(name="audioCodecs", default=[])
    video: list[_Codec] = msgspec.field(name="videoCodecs", default=[])


class _Capabilities(Shape, frozen=True):
    sendrecv: _Codecs = _Codecs()
    send: _Codecs = _Codecs()
    recv: _Codecs = _Codecs()


class _Offer(Shape, frozen=True):
    capabilities: _Capabilities = msgspec.field(name="rtpCapabilities")


class _OfferedFingerprint(Shape, frozen=True):
    fingerprint: str
    hash_function: str = msgspec.field(name="hashFunction", default="")
    algorithm: str = ""


class _DtlsParameters(Shape, frozen=True):
    fingerprints: Annotated[list[_OfferedFingerprint], msgspec.Meta(min_length=1)]


class _DtlsOffer(Shape, frozen=True):
    dtls: _DtlsParameters = msgspec.field(name="dtlsParameters")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Of a DTLS certificate: the hash's name (``sha-256``) and its value (``AB:CD:…``)."""

    algorithm: str
    value: str


@dataclass(frozen=True, slots=True)
class OfferedCodec:
    """``entry`` is the browser's own description, which the answer repeats."""

    codec: _Codec
    entry: Json

    def answer(self) -> dict[str, Any]:
        """The entry with the feedback that the edge acts on; for audio that is none."""
        given = zip(self.codec.feedback, self.entry.get("rtcpFeedbacks") or (), strict=True)
        return {**self.entry, "rtcpFeedbacks": [entry for one, entry in given if (one.type, one.parameter or "") in _FEEDBACK]}


@dataclass(frozen=True, slots=True)
class OrtcCapabilities:
    """What one browser and the edge have in common, in the browser's own payload types."""

    opus: OfferedCodec
    vp8: OfferedCodec | None
    rtx: OfferedCodec | None

    @property
    def audio_type(self) -> int:
        """The RTP payload type of Opus, 0..127."""
        return self.opus.codec.payload_type

    @property
    def video_type(self) -> int | None:
        """The RTP payload type of VP8; None when the browser offered none."""
        return self.vp8.codec.payload_type if self.vp8 else None

    @property
    def rtx_type(self) -> int | None:
        """The RTP payload type of VP8's retransmissions (RFC 4588); None when the browser offered none."""
        return self.rtx.codec.payload_type if self.rtx else None

    def answer(self) -> dict[str, Any]:
        """For the ``rtpCapabilities`` of a join answer."""
        audio = {**self.opus.entry, "rtcpFeedbacks": []}
        video = [offered.answer() for offered in (self.vp8, self.rtx) if offered]
        return {"sendrecv": {"audioCodecs": [audio], "videoCodecs": video, "audioExtensions": [], "videoExtensions": []}}


def negotiate(ortc: Any) -> OrtcCapabilities:
    """Choose from ``rtpCapabilities``. Raises ``UnreadableJson`` when it is malformed or has no Opus."""
    capabilities = fit(ortc, _Offer).capabilities
    audio, video = _offered(ortc, capabilities, "audio"), _offered(ortc, capabilities, "video")
    opus = next((offered for offered in audio if offered.codec.name == "opus"), None)
    if opus is None:
        raise UnreadableJson("rtpCapabilities must have opus")
    vp8 = next((offered for offered in video if offered.codec.name == "vp8"), None)
    rtx = next((offered for offered in video if vp8 and _repairs(offered.codec, vp8.codec)), None)
    return OrtcCapabilities(opus, vp8, rtx)


def fingerprints(ortc: Any) -> list[Fingerprint]:
    """The browser's certificate fingerprints. Raises ``UnreadableJson`` when there is none."""
    return [
        Fingerprint(entry.hash_function or entry.algorithm, entry.fingerprint)
        for entry in fit(ortc, _DtlsOffer).dtls.fingerprints
    ]


def our_half(
    credentials: tuple[str, str],
    media: list[MediaCandidate],
    prints: list[Fingerprint],
    capabilities: OrtcCapabilities,
) -> dict[str, Any]:
    """The edge's ORTC object. ``credentials`` are ICE's (ufrag, password); ``media`` comes in order of preference."""
    candidates = [
        {
            "foundation": f"{one.protocol}candidate",
            "ip": one.ip,
            "port": one.port,
            "priority": PRIORITIES[one.protocol] - rank,
            "protocol": one.protocol,
            "type": "host",
        }
        for rank, one in enumerate(media)
    ]
    return {
        "cname": CNAME,
        "version": "2",
        "iceParameters": {"iceUfrag": credentials[0], "icePwd": credentials[1], "candidates": candidates},
        "dtlsParameters": {
            "role": "client",  # the SDK makes it a=setup:active: the browser is the DTLS server, as with Agora's own edge
            "fingerprints": [{"algorithm": print_.algorithm, "fingerprint": print_.value} for print_ in prints],
        },
        "rtpCapabilities": capabilities.answer(),
    }


def _offered(ortc: Json, capabilities: _Capabilities, kind: str) -> list[OfferedCodec]:
    """Every codec of a kind beside its entry as it was sent, nulls included."""
    found = []
    for bucket in _BUCKETS:
        codecs: list[_Codec] = getattr(getattr(capabilities, bucket), kind)
        entries = at(ortc, f"rtpCapabilities.{bucket}.{kind}Codecs") or []
        found += [OfferedCodec(codec, entry) for codec, entry in zip(codecs, entries, strict=True)]
    return found


def _repairs(rtx: _Codec, codec: _Codec) -> bool:
    return rtx.name == "rtx" and str(rtx.fmtp.parameters.get("apt")) == str(codec.payload_type)
