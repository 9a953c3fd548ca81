"""A seat's pictures: encoded once, decodable by whoever comes, and not at all while nobody watches."""

from __future__ import annotations

from collections.abc import AsyncIterator

import numpy as np
import pytest
import pytest_asyncio
from av import Packet as Encoded
from av.video.codeccontext import VideoCodecContext

from greenroom.twin.edge.picture import PictureStream
from greenroom.twin.edge.stream import Forwarder, RtpIds
from greenroom.twin.edge.video import KEY_FRAME_EVERY_S
from greenroom.twin.seat import PICTURE_SIZE, Picture
from tests.twin.edge.doubles import EdgeClock, SentBox

pytestmark = pytest.mark.unit


def gray(level: int) -> Picture:
    picture = np.full((PICTURE_SIZE[1] * 3 // 2, PICTURE_SIZE[0]), 128, np.uint8)
    picture[: PICTURE_SIZE[1]] = np.random.default_rng(level).integers(level - 20, level + 20, PICTURE_SIZE, np.uint8)
    return picture


class Viewer:
    """A browser's end: puts the pieces together and decodes them."""

    def __init__(self, pictures: PictureStream, clock: EdgeClock) -> None:
        self.box = SentBox()
        self.copy = Forwarder(pictures, self.box, RtpIds(40_000, 96, (40_001, 97)), clock)  # pyright: ignore[reportArgumentType]
        self._decoder = VideoCodecContext.create("vp8", "r")

    def seen(self) -> list[tuple[int, int, float]]:
        """Width, height and mean light of each picture that came whole."""
        found, whole = [], b""
        for packet in self.box.packets:
            whole = packet.payload[4:] if packet.payload[0] & 0x10 else whole + packet.payload[4:]
            if packet.marker:
                frames = self._decoder.decode(Encoded(whole))
                found += [(f.width, f.height, float(f.to_ndarray()[: f.height].mean())) for f in frames]
        self.box.packets.clear()
        return found


@pytest.fixture
def clock() -> EdgeClock:
    return EdgeClock()


@pytest_asyncio.fixture
async def pictures(clock: EdgeClock) -> AsyncIterator[PictureStream]:
    opened = PictureStream(clock)
    yield opened
    opened.close()


async def send(pictures: PictureStream, clock: EdgeClock, *levels: int) -> None:
    for level in levels:
        await pictures.send(lambda level=level: gray(level), clock.monotonic())
        clock.advance(0.04)


async def test_what_is_drawn_is_what_is_seen(pictures: PictureStream, clock: EdgeClock) -> None:
    viewer = Viewer(pictures, clock)
    await send(pictures, clock, 60, 120, 200)
    assert max(len(packet.payload) for packet in viewer.box.packets) < 1200
    numbers = [packet.sequence for packet in viewer.box.packets]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    seen = viewer.seen()
    assert [(w, h) for w, h, _ in seen] == [PICTURE_SIZE] * 3
    assert [light for *_, light in seen] == pytest.approx([60, 120, 200], abs=8)


async def test_who_comes_later_gets_a_picture_that_stands_alone(pictures: PictureStream, clock: EdgeClock) -> None:
    first = Viewer(pictures, clock)
    await send(pictures, clock, 60, 61, 62)
    clock.advance(KEY_FRAME_EVERY_S)
    late = Viewer(pictures, clock)
    late.copy.key_frame_wanted()
    await send(pictures, clock, 100)
    assert len(first.seen()) == 4
    assert [light for *_, light in late.seen()] == pytest.approx([100], abs=8)


async def test_viewers_that_ask_in_a_row_get_one(pictures: PictureStream, clock: EdgeClock) -> None:
    viewer = Viewer(pictures, clock)
    await send(pictures, clock, 60)
    whole = len(viewer.box.packets)
    viewer.box.packets.clear()
    for _ in range(3):
        viewer.copy.key_frame_wanted()
        await send(pictures, clock, 60)
    assert len(viewer.box.packets) < whole


async def test_nothing_is_drawn_while_nobody_watches(pictures: PictureStream, clock: EdgeClock) -> None:
    drawn: list[int] = []

    def draw() -> Picture:
        drawn.append(1)
        return gray(90)

    await pictures.send(draw, clock.monotonic())
    viewer = Viewer(pictures, clock)
    await pictures.send(draw, clock.monotonic())
    viewer.copy.end()
    await pictures.send(draw, clock.monotonic())
    assert drawn == [1]


async def test_a_lost_piece_is_sent_again(pictures: PictureStream, clock: EdgeClock) -> None:
    viewer = Viewer(pictures, clock)
    await send(pictures, clock, 60)
    lost = viewer.box.packets[1]
    viewer.copy.lost([lost.sequence])
    again = viewer.box.packets[-1]
    assert again.ssrc == 40_001
    assert again.payload == lost.sequence.to_bytes(2, "big") + lost.payload


async def test_time_stamps_grow_with_the_clock(pictures: PictureStream, clock: EdgeClock) -> None:
    viewer = Viewer(pictures, clock)
    await send(pictures, clock, 60, 61, 62)
    stamps = sorted({packet.timestamp for packet in viewer.box.packets})
    assert len(stamps) == 3
    assert stamps[1] - stamps[0] >= 3600
