"""RTP on the wire, and what a receiver reports about it."""

from __future__ import annotations

import contextlib

import pytest
from aiortc.rtp import RtpPacket
from hypothesis import given
from hypothesis import strategies as st

from greenroom.twin.edge.rtp import ReceptionStats, ahead, ntp, read, write
from tests.twin.edge.doubles import packet

pytestmark = pytest.mark.unit


@given(
    ssrc=st.integers(0, 2**32 - 1),
    payload_type=st.integers(0, 127),
    sequence=st.integers(-70_000, 140_000),
    timestamp=st.integers(-(2**33), 2**33),
    marker=st.booleans(),
    payload=st.binary(max_size=50),
)
def test_what_is_written_is_read_again_by_us_and_by_others(
    ssrc: int, payload_type: int, sequence: int, timestamp: int, marker: bool, payload: bytes
) -> None:
    data = write(ssrc, payload_type, sequence, timestamp, marker, payload)
    for parsed in (read(data), RtpPacket.parse(data)):
        assert (parsed.ssrc, parsed.payload_type, bool(parsed.marker)) == (ssrc, payload_type, marker)
        assert parsed.payload == payload
        assert parsed.timestamp == timestamp % 2**32
    assert read(data).sequence == sequence % 2**16


def test_extensions_contributors_and_padding_are_passed_over() -> None:
    fixed = bytes([0x80 | 0x20 | 0x10 | 1, 111]) + bytes(10)
    data = fixed + b"CSRC" + b"\xbe\xde\x00\x01" + b"EXTN" + b"payload" + b"\x00\x00\x03"
    assert read(data).payload == b"payload"


@given(st.binary(max_size=40))
def test_garbage_is_a_value_error_or_a_packet(data: bytes) -> None:
    with contextlib.suppress(ValueError):
        read(data)


def test_sequence_numbers_wrap() -> None:
    assert ahead(5, 3) == 2
    assert ahead(1, 65_535) == 2
    assert ahead(65_535, 1) == -2


def test_ntp_counts_from_1900() -> None:
    assert ntp(0) >> 32 == 2_208_988_800
    assert ntp(0.5) & 0xFFFFFFFF == 1 << 31


def test_loss_is_reported_for_the_time_since_the_last_report() -> None:
    reception = ReceptionStats(5, 48_000)
    assert reception.report(0) is None
    for number in range(100):
        if number % 10:
            reception.count(packet(65_530 + number & 0xFFFF, number * 960), number * 0.02)
    report = reception.report(2)
    assert report is not None
    assert report.packets_lost == 9  # the first one that never came is not known of
    assert reception.loss == pytest.approx(9 / 99)
    reception.count(packet(65_530 + 100 & 0xFFFF, 96_000), 2.0)
    assert reception.report(3) is not None
    assert reception.loss == 0


def test_jitter_is_the_spread_of_arrivals() -> None:
    steady, uneven = ReceptionStats(5, 48_000), ReceptionStats(5, 48_000)
    for number in range(200):
        steady.count(packet(number, number * 960), number * 0.02)
        uneven.count(packet(number, number * 960), number * 0.02 + (number % 2) * 0.01)
    assert steady.jitter_ms < 0.1
    assert uneven.jitter_ms == pytest.approx(10, rel=0.1)


def test_a_sender_report_is_echoed_with_its_delay() -> None:
    reception = ReceptionStats(5, 48_000)
    reception.count(packet(1), 0)
    reception.sender_reported(0x0123456789ABCDEF, 1.0)
    report = reception.report(1.5)
    assert report is not None
    assert (report.lsr, report.dlsr) == (0x456789AB, 32_768)
