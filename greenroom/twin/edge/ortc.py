"""Capability negotiation: of what the browser offers, what the edge forwards: Opus, and VP8 with its retransmissions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from greenroom.twin.edge.fields import BadField, Json, mapping, mappings, text, whole

#: The name all streams of the edge travel under: browsers play those of one user in step.
CNAME = "greenroom"

#: Feedback that the edge acts on. Without transport-cc and REMB a browser steers its bit rate by receiver reports.
_FEEDBACK = {("nack", ""), ("nack", "pli"), ("ccm", "fir")}
_BUCKETS = ("sendrecv", "send", "recv")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Of a DTLS certificate: the hash's name (``sha-256``) and its value (``AB:CD:…``)."""

    algorithm: str
    value: str


@dataclass(frozen=True, slots=True)
class OrtcCapabilities:
    """What one browser and the edge have in common, in the browser's own payload types."""

    opus: Json
    vp8: Json | None
    rtx: Json | None

    @property
    def audio_type(self) -> int:
        return whole(self.opus, "payloadType")

    @property
    def video_type(self) -> int | None:
        return whole(self.vp8, "payloadType") if self.vp8 else None

    @property
    def rtx_type(self) -> int | None:
        return whole(self.rtx, "payloadType") if self.rtx else None

    def answer(self) -> dict[str, Any]:
        """For the ``rtpCapabilities`` of a join answer."""
        video = [codec for codec in (self.vp8, self.rtx) if codec]
        return {"sendrecv": {"audioCodecs": [self.opus], "videoCodecs": video, "audioExtensions": [], "videoExtensions": []}}


def negotiate(offer: Json) -> OrtcCapabilities:
    """Choose from ``rtpCapabilities``. Raises :class:`BadField` when it is malformed or has no Opus."""
    opus = next((codec for codec in _codecs(offer, "audioCodecs") if _name(codec) == "opus"), None)
    if opus is None:
        raise BadField("rtpCapabilities must have opus")
    video = list(_codecs(offer, "videoCodecs"))
    vp8 = next((codec for codec in video if _name(codec) == "vp8"), None)
    rtx = next((codec for codec in video if _name(codec) == "rtx" and vp8 and _repairs(codec, vp8)), None)
    return OrtcCapabilities({**opus, "rtcpFeedbacks": []}, _trimmed(vp8), _trimmed(rtx))


def fingerprints(ortc: Json) -> list[Fingerprint]:
    """The browser's certificate fingerprints. Raises :class:`BadField` when there is none."""
    found = [
        Fingerprint(text(entry, "hashFunction", text(entry, "algorithm", "")), text(entry, "fingerprint"))
        for entry in mappings(mapping(ortc, "dtlsParameters"), "fingerprints")
    ]
    if not found:
        raise BadField("fingerprints must not be empty")
    return found


def our_half(
    credentials: tuple[str, str],
    addresses: list[tuple[str, int]],
    prints: list[Fingerprint],
    capabilities: OrtcCapabilities,
) -> dict[str, Any]:
    """The edge's ORTC object. ``credentials`` are ICE's (ufrag, password); ``addresses`` come in order of preference."""
    candidates = [
        {"foundation": "udpcandidate", "ip": ip, "port": port, "priority": 2103266323 - rank, "protocol": "udp", "type": "host"}
        for rank, (ip, port) in enumerate(addresses)
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


def _codecs(offer: Json, key: str) -> Iterator[Json]:
    for bucket in _BUCKETS:
        for codec in mappings(mapping(offer, bucket, optional=True), key, optional=True):
            if whole(codec, "payloadType") > 127:
                raise BadField("payloadType must be below 128")
            yield codec


def _name(codec: Json) -> str:
    return text(mapping(codec, "rtpMap"), "encodingName").lower()


def _repairs(rtx: Json, codec: Json) -> bool:
    parameters = mapping(mapping(rtx, "fmtp", optional=True), "parameters", optional=True)
    return str(parameters.get("apt")) == str(codec["payloadType"])


def _trimmed(codec: Json | None) -> Json | None:
    if codec is None:
        return None
    kept = [
        feedback
        for feedback in mappings(codec, "rtcpFeedbacks", optional=True)
        if (feedback.get("type"), feedback.get("parameter") or "") in _FEEDBACK
    ]
    return {**codec, "rtcpFeedbacks": kept}
