"""A caller without a browser: Agora's signaling over a real socket, real media, a recorded question, and a good ear."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import numpy as np
from aiortc.rtp import RtpPacket
from av import AudioCodecContext, AudioFrame
from websockets.asyncio.client import ClientConnection, connect

from bench.acoustics import LOUD
from bench.speech import MIC_RATE, Pcm
from greenroom.callers.media_path import CallerCertificate, CallerMediaPath
from greenroom.twin.edge import rtp
from greenroom.twin.edge.opus import OpusDecoder

FRAME_S, FRAME_SAMPLES = 0.02, MIC_RATE // 50
ANSWER_S, KEEPALIVE_S = 10.0, 3.0
QUIET_S = 0.1
AUDIO_TYPE = 111
_OPUS = {
    "payloadType": AUDIO_TYPE,
    "rtpMap": {"encodingName": "opus", "clockRate": 48000, "encodingParameters": 2},
    "rtcpFeedbacks": [],
    "fmtp": {"parameters": {"minptime": "10", "useinbandfec": "1"}},
}

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BenchSeat:
    """Where a participant sits."""

    url: str
    app_id: str
    channel: str
    uid: int
    token: str


@dataclass(frozen=True, slots=True)
class Question:
    """Opus packets of 20 ms: the speech up to its last loud frame, and what a quiet room sends before and after."""

    speech: Sequence[bytes]
    quiet: Sequence[bytes]

    @classmethod
    def of(cls, pcm: Pcm) -> Question:
        """Encoded once, with a browser's settings for speech, however many ask it."""
        hiss = np.random.default_rng(0).normal(0, 12, MIC_RATE).astype(np.int16)
        frames = pcm[: len(pcm) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
        loud = np.flatnonzero(np.sqrt(((frames / 32768.0) ** 2).mean(axis=1)) > LOUD)
        spoken = frames[: loud[-1] + 1].ravel()
        packets = _encoded(np.concatenate([hiss, spoken, hiss]))
        quiet, end = len(hiss) // FRAME_SAMPLES, len(packets) - len(hiss) // FRAME_SAMPLES
        return cls(packets[quiet:end], packets[end:])


class BenchParticipant:
    """Joins, publishes, subscribes to whoever publishes audio, asks its question on a schedule."""

    def __init__(self, seat: BenchSeat, question: Question, certificate: CallerCertificate) -> None:
        self.seat = seat
        #: Milliseconds from the end of each question to the first loud frame back; None = no answer before the next question.
        self.waits: list[float | None] = []
        self.hears_agent = asyncio.Event()
        self._question = question
        self._certificate = certificate
        self._path = CallerMediaPath(certificate, self._heard)
        self._socket: ClientConnection | None = None
        self._replies: dict[str, asyncio.Future[Json]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._decoder = OpusDecoder()
        self._agent_ssrc = 0
        self._asked_at: float | None = None
        self._loud_at = 0.0
        self._saying: list[bytes] = []

    async def join(self) -> None:
        """In the channel with a published microphone when it returns. Raises ConnectionError, TimeoutError."""
        ticket = await self._ask_access_point()
        self._socket = await connect(self.seat.url.replace("http", "ws", 1) + "/", max_size=None, proxy=None)
        self._start(self._read(self._socket))
        answer = await self._request("join_v3", self._join(ticket))
        await self._path.connect(answer["ortc"])
        self._ssrc = secrets.randbits(31)
        stream = {"stream_type": "audio", "ssrcs": [{"ssrcId": self._ssrc}], "attributes": {}}
        await self._request("publish", {"state": "offer", "p2p_id": 1, "ortc": [stream], "mode": "rtc"})
        self._start(self._speak())
        self._start(self._keep_alive())

    def ask(self) -> None:
        """Say the question from now on. A question still without its answer counts as unanswered."""
        self._give_up()
        self._saying = list(reversed(self._question.speech))

    def stop_asking(self) -> None:
        """A question still without its answer counts as unanswered."""
        self._give_up()

    async def leave(self) -> None:
        """Leave the channel and close socket and media."""
        if self._socket is not None:
            await self._socket.send(json.dumps({"_id": "bye", "_type": "leave"}))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._path.close()
        if self._socket is not None:
            await self._socket.close()

    # ── signaling

    async def _ask_access_point(self) -> Json:
        seat = self.seat
        key = seat.token or seat.app_id
        buffer = {"cname": seat.channel, "detail": {"17": "1"}, "key": key, "service_ids": [11], "uid": seat.uid}
        envelope = {"appid": seat.app_id, "opid": 1, "sid": "", "request_bodies": [{"uri": 22, "buffer": buffer}]}
        async with httpx.AsyncClient(timeout=ANSWER_S, trust_env=False) as client:
            files = {"request": (None, json.dumps(envelope))}
            answer = await client.post(f"{seat.url}/api/v2/transpond/webrtc", params={"v": 2}, files=files)
        block = answer.raise_for_status().json()["response_body"][0]["buffer"]
        if block["code"]:
            raise ConnectionError(f"the access point refused with {block['code']}")
        return block

    def _join(self, ticket: Json) -> Json:
        codecs = {"audioCodecs": [_OPUS], "videoCodecs": [], "audioExtensions": [], "videoExtensions": []}
        nothing = {key: [] for key in codecs}
        return {
            "p2p_id": 1,
            "session_id": secrets.token_hex(16).upper(),
            "app_id": self.seat.app_id,
            "channel_key": self.seat.token,
            "channel_name": self.seat.channel,
            "sdk_version": "4.24.8",
            "mode": "rtc",
            "codec": "vp8",
            "role": "host",
            "ap_response": dict(ticket),
            "features": {"rejoin": True},
            "attributes": {"userAttributes": {}},
            "ortc": {
                "iceParameters": {"iceUfrag": self._path.ufrag, "icePwd": self._path.password},
                "dtlsParameters": {"fingerprints": self._certificate.fingerprints},
                "rtpCapabilities": {"send": nothing, "recv": nothing, "sendrecv": codecs},
                "version": "2",
            },
        }

    async def _request(self, kind: str, message: Json) -> Json:
        assert self._socket is not None
        identity = secrets.token_hex(3)
        reply = self._replies[identity] = asyncio.get_running_loop().create_future()
        await self._socket.send(json.dumps({"_id": identity, "_type": kind, "_message": message}))
        return await asyncio.wait_for(reply, ANSWER_S)

    async def _read(self, socket: ClientConnection) -> None:
        async for raw in socket:
            frame = json.loads(raw)
            reply = self._replies.pop(frame.get("_id", ""), None)
            if reply is not None and not reply.done():
                if frame["_result"] == "success":
                    reply.set_result(frame.get("_message") or {})
                else:
                    reply.set_exception(ConnectionError(str(frame.get("_message"))))
            elif frame.get("_type") == "on_add_audio_stream":
                self._start(self._subscribe(frame["_message"]))

    async def _subscribe(self, stream: Json) -> None:
        self._agent_ssrc = stream["ssrcId"]
        wish = {"stream_id": stream["uid"], "stream_type": "audio", "mode": "rtc", "p2p_id": 1, "ssrcId": stream["ssrcId"]}
        await self._request("subscribe", wish)
        self.hears_agent.set()

    async def _keep_alive(self) -> None:
        assert self._socket is not None
        while True:
            await asyncio.sleep(KEEPALIVE_S)
            self._path.check()
            await self._request("ping", {})

    # ── sound

    async def _speak(self) -> None:
        """A frame every 20 ms from a moment of its own, so that not everybody sends at once."""
        start, sent = time.monotonic() + secrets.randbelow(20) / 1000, 0
        quiet = self._question.quiet
        while True:
            await asyncio.sleep(max(0.0, start + sent * FRAME_S - time.monotonic()))
            payload = self._saying.pop() if self._saying else quiet[sent % len(quiet)]
            last = bool(payload) and not self._saying and payload is self._question.speech[-1]
            self._path.send(rtp.write(self._ssrc, AUDIO_TYPE, sent, sent * FRAME_SAMPLES, sent == 0, payload))
            sent += 1
            if last:
                self._asked_at = time.monotonic()

    def _heard(self, packet: RtpPacket) -> None:
        """An answer begins with a loud frame after quiet ones."""
        if packet.ssrc != self._agent_ssrc:
            return
        now = time.monotonic()
        for pcm in self._decoder.decode(packet.payload):
            if np.sqrt(((pcm / 32768.0) ** 2).mean()) <= LOUD:
                continue
            if self._asked_at is not None and now - self._loud_at > QUIET_S:
                self.waits.append((now - self._asked_at) * 1000)
                self._asked_at = None
            self._loud_at = now

    def _give_up(self) -> None:
        if self._asked_at is not None:
            self.waits.append(None)
            self._asked_at = None

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _encoded(pcm: Pcm) -> list[bytes]:
    codec = AudioCodecContext.create("libopus", "w")
    codec.bit_rate = 32_000
    codec.format, codec.layout, codec.sample_rate = "s16", "mono", MIC_RATE  # pyright: ignore[reportAttributeAccessIssue]
    codec.options = {"application": "voip", "frame_duration": "20"}
    packets = []
    for start in range(0, len(pcm) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        frame = AudioFrame.from_ndarray(pcm[start : start + FRAME_SAMPLES].reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts = MIC_RATE, start
        packets.append(b"".join(bytes(packet) for packet in codec.encode(frame)))
    return packets
