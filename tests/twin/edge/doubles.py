"""Doubles of what surrounds the edge's parts: time, a viewer's transport, a browser that speaks only JSON."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from typing import Any

from aiortc.rtp import AnyRtcpPacket
from starlette.applications import Starlette
from starlette.testclient import TestClient, WebSocketTestSession

from greenroom.agora.tokens import rtc_rtm_token
from greenroom.clock import Clock
from greenroom.twin.edge import RtcEdge, routes
from greenroom.twin.edge.rtp import Packet, read
from greenroom.twin.seat import Uid
from tests.twin.edge.serving import APP_ID, CERTIFICATE


class EdgeClock(Clock):
    """The real clock, which a test can put forward."""

    def __init__(self) -> None:
        self._ahead_s = 0.0

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self._ahead_s)

    def monotonic(self) -> float:
        return super().monotonic() + self._ahead_s

    def advance(self, seconds: float) -> None:
        self._ahead_s += seconds


class SentBox:
    """Takes the place of a transport and keeps what is sent."""

    def __init__(self) -> None:
        self.inbound: dict[int, Any] = {}
        self.outbound: dict[int, Any] = {}
        self.packets: list[Packet] = []
        self.control: list[AnyRtcpPacket] = []

    def send(self, packet: bytes) -> None:
        self.packets.append(read(packet))

    def send_control(self, *packets: AnyRtcpPacket) -> None:
        self.control += packets


def packet(sequence: int, timestamp: int = 0, payload: bytes = b"\xfc\xff\xfe", **more: Any) -> Packet:
    return Packet(5, 111, sequence, timestamp, False, payload, **more)


def codec(payload_type: int, name: str, rate: int = 90_000, **parameters: Any) -> dict[str, Any]:
    feedback = [("transport-cc", ""), ("nack", ""), ("nack", "pli"), ("ccm", "fir"), ("goog-remb", "")]
    return {
        "payloadType": payload_type,
        "rtpMap": {"encodingName": name, "clockRate": rate},
        "rtcpFeedbacks": [{"type": kind, "parameter": parameter} for kind, parameter in feedback],
        "fmtp": {"parameters": parameters},
    }


def offer() -> dict[str, Any]:
    """The ORTC object of a Chromium, shortened."""
    return {
        "iceParameters": {"iceUfrag": "SOo4", "icePwd": "Gw+9hR+8ZebOUsUAYMRI5wSL"},
        "dtlsParameters": {"fingerprints": [{"hashFunction": "sha-256", "fingerprint": "AD:8E"}]},
        "rtpCapabilities": {
            "send": {},
            "recv": {"videoCodecs": [codec(35, "AV1")]},
            "sendrecv": {
                "audioCodecs": [codec(9, "G722", 8000), codec(111, "opus", 48_000)],
                "videoCodecs": [codec(98, "H264"), codec(96, "VP8"), codec(99, "rtx", apt=98), codec(97, "rtx", apt="96")],
                "audioExtensions": [{"entry": 1, "extensionName": "urn:ietf:params:rtp-hdrext:ssrc-audio-level"}],
                "videoExtensions": [],
            },
        },
        "version": "2",
    }


def join_message(channel: str, uid: Uid, token: str | None = None, **more: Any) -> dict[str, Any]:
    named = {"string_uid": uid} if isinstance(uid, str) else {}
    return {
        "p2p_id": 1,
        "session_id": f"SID {uid}",
        "app_id": APP_ID,
        "channel_key": rtc_rtm_token(APP_ID, CERTIFICATE, channel, uid) if token is None else token,
        "channel_name": channel,
        "mode": "rtc",
        "role": "host",
        "ap_response": {"code": 0, "uid": uid if isinstance(uid, int) else 77, "cid": 1, "cname": channel},
        "ortc": offer(),
        **named,
        **more,
    }


@contextmanager
def serve(edge: RtcEdge) -> Iterator[TestClient]:
    """``edge`` on a loop of its own, for as long as the block lasts."""

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        await edge.open()
        yield
        await edge.close()

    with TestClient(Starlette(routes=routes(edge), lifespan=life)) as client:
        yield client


class JsonBrowser:
    """Speaks the gateway's JSON as the SDK does, and has no media."""

    def __init__(self, client: TestClient) -> None:
        self.socket: WebSocketTestSession = client.websocket_connect("/")
        self.events: list[tuple[str, dict[str, Any]]] = []
        self._asked = 0

    def __enter__(self) -> JsonBrowser:
        self.socket.__enter__()
        return self

    def __exit__(self, *exc: Any) -> None:
        self.socket.__exit__(*exc)

    def ask(self, verb: str, message: Any = None) -> dict[str, Any]:
        """The reply's frame; events that come before it are noted."""
        self._asked += 1
        identity = f"q{self._asked}"
        self.socket.send_json({"_id": identity, "_type": verb, "_message": message})
        while (frame := self.socket.receive_json()).get("_id") != identity:
            self._note(frame)
        return frame

    def join(self, channel: str, uid: Uid, token: str | None = None, **more: Any) -> dict[str, Any]:
        reply = self.ask("join_v3", join_message(channel, uid, token, **more))
        if reply["_result"] == "success":
            self.ask("ping")  # everything that the join brings with it has come before this is answered
        return reply

    def next_event(self, kind: str) -> dict[str, Any]:
        """The next event of ``kind`` that was not asked for yet; waits for it."""
        while True:
            for index, (name, message) in enumerate(self.events):
                if name == kind:
                    del self.events[index]
                    return message
            self._note(self.socket.receive_json())

    def _note(self, frame: dict[str, Any]) -> None:
        self.events.append((frame["_type"], frame["_message"]))


def error_of(reply: dict[str, Any]) -> int:
    assert reply["_result"] == "failed"
    return reply["_message"]["error_code"]
