"""A browser's camera: key frames and lost packets are asked of it when they cannot be had here."""

from __future__ import annotations

import pytest
from aiortc.rtp import RTCP_PSFB_PLI, RtcpPsfbPacket, RtcpRtpfbPacket

from greenroom.twin.edge.stream import Forwarder, RtpIds
from greenroom.twin.edge.video import KEY_FRAME_EVERY_S, CameraTrack, Retransmissions
from tests.twin.edge.doubles import EdgeClock, SentBox, packet

pytestmark = pytest.mark.unit


@pytest.fixture
def clock() -> EdgeClock:
    return EdgeClock()


@pytest.fixture
def uplink() -> SentBox:
    return SentBox()


@pytest.fixture
def camera(uplink: SentBox, clock: EdgeClock) -> CameraTrack:
    return CameraTrack(uplink, 7, clock)  # pyright: ignore[reportArgumentType]


def view(camera: CameraTrack, clock: EdgeClock) -> tuple[Forwarder, SentBox]:
    box = SentBox()
    return Forwarder(camera, box, RtpIds(40_000, 96), clock), box  # pyright: ignore[reportArgumentType]


def test_viewers_that_ask_together_get_one_key_frame(camera: CameraTrack, uplink: SentBox, clock: EdgeClock) -> None:
    for copy in [view(camera, clock)[0] for _ in range(3)]:
        copy.key_frame_wanted()
    assert uplink.control == [RtcpPsfbPacket(RTCP_PSFB_PLI, 1, 7)]
    clock.advance(KEY_FRAME_EVERY_S + 0.01)
    camera.want_key_frame()
    assert len(uplink.control) == 2


def test_a_packet_lost_on_the_way_here_is_asked_for(camera: CameraTrack, uplink: SentBox, clock: EdgeClock) -> None:
    copy, box = view(camera, clock)
    camera.arrived(packet(100))
    camera.arrived(packet(102))
    copy.lost([box.packets[0].sequence + 1])
    (nack,) = uplink.control
    assert isinstance(nack, RtcpRtpfbPacket)
    assert (nack.media_ssrc, nack.lost) == (7, [101])
    assert len(box.packets) == 2


def test_its_second_chance_fills_the_gap(camera: CameraTrack, clock: EdgeClock) -> None:
    _, box = view(camera, clock)
    camera.arrived(packet(100))
    camera.arrived(packet(102))
    again = Retransmissions(camera)
    again.arrived(packet(1, payload=(101).to_bytes(2, "big") + b"lost"))
    again.arrived(packet(2, payload=b""))
    assert [sent.sequence - box.packets[0].sequence for sent in box.packets] == [0, 2, 1]
    assert box.packets[2].payload == b"lost"


def test_packets_that_only_probe_are_not_passed_on(camera: CameraTrack, clock: EdgeClock) -> None:
    _, box = view(camera, clock)
    camera.arrived(packet(1, payload=b""))
    assert box.packets == []
