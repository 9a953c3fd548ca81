"""End of turn by meaning: the smart-turn v3.2 model from the ``pipecat-ai`` wheel, run by onnxruntime.

The model takes Whisper's log-mel spectrogram of the last 8 seconds and returns the probability that the caller has finished.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from greenroom.speech import pipecat_models
from greenroom.twin.seat import HEARD_RATE, Pcm

_MODEL = "audio/turn/smart_turn/data/smart-turn-v3.2-cpu.onnx"
_SAMPLES = 8 * HEARD_RATE
_WINDOW, _HOP, _MELS = 400, 160, 80
#: The knee of Slaney's mel scale: linear below 1 kHz, logarithmic above.
_KNEE_HZ, _KNEE_MEL, _LINEAR_HZ = 1000.0, 15.0, 200.0 / 3
_LOG_STEP = np.log(6.4) / 27

Floats = NDArray[np.float32]


class SmartTurn:
    """About 30 ms on one core; call it from one thread at a time."""

    def __init__(self) -> None:
        self._session = pipecat_models.session(_MODEL)

    def completeness(self, pcm: Pcm) -> float:
        """How likely the turn in these samples (16 kHz) is complete, 0..1. Blocks."""
        features = log_mel(pcm)[np.newaxis]
        return float(np.asarray(self._session.run(None, {"input_features": features})[0]).reshape(-1)[0])


def log_mel(pcm: Pcm) -> Floats:
    """Whisper's spectrogram, 80 × 800, of the last 8 s; shorter audio is padded in front."""
    sound = pcm[-_SAMPLES:].astype(np.float32) / 32768.0
    sound = np.pad(sound, (_SAMPLES - len(sound), 0))
    sound = (sound - sound.mean()) / np.sqrt(sound.var() + 1e-7)
    padded = np.pad(sound, _WINDOW // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP][:-1]
    window = np.hanning(_WINDOW + 1)[:-1].astype(np.float32)
    power = np.abs(np.fft.rfft(frames * window, axis=1)) ** 2
    mel = np.log10(np.maximum(power @ _filters(), 1e-10)).T
    mel = (np.maximum(mel, mel.max() - 8.0) + 4.0) / 4.0
    return mel.astype(np.float32)


@cache
def _filters() -> NDArray[np.float64]:
    """Triangular mel filters of equal area, 201 frequencies × 80 bands."""
    edges = _hz(np.linspace(0.0, _mel(HEARD_RATE / 2), _MELS + 2))
    frequencies = np.linspace(0.0, HEARD_RATE / 2, _WINDOW // 2 + 1)
    rising = (frequencies[:, None] - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - frequencies[:, None]) / (edges[2:] - edges[1:-1])
    return np.maximum(0.0, np.minimum(rising, falling)) * 2.0 / (edges[2:] - edges[:-2])


def _mel(hz: float) -> float:
    return float(_KNEE_MEL + np.log(hz / _KNEE_HZ) / _LOG_STEP) if hz >= _KNEE_HZ else hz / _LINEAR_HZ


def _hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(mel >= _KNEE_MEL, _KNEE_HZ * np.exp(_LOG_STEP * (mel - _KNEE_MEL)), mel * _LINEAR_HZ)
