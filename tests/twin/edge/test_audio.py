"""A seat's voice and a browser's microphone on their way to viewers and listeners."""

from __future__ import annotations

import gc

import numpy as np
import psutil
import pytest

from greenroom.twin.edge.audio import MicrophoneTrack, VoiceStream
from greenroom.twin.edge.opus import OpusEncoder
from greenroom.twin.edge.stream import Forwarder, RtpIds, Stream
from greenroom.twin.seat import Pcm
from tests.twin.edge.doubles import EdgeClock, SentBox, packet

pytestmark = pytest.mark.unit

LOUD = (np.sin(np.arange(960) / 10) * 9000).astype(np.int16)


def view(stream: Stream, ssrc: int = 20_000, *, with_pts: bool = False) -> SentBox:
    box = SentBox()
    Forwarder(stream, box, RtpIds(ssrc, 111, with_pts=with_pts), EdgeClock())  # pyright: ignore[reportArgumentType]
    return box


def test_a_voice_is_encoded_once_for_all_viewers(monkeypatch: pytest.MonkeyPatch) -> None:
    encoded: list[int] = []
    encode = OpusEncoder.encode
    monkeypatch.setattr(OpusEncoder, "encode", lambda self, pcm: (encoded.append(1), encode(self, pcm))[1])
    voice = VoiceStream(EdgeClock())
    boxes = [view(voice, ssrc) for ssrc in (20_000, 20_002, 20_004)]
    for number in range(5):
        voice.send(LOUD, number * 20)
    assert len(encoded) == 5
    for box in boxes:
        assert [sent.payload for sent in box.packets] == [sent.payload for sent in boxes[0].packets]
        steps = np.diff([sent.timestamp for sent in box.packets]) % 2**32
        assert set(steps.tolist()) == {960}
    assert {box.packets[0].ssrc for box in boxes} == {20_000, 20_002, 20_004}


def test_a_voice_nobody_receives_costs_no_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OpusEncoder, "encode", lambda self, pcm: pytest.fail("encoded"))
    VoiceStream(EdgeClock()).send(LOUD, 0)


def test_a_pause_is_a_pause_in_rtp_time_too() -> None:
    clock = EdgeClock()
    voice = VoiceStream(clock)
    box = view(voice)
    voice.send(LOUD, 0)
    voice.send(LOUD, 20)
    clock.advance(2)
    voice.send(LOUD, 40)
    voice.send(LOUD, 60)
    first, second, third, last = box.packets
    assert second.timestamp - first.timestamp & 0xFFFFFFFF == 960
    assert third.timestamp - second.timestamp & 0xFFFFFFFF == pytest.approx(96_000, abs=4800)
    assert last.timestamp - third.timestamp & 0xFFFFFFFF == 960
    assert [sent.marker for sent in box.packets] == [True, False, True, False]
    assert [sent.sequence - first.sequence for sent in box.packets] == [0, 1, 2, 3]


def test_only_viewers_that_asked_get_the_audio_time() -> None:
    voice = VoiceStream(EdgeClock())
    asked, plain = view(voice, with_pts=True), view(voice)
    voice.send(LOUD, 0x0123456789)
    (with_time,), (without,) = asked.packets, plain.packets
    assert with_time.payload == bytes.fromhex("47000b030008") + bytes.fromhex("8967452301000000") + without.payload


def test_a_voice_that_ended_holds_no_thread_though_it_is_still_known() -> None:
    process = psutil.Process()
    gc.collect()  # threads of the encoders of earlier tests end here, not while these are counted
    before = process.num_threads()
    voices = [VoiceStream(EdgeClock()) for _ in range(5)]
    boxes = [view(voice) for voice in voices]
    for voice in voices:
        voice.send(LOUD, 0)
        voice.close()
        voice.send(LOUD, 20)
    assert [len(box.packets) for box in boxes] == [1] * 5, "nothing more is sent"
    assert process.num_threads() <= before


@pytest.mark.parametrize("samples", [0, 320, 959, 961])
def test_a_seat_must_send_20_ms_at_a_time(samples: int) -> None:
    with pytest.raises(ValueError, match="960"):
        VoiceStream(EdgeClock()).send(np.zeros(samples, np.int16), 0)


def test_listeners_in_this_process_hear_a_voice_at_16_khz() -> None:
    heard: list[Pcm] = []
    voice = VoiceStream(EdgeClock())
    stop = voice.listen(heard.append)
    for number in range(10):
        voice.send(LOUD, number * 20)
    assert {pcm.shape for pcm in heard} == {(320,)}
    count = len(heard)
    assert count >= 9
    stop()
    voice.send(LOUD, 200)
    assert len(heard) == count


def test_a_microphone_is_forwarded_as_it_came_and_heard() -> None:
    encoder, clock = OpusEncoder(), EdgeClock()
    microphone = MicrophoneTrack(5, clock)
    box, heard = view(microphone), []
    microphone.listen(heard.append)
    payloads = [encoder.encode(LOUD) for _ in range(10)]
    for number, payload in enumerate(payloads):
        if number != 4:
            microphone.arrived(packet(1000 + number, number * 960, payload))
    assert [sent.payload for sent in box.packets] == payloads[:4] + payloads[5:]
    assert box.packets[4].sequence - box.packets[3].sequence == 2, "the hole is left for the viewer to mend"
    assert len(heard) >= 9
    assert not heard[4].any() or not heard[3].any(), "and is silent here"
