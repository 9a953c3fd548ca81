"""Who is told of whom in a channel, and seats in it."""

from __future__ import annotations

import numpy as np
import pytest

from greenroom.twin.edge.channel import Channels
from greenroom.twin.edge.channel_seat import LARGEST_MESSAGE, ChannelSeat
from greenroom.twin.seat import Pcm, Uid
from tests.twin.edge.doubles import EdgeClock
from tests.twin.edge.serving import Guest

pytestmark = pytest.mark.unit

LOUD = (np.sin(np.arange(960) / 10) * 9000).astype(np.int16)


def take(channels: Channels, name: str, uid: Uid, guest: Guest) -> ChannelSeat:
    room = channels.at("app", name)
    place = ChannelSeat(room, uid, guest, EdgeClock())
    room.enter(place)
    return place


async def test_everybody_hears_everybody_else() -> None:
    channels = Channels()
    guests = {uid: Guest() for uid in (1, 2, "three")}
    places = {uid: take(channels, "room", uid, guest) for uid, guest in guests.items()}
    assert [guest.here for guest in guests.values()] == [[2, "three"], [1, "three"], [1, 2]]
    for _ in range(5):
        places[1].send_audio(LOUD, 0)
    places[2].send_data(b"hi")
    assert guests[1].frames == []
    assert {uid for uid, _ in guests[2].frames} == {uid for uid, _ in guests["three"].frames} == {1}
    assert guests[1].messages == guests["three"].messages == [(2, b"hi")]
    assert guests[2].messages == []


async def test_who_left_neither_hears_nor_is_heard() -> None:
    channels = Channels()
    one, two = Guest(), Guest()
    place, other = take(channels, "room", 1, one), take(channels, "room", 2, two)
    await place.leave("BecomeAudience")
    await place.leave()
    assert two.gone == [(1, "BecomeAudience")]
    for number in range(5):
        place.send_audio(LOUD, number * 20)
        other.send_audio(LOUD, number * 20)
    place.send_data(b"?")
    other.send_data(b"?")
    assert one.frames == two.frames == one.messages == two.messages == []


async def test_channels_of_another_name_or_project_are_apart() -> None:
    channels = Channels()
    guests = [Guest() for _ in range(3)]
    here, there = take(channels, "room", 1, guests[0]), take(channels, "hall", 1, guests[1])
    elsewhere = ChannelSeat(channels.at("other app", "room"), 2, guests[2], EdgeClock())
    channels.at("other app", "room").enter(elsewhere)
    assert len(channels) == 3
    assert all(guest.here == [] for guest in guests)
    for place in (here, there, elsewhere):
        await place.leave()
    assert len(channels) == 0


async def test_a_listener_that_fails_harms_nobody() -> None:
    class Clumsy(Guest):
        def heard(self, uid: Uid, pcm: Pcm) -> None:
            raise RuntimeError("dropped it")

        joined = left = data = heard  # pyright: ignore[reportAssignmentType]

    channels = Channels()
    take(channels, "room", 1, Clumsy())
    careful = Guest()
    take(channels, "room", 2, careful)
    singer = take(channels, "room", 3, Guest())
    for number in range(5):
        singer.send_audio(LOUD, number * 20)
    singer.send_data(b"hi")
    await singer.leave()
    assert careful.frames
    assert careful.messages == [(3, b"hi")]
    assert careful.gone == [(3, "Quit")]


async def test_a_message_has_a_largest_size() -> None:
    channels = Channels()
    reader = Guest()
    take(channels, "room", 1, reader)
    writer = take(channels, "room", 2, Guest())
    writer.send_data(b"x" * LARGEST_MESSAGE)
    with pytest.raises(ValueError, match="32768"):
        writer.send_data(b"x" * (LARGEST_MESSAGE + 1))
    assert len(reader.messages) == 1
