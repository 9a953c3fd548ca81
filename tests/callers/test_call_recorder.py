"""The recording: the caller left, the agent right, each at its time, whatever the network did."""

from __future__ import annotations

import av
import numpy as np
import pytest

from greenroom.callers.call_recorder import CallRecorder
from greenroom.speech.sound import HEARD_RATE

pytestmark = pytest.mark.unit

FRAME = 320


def tone(hz: float, frames: int) -> np.ndarray:
    at = np.arange(frames * FRAME) / HEARD_RATE
    return (np.sin(2 * np.pi * hz * at) * 9000).astype(np.int16)


def loud_ms(channel: np.ndarray) -> tuple[float, float]:
    loud = np.flatnonzero(np.abs(channel) > 1500)
    return loud[0] / 48, loud[-1] / 48


def test_both_sides_are_where_they_were(tmp_path):
    recorder, caller, agent = CallRecorder(), tone(440, 50), tone(880, 50)
    for frame in range(50):
        part = slice(frame * FRAME, (frame + 1) * FRAME)
        recorder.add("caller", caller[part], 520 + frame * 20)
        recorder.add("agent", agent[part], 2020 + frame * 20 + (7 if frame % 2 else -7))  # packets come unevenly
    assert recorder.write(tmp_path / "call.webm")
    with av.open(str(tmp_path / "call.webm")) as container:
        sound = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)
    left, right = (sound.reshape(-1, 2).T if sound.shape[0] == 1 else sound) * (32768 if sound.dtype.kind == "f" else 1)
    assert loud_ms(left) == pytest.approx((500, 1500), abs=60)
    assert loud_ms(right) == pytest.approx((2000, 3000), abs=60)


def test_a_call_without_sound_has_no_recording(tmp_path):
    assert not CallRecorder().write(tmp_path / "call.webm")
    assert not (tmp_path / "call.webm").exists()
