"""The gate: the Silero VAD model from the ``pipecat-ai`` wheel, run by onnxruntime, which lets other threads run meanwhile."""

from __future__ import annotations

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
    """One network state; the network itself is shared. About 0.15 ms of one core for each 32 ms of audio."""

    def __init__(self) -> None:
        self._network = _network()
        self._state = np.zeros((2, 1, 128), np.float32)
        self._before = np.zeros(_BEFORE, np.float32)

    def probability(self, pcm: Pcm) -> float:
        """See :meth:`greenroom.speech.hearing.VoiceGate.probability`. Changes the network's state."""
        heard = np.concatenate([self._before, pcm.astype(np.float32) / np.float32(32768.0)])
        self._before = heard[-_BEFORE:]
        speech, state = self._network.run(None, {"input": heard[np.newaxis], "state": self._state, "sr": _RATE})
        self._state = np.asarray(state)
        return float(np.asarray(speech)[0, 0])


@cache
def _network() -> onnxruntime.InferenceSession:
    """Holds no state, so all gates share it."""
    return pipecat_models.session(_MODEL)
