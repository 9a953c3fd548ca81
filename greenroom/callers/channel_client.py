"""A caller in a channel of the twin's edge, over Agora's signaling: it joins, hears who is there and reads the data stream."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from greenroom.callers.transcript_reader import AgentMessage, TranscriptReader
from greenroom.model.call import Ticket

ANSWER_S, KEEPALIVE_S = 10.0, 3.0
_OPUS: Mapping[str, Any] = {
    "payloadType": 111,
    "rtpMap": {"encodingName": "opus", "clockRate": 48000, "encodingParameters": 2},
    "rtcpFeedbacks": [],
    "fmtp": {"parameters": {"minptime": "10", "useinbandfec": "1"}},
}
#: What arrives when the agent leaves the channel.
GONE = AgentMessage("agent.left", {})

Json = Mapping[str, Any]


class CallerLost(Exception):
    """The caller could not join the channel, or lost it. The call then says nothing about the agent."""


class ChannelClient:
    """Joins a channel and queues the agent's ``messages``. Sends and hears no sound; :class:`VoiceClient` does."""

    def __init__(self, ticket: Ticket) -> None:
        self._ticket = ticket
        self._socket: ClientConnection | None = None
        self._replies: dict[str, asyncio.Future[Json]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._reader = TranscriptReader()
        #: In order; None at the end: the connection is lost.
        self.messages: asyncio.Queue[AgentMessage | None] = asyncio.Queue()

    async def join(self) -> None:
        """Join the channel; returns once the edge has taken the caller in. Raises CallerLost."""
        edge = self._ticket.edge
        if edge is None:
            raise CallerLost("On Agora, simulated callers need a browser and voice mode.")
        try:
            place = await self._ask_access_point(f"http://127.0.0.1:{edge.port}")
            self._socket = await connect(f"ws://127.0.0.1:{edge.port}/", max_size=None, proxy=None, open_timeout=ANSWER_S)
            self._start(self._read(self._socket))
            await self._joined(await self._request("join_v3", self._join(place)))
            self._start(self._keep_alive())
        except (OSError, ValueError, KeyError, LookupError, httpx.HTTPError, WebSocketException, TimeoutError) as error:
            await self.leave()
            raise CallerLost(f"The caller couldn't join the channel ({type(error).__name__}).") from error

    async def leave(self) -> None:
        """Leave the channel and close the connection; waits at most :data:`ANSWER_S`. Idempotent."""
        socket, self._socket = self._socket, None
        if socket is not None:
            with contextlib.suppress(WebSocketException, OSError):  # a lost connection has left the channel as well
                await socket.send(json.dumps({"_id": "bye", "_type": "leave"}))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if socket is not None:
            with contextlib.suppress(WebSocketException, OSError, TimeoutError):
                async with asyncio.timeout(ANSWER_S):
                    await socket.close()

    async def _ask_access_point(self, url: str) -> Json:
        ticket = self._ticket
        key = ticket.token or ticket.app_id
        buffer = {"cname": ticket.channel, "detail": {"17": "1"}, "key": key, "service_ids": [11], "uid": ticket.uid}
        envelope = {"appid": ticket.app_id, "opid": 1, "sid": "", "request_bodies": [{"uri": 22, "buffer": buffer}]}
        async with httpx.AsyncClient(timeout=ANSWER_S, trust_env=False) as client:
            files = {"request": (None, json.dumps(envelope))}
            answer = await client.post(f"{url}/api/v2/transpond/webrtc", params={"v": 2}, files=files)
        block = answer.raise_for_status().json()["response_body"][0]["buffer"]
        if block["code"]:
            raise CallerLost(f"The access point refused the caller with {block['code']}.")
        return block

    async def _joined(self, answer: Json) -> None:
        """Called once the edge has taken the caller in. Opens no media path: signaling carries the data stream."""

    def _media(self) -> Json:
        """The caller's half of a media path: one that stays down."""
        print_ = ":".join(f"{byte:02X}" for byte in hashlib.sha256(secrets.token_bytes(32)).digest())
        return {
            "iceParameters": {"iceUfrag": secrets.token_hex(4), "icePwd": secrets.token_hex(12)},
            "dtlsParameters": {"fingerprints": [{"hashFunction": "sha-256", "fingerprint": print_}]},
        }

    def _join(self, place: Json) -> Json:
        codecs = {"audioCodecs": [_OPUS], "videoCodecs": [], "audioExtensions": [], "videoExtensions": []}
        nothing: Json = {key: [] for key in codecs}
        return {
            "p2p_id": 1,
            "session_id": secrets.token_hex(16).upper(),
            "app_id": self._ticket.app_id,
            "channel_key": self._ticket.token,
            "channel_name": self._ticket.channel,
            "sdk_version": "4.24.8",
            "mode": "rtc",
            "codec": "vp8",
            "role": "host",
            "ap_response": dict(place),
            "features": {"rejoin": True},
            "attributes": {"userAttributes": {}},
            "ortc": {
                **self._media(),
                "rtpCapabilities": {"send": nothing, "recv": nothing, "sendrecv": codecs},
                "version": "2",
            },
        }

    async def _request(self, kind: str, message: Json) -> Json:
        assert self._socket is not None
        identity = secrets.token_hex(6)
        reply = self._replies[identity] = asyncio.get_running_loop().create_future()
        await self._socket.send(json.dumps({"_id": identity, "_type": kind, "_message": message}))
        async with asyncio.timeout(ANSWER_S):
            return await reply

    async def _read(self, socket: ClientConnection) -> None:
        try:
            async for raw in socket:
                self._take(json.loads(raw))
        except (WebSocketException, OSError, ValueError, RecursionError):
            pass  # readers learn it from the None that ends the messages
        finally:
            for reply in self._replies.values():
                if not reply.done():
                    reply.set_exception(ConnectionError("the connection was lost"))
            self.messages.put_nowait(None)

    def _take(self, frame: Json) -> None:
        reply = self._replies.pop(frame.get("_id", ""), None)
        message = frame.get("_message") or {}
        if reply is not None and not reply.done():
            if frame.get("_result") == "success":
                reply.set_result(message)
            else:
                reply.set_exception(ConnectionError(str(message)[:200]))
        elif frame.get("_type") == "on_data_stream" and message.get("uid") == self._ticket.agent_uid:
            if (found := self._reader.feed(base64.b64decode(message["payload"]))) is not None:
                self.messages.put_nowait(found)
        elif frame.get("_type") == "on_user_offline" and message.get("uid") == self._ticket.agent_uid:
            self.messages.put_nowait(GONE)

    async def _keep_alive(self) -> None:
        with contextlib.suppress(OSError, TimeoutError, WebSocketException):  # the reader notices a lost connection
            while True:
                await asyncio.sleep(KEEPALIVE_S)
                self._alive()
                await self._request("ping", {})

    def _alive(self) -> None:
        """Called every few seconds while the caller is in the channel."""

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
