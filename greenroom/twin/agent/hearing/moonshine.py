"""The recogniser: Moonshine tiny (English), whose model is inside the wheel of moonshine-voice 0.1.0."""

from __future__ import annotations

import os
import threading

import numpy as np
from moonshine_voice.transcriber import ModelArch, Transcriber
from moonshine_voice.utils import get_assets_path

from greenroom.twin.seat import HEARD_RATE, Pcm

#: Speech is brought to this peak (full scale = 1): quiet microphones are understood, nothing is blown up without limit.
_PEAK, _LARGEST_GAIN = 0.6, 12.0
#: A little silence on both sides; without it first and last words are lost.
_PADDING = np.zeros(HEARD_RATE // 8, np.float32)


class Moonshine:
    """Called on gated speech only: on silence this model answers "You"."""

    label = "Moonshine tiny (English)"

    def __init__(self) -> None:
        # Its own gate is off: ours decides what is speech, and a second one splits sentences and invents words.
        self._transcriber = Transcriber(
            os.path.join(str(get_assets_path()), "tiny-en"),
            ModelArch.TINY,
            options={"vad_threshold": "0.0", "return_audio_data": "false"},
        )
        self._lock = threading.Lock()

    def transcribe(self, pcm: Pcm) -> str:
        speech = pcm.astype(np.float32) / 32768.0
        peak = float(np.abs(speech).max(initial=0.0))
        if peak < 1e-3:
            return ""
        speech *= min(_LARGEST_GAIN, _PEAK / peak)
        samples = np.concatenate([_PADDING, speech, _PADDING]).tolist()
        with self._lock:
            lines = self._transcriber.transcribe_without_streaming(samples, HEARD_RATE).lines
        return " ".join(line.text.strip() for line in lines).strip()
