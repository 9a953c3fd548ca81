"""An agent and its avatar in a real channel, heard by a third seat."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import numpy as np
import pytest
import pytest_asyncio

from greenroom.agora.tokens import rtc_rtm_token
from greenroom.clock import Clock
from greenroom.portraits.characters import FACES
from greenroom.twin.agent.properties import AgentProperties, read
from greenroom.twin.agent.seats import Seats
from greenroom.twin.edge import RtcEdge
from greenroom.twin.edge.stream import Forwarder, RtpIds
from greenroom.twin.edge.tokens import TokenRefused
from greenroom.twin.seat import SENT_RATE, SENT_SAMPLES, Seat
from tests.twin.edge.doubles import SentBox
from tests.twin.edge.serving import APP_ID, CERTIFICATE, Guest

pytestmark = pytest.mark.unit

AGENT, AVATAR, PERSON = 1001, 102, 7
VOICE = (np.sin(np.arange(SENT_SAMPLES) * 2 * np.pi * 500 / SENT_RATE) * 8000).astype(np.int16)


def token(channel: str, uid: int) -> str:
    return rtc_rtm_token(APP_ID, CERTIFICATE, channel, uid)


class SeatsChannel:
    """A channel with a listening guest in it."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.edge = RtcEdge(APP_ID, CERTIFICATE, self.clock)
        self.guest = Guest()
        self.presence = Seats(self.clock)
        self.seat: Seat

    async def enter(self) -> None:
        pass_ = token("room", PERSON)
        self.seat = await self.edge.take_seat(app_id=APP_ID, channel="room", uid=PERSON, token=pass_, listener=self.guest)

    async def take(self, **avatar: Any) -> Guest:
        listener = Guest()
        await self.presence.take(self.edge.take_seat, APP_ID, properties(**avatar), listener)
        return listener

    def stream(self, uid: int, kind: Any) -> Any:
        found = self.edge._registry.channels.find(APP_ID, "room", uid)
        return found.streams.get(kind) if found else None

    async def say(self, frames: int) -> set[Any]:
        """Who was heard by the guest meanwhile."""
        before = len(self.guest.frames)
        for number in range(frames):
            self.presence.send_audio(VOICE, number * 20)
            await asyncio.sleep(0)
        return {uid for uid, pcm in self.guest.frames[before:] if np.abs(pcm).max() > 1000}


def properties(**avatar: Any) -> AgentProperties:
    params = {"agora_uid": str(AVATAR), "agora_token": token("room", AVATAR), "avatar_id": "leo", **avatar}
    block = {"enable": True, "vendor": "generic", "params": params}
    shown = block if avatar.get("on", True) else {}
    return read({"channel": "room", "token": token("room", AGENT), "agent_rtc_uid": str(AGENT), "avatar": shown})


@pytest_asyncio.fixture
async def channel() -> AsyncIterator[SeatsChannel]:
    opened = SeatsChannel()
    await opened.enter()
    yield opened
    await opened.presence.leave()
    await opened.seat.leave()


async def test_an_avatar_is_a_participant_of_its_own_with_a_picture(channel: SeatsChannel):
    """rows 43, 44: own uid, own token"""
    await channel.take()
    assert set(channel.guest.here) == {AGENT, AVATAR}
    assert channel.stream(AVATAR, "video") is not None
    assert channel.stream(AGENT, "video") is None


async def test_the_voice_is_heard_once(channel: SeatsChannel):
    """row 46: from the avatar, as at Agora, and not from the agent as well"""
    await channel.take()
    assert await channel.say(20) == {AVATAR}


async def test_without_an_avatar_the_agent_speaks_and_nobody_else_comes(channel: SeatsChannel):
    await channel.take(on=False)
    assert channel.guest.here == [AGENT]
    assert await channel.say(20) == {AGENT}


@pytest.mark.parametrize("wrong", ["", "of another", "of the agent"])
async def test_an_avatar_without_a_token_of_its_own_does_not_come_and_the_agent_neither(channel: SeatsChannel, wrong: str):
    """row 44"""
    bad = {"": "", "of another": token("elsewhere", AVATAR), "of the agent": token("room", AGENT)}[wrong]
    with pytest.raises(TokenRefused):
        await channel.take(agora_token=bad)
    await channel.presence.leave()
    assert channel.stream(AGENT, "audio") is channel.stream(AVATAR, "audio") is None


async def test_when_the_avatar_fails_the_agent_speaks_on(channel: SeatsChannel):
    """row 43 (lost), row 46"""
    await channel.take()
    await channel.say(5)
    assert await channel.presence.fail_avatar()
    assert channel.guest.gone == [(AVATAR, "ServerTimeOut")]
    assert await channel.say(20) == {AGENT}
    assert not await channel.presence.fail_avatar()


async def test_both_leave_together(channel: SeatsChannel):
    await channel.take()
    await channel.presence.leave()
    await channel.presence.leave()
    assert {uid for uid, _ in channel.guest.gone} == {AGENT, AVATAR}
    assert [task for task in asyncio.all_tasks() if task.get_name().startswith("avatar")] == []


async def test_pictures_come_while_somebody_watches_and_cost_nothing_otherwise(channel: SeatsChannel):
    await channel.take()
    await asyncio.sleep(0.2)
    stream = channel.stream(AVATAR, "video")
    assert stream._encoder is None
    box = SentBox()
    copy = Forwarder(stream, box, RtpIds(40_000, 96), channel.clock)  # pyright: ignore[reportArgumentType]
    async with asyncio.timeout(20):
        while len({packet.timestamp for packet in box.packets}) < 10:
            await asyncio.sleep(0.02)
    copy.end()
    await asyncio.sleep(0.1)
    came = len(box.packets)
    await asyncio.sleep(0.2)
    assert len(box.packets) == came
    await channel.presence.leave()
    async with asyncio.timeout(20):
        while any(thread.name.startswith("picture") for thread in threading.enumerate()):
            await asyncio.sleep(0.02)


async def test_an_agent_never_listens_to_its_own_avatar():
    asked = properties()
    assert not asked.listens_to(AVATAR)
    assert asked.listens_to(PERSON)


def test_who_is_shown_is_said_in_the_block():
    """rows 44, 45"""
    shown = properties(backdrop="light").avatar
    assert shown is not None
    assert (shown.uid, shown.face.id, shown.dark) == (AVATAR, "leo", False)
    other = properties(avatar_id="960f614f").avatar
    assert other is not None
    assert other.face in FACES
    assert properties(on=False).avatar is None
