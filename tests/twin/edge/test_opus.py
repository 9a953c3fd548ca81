"""Opus there and back, and packets put in order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.twin.edge.opus import LONGEST_FILL, OpusDecoder, OpusEncoder, ReorderBuffer
from greenroom.twin.seat import SENT_SAMPLES, Pcm
from tests.twin.edge.doubles import packet

pytestmark = pytest.mark.unit


def tone(number: int, hz: float = 440) -> Pcm:
    at = (np.arange(960) + number * 960) / 48_000
    return (np.sin(2 * np.pi * hz * at) * 9000).astype(np.int16)


def test_a_tone_comes_out_at_16_khz_as_it_went_in() -> None:
    encoder, decoder = OpusEncoder(), OpusDecoder()
    frames = [pcm for number in range(60) for pcm in decoder.decode(encoder.encode(tone(number)))]
    assert {frame.shape for frame in frames} == {(320,)}
    assert {frame.dtype for frame in frames} == {np.dtype(np.int16)}
    assert len(frames) == 60
    heard = np.concatenate(frames[-50:]).astype(float)
    spectrum = np.abs(np.fft.rfft(heard))
    assert spectrum.argmax() * 16_000 / len(heard) == pytest.approx(440, abs=2)
    assert heard.std() == pytest.approx(9000 / 2**0.5, rel=0.1)


def test_each_call_makes_one_packet() -> None:
    encoder = OpusEncoder()
    packets = [encoder.encode(tone(number)) for number in range(10)]
    assert all(0 < len(data) < 300 for data in packets)


def test_silence_that_is_repeated_stays_silent_and_the_next_sound_begins_whole() -> None:
    encoder, decoder = OpusEncoder(), OpusDecoder()
    still = np.zeros(SENT_SAMPLES, np.int16)
    sounds = [tone(number) for number in range(40)] + [still] * 100 + [tone(number) for number in range(40)]
    packets = [encoder.encode(sound) for sound in sounds]
    heard = [np.concatenate(decoder.decode(data)).astype(float) for data in packets]
    assert all(packet is packets[139] for packet in packets[80:140]), "made once"
    assert max(np.abs(frame).max() for frame in heard[80:140]) == 0
    assert [frame.std() for frame in heard[140:]] == pytest.approx([frame.std() for frame in heard[:40]], rel=0.05)


@given(st.lists(st.binary(max_size=30), max_size=5))
def test_garbage_is_silent_and_spoils_nothing(garbage: list[bytes]) -> None:
    encoder, decoder = OpusEncoder(), OpusDecoder()
    for data in garbage:
        decoder.decode(data)
    assert [pcm for number in range(5) for pcm in decoder.decode(encoder.encode(tone(number)))]


def order(*sequences: int) -> list[int | None]:
    """What comes out when packets arrive in this order."""
    reorder = ReorderBuffer()
    return [due and due.sequence for sequence in sequences for due in reorder.push(packet(sequence))]


def test_packets_in_order_pass_at_once() -> None:
    reorder = ReorderBuffer()
    for sequence in (65_534, 65_535, 0, 1):
        (due,) = reorder.push(packet(sequence))
        assert due is not None
        assert due.sequence == sequence


def test_late_ones_are_put_back_in_order() -> None:
    assert order(1, 3, 2, 4) == [1, 2, 3, 4]
    assert order(65_534, 0, 65_535, 1) == [65_534, 65_535, 0, 1]


def test_a_lost_one_is_given_up_after_three_newer_ones() -> None:
    assert order(1, 3, 4) == [1]
    assert order(1, 3, 4, 5) == [1, None, 3, 4, 5]
    assert order(1, 3, 4, 5, 2) == [1, None, 3, 4, 5]


def test_doubles_are_dropped() -> None:
    assert order(1, 1, 2, 2, 3) == [1, 2, 3]


def test_a_long_hole_is_not_filled() -> None:
    assert order(1, 2 + LONGEST_FILL, 3 + LONGEST_FILL, 4 + LONGEST_FILL)[1:-3] == [None] * LONGEST_FILL
    assert order(1, 100, 101, 102) == [1, 100, 101, 102]


def test_a_restarted_sender_is_followed_at_once() -> None:
    assert order(1, 2, 30_000, 30_001) == [1, 2, 30_000, 30_001]


@given(st.lists(st.integers(0, 65_535), max_size=60))
def test_no_order_of_arrival_makes_it_hold_packets_back_for_ever(sequences: list[int]) -> None:
    reorder = ReorderBuffer()
    for sequence in sequences:
        reorder.push(packet(sequence))
    assert len(reorder._waiting) <= 2
