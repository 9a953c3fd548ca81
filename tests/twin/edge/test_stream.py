"""A viewer's copy of a stream: its numbers, its reports, and what is sent again."""

from __future__ import annotations

import pytest
from aiortc.rtp import RtcpReceiverInfo, RtcpSdesPacket, RtcpSrPacket

from greenroom.twin.edge.stream import Forwarder, RtpIds
from greenroom.twin.edge.video import VideoStream
from tests.twin.edge.doubles import EdgeClock, SentBox, packet

pytestmark = pytest.mark.unit

PLAIN, WITH_RTX = RtpIds(40_000, 96), RtpIds(40_000, 96, (40_001, 97))


def viewed(lane: RtpIds) -> tuple[VideoStream, Forwarder, SentBox, EdgeClock]:
    video, box, clock = VideoStream(), SentBox(), EdgeClock()
    return video, Forwarder(video, box, lane, clock), box, clock  # pyright: ignore[reportArgumentType]


def test_order_gaps_and_time_are_kept_under_other_numbers() -> None:
    video, _, box, _ = viewed(PLAIN)
    for sequence, timestamp in ((65_535, 2**32 - 1), (0, 2999), (3, 5999)):
        video.forward(packet(sequence, timestamp))
    first, second, third = box.packets
    assert {(sent.ssrc, sent.payload_type) for sent in box.packets} == {(40_000, 96)}
    assert first.sequence < 2**15, "a wrap right at the start would confuse SRTP"
    assert (second.sequence - first.sequence, third.sequence - first.sequence) == (1, 4)
    assert second.timestamp - first.timestamp & 0xFFFFFFFF == 3000


def test_what_was_lost_is_sent_again_on_its_own_channel() -> None:
    video, copy, box, _ = viewed(WITH_RTX)
    for sequence in range(5):
        video.forward(packet(sequence, payload=bytes([sequence])))
    lost = box.packets[2]
    copy.lost([lost.sequence, box.packets[4].sequence])
    again = box.packets[5]
    assert (again.ssrc, again.payload_type, again.timestamp) == (40_001, 97, lost.timestamp)
    assert again.payload == lost.sequence.to_bytes(2, "big") + lost.payload
    assert box.packets[6].sequence - again.sequence & 0xFFFF == 1


def test_without_such_a_channel_it_is_repeated_as_it_was() -> None:
    video, copy, box, _ = viewed(PLAIN)
    video.forward(packet(1))
    copy.lost([box.packets[0].sequence])
    assert box.packets[1] == box.packets[0]


def test_what_is_not_known_any_more_is_not_sent() -> None:
    video, copy, box, _ = viewed(WITH_RTX)
    copy.lost([1, 2])
    for sequence in range(1000):
        video.forward(packet(sequence))
    copy.lost([box.packets[0].sequence, box.packets[0].sequence - 7 & 0xFFFF])
    assert len(box.packets) == 1000


def test_sender_reports_tell_count_and_time() -> None:
    video, copy, box, clock = viewed(PLAIN)
    assert copy.report() == []
    video.forward(packet(1, payload=b"12345"))
    clock.advance(1)
    report, name = copy.report()
    assert isinstance(report, RtcpSrPacket)
    assert isinstance(name, RtcpSdesPacket)
    assert (report.ssrc, report.sender_info.packet_count, report.sender_info.octet_count) == (40_000, 1, 5)
    elapsed = report.sender_info.rtp_timestamp - box.packets[0].timestamp & 0xFFFFFFFF
    assert elapsed == pytest.approx(90_000, rel=0.1)


def test_the_viewers_report_is_its_downlink() -> None:
    _, copy, _, _ = viewed(PLAIN)
    copy.reported(RtcpReceiverInfo(40_000, 64, 10, 5, 900, 0, 0))
    assert (copy.loss, copy.jitter_ms) == (0.25, 10)


def test_a_copy_that_ended_gets_nothing() -> None:
    video, copy, box, _ = viewed(PLAIN)
    assert box.outbound == {40_000: copy}
    copy.end()
    video.forward(packet(1))
    assert box.packets == []
    assert box.outbound == {}
