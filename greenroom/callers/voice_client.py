"""A caller with sound in a channel of the twin's edge: a media path, a published microphone, and the agent's audio."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiortc.rtp import RtpPacket

from greenroom.callers.channel_client import ChannelClient, Json
from greenroom.callers.media_path import CallerCertificate, CallerMediaPath
from greenroom.model.call import Ticket


class VoiceClient(ChannelClient):
    """``heard`` gets each packet of the agent's audio, on the event loop. ``ssrc``: of the microphone's packets."""

    def __init__(self, ticket: Ticket, certificate: CallerCertificate, ssrc: int, heard: Callable[[RtpPacket], None]) -> None:
        super().__init__(ticket)
        self._agent_uid = ticket.agent_uid
        self._certificate = certificate
        self._ssrc = ssrc
        self._heard = heard
        self._agent_ssrc: int | None = None
        self._path = CallerMediaPath(certificate, self._arrived)
        self._path_lost = False

    def send(self, packet: bytes) -> None:
        """Send one RTP packet of the microphone; dropped before the media path is up."""
        self._path.send(packet)

    async def lost_path(self) -> bool:
        """Whether the media path is down, or was for a while."""
        return self._path_lost or not await self._path.answers()

    async def leave(self) -> None:
        """Leave the channel and close the media path."""
        await super().leave()
        await self._path.close()

    # ── inside

    async def _joined(self, answer: Json) -> None:
        await self._path.connect(answer["ortc"])
        stream = {"stream_type": "audio", "ssrcs": [{"ssrcId": self._ssrc}], "attributes": {}}
        await self._request("publish", {"state": "offer", "p2p_id": 1, "ortc": [stream], "mode": "rtc"})

    def _media(self) -> Json:
        return {
            "iceParameters": {"iceUfrag": self._path.ufrag, "icePwd": self._path.password},
            "dtlsParameters": {"fingerprints": self._certificate.fingerprints},
        }

    def _take(self, frame: Json) -> None:
        message: Any = frame.get("_message") or {}
        if frame.get("_type") == "on_add_audio_stream" and message.get("uid") == self._agent_uid:
            self._start(self._subscribe(message["ssrcId"]))
        super()._take(frame)

    async def _subscribe(self, ssrc: int) -> None:
        self._agent_ssrc = ssrc
        wish = {"stream_id": self._agent_uid, "stream_type": "audio", "mode": "rtc", "p2p_id": 1, "ssrcId": ssrc}
        await self._request("subscribe", wish)

    def _arrived(self, packet: RtpPacket) -> None:
        if packet.ssrc == self._agent_ssrc:
            self._heard(packet)

    def _alive(self) -> None:
        self._start(self._check_path())

    async def _check_path(self) -> None:
        if not await self._path.answers():
            self._path_lost = True
