"""The recognizer: Moonshine tiny (English), whose model is inside the wheel of moonshine-voice 0.1.0."""

from __future__ import annotations

import ctypes
import os
import threading

import numpy as np
from moonshine_voice.errors import MoonshineError, check_error
from moonshine_voice.moonshine_api import TranscriptC
from moonshine_voice.transcriber import ModelArch, Transcriber
from moonshine_voice.utils import get_assets_path
from numpy.typing import NDArray

from greenroom.speech.hearing import HearingError
from greenroom.speech.sound import HEARD_RATE, Pcm

#: The wheel's runtime reads it when a model is loaded.
_ONE_THREAD = "MOONSHINE_ORT_SINGLE_THREAD"
#: Speech is amplified to this peak (full scale = 1), with a limit on the gain.
_PEAK, _LARGEST_GAIN = 0.6, 12.0
#: A quiet room on both sides: without it first and last words are lost. Word errors without, with zeros, with this: 8.2, 6.4 and
#: 6.4 % of real readers, 10.1, 2.5 and 2.5 % of tightly cut synthetic speech. Zeros are no sound that a microphone makes.
_PADDING = np.random.default_rng(0).normal(0, 0.0005, HEARD_RATE // 4).astype(np.float32)


class Moonshine:
    """Transcribes speech that the gate has found; silence, this model transcribes as "You"."""

    label = "Moonshine tiny (English)"

    def __init__(self) -> None:
        # On two threads it takes 1.5 times the work and hardly less time: while they wait for each other, they spin.
        os.environ.setdefault(_ONE_THREAD, "1")
        # Its own voice detection is off: a second one would split sentences and invent words.
        self._transcriber = _ArrayTranscriber(
            os.path.join(str(get_assets_path()), "tiny-en"),
            ModelArch.TINY,
            options={"vad_threshold": "0.0", "return_audio_data": "false"},
        )
        self._lock = threading.Lock()

    def transcribe(self, pcm: Pcm) -> str:
        """See :meth:`greenroom.speech.hearing.Recognizer.transcribe`. Threads take turns.

        Amplified to a peak of 0.6 of full scale, at most 12 times; "" below a peak of 0.001.
        """
        speech = pcm.astype(np.float32) / 32768.0
        peak = float(np.abs(speech).max(initial=0.0))
        if peak < 1e-3:
            return ""
        speech *= min(_LARGEST_GAIN, _PEAK / peak)
        try:
            with self._lock:
                return self._transcriber.text_of(np.concatenate([_PADDING, speech, _PADDING]))
        except MoonshineError as error:
            raise HearingError(f"the recognizer failed ({type(error).__name__})") from error


class _ArrayTranscriber(Transcriber):
    """Passes an array without copying. The wheel's own method makes a Python list of it first, and meanwhile
    (17 ms for 12 s of speech) no other thread runs: neither the one that sends sound every 20 ms."""

    def text_of(self, samples: NDArray[np.float32]) -> str:
        assert self._lib is not None
        found = ctypes.POINTER(TranscriptC)()
        check_error(
            self._lib.moonshine_transcribe_without_streaming(
                self._handle,
                samples.ctypes.data_as(ctypes.POINTER(ctypes.c_float)),
                len(samples),
                HEARD_RATE,
                0,
                ctypes.byref(found),
            )
        )
        return " ".join(line.text.strip() for line in self._parse_transcript(found).lines).strip()
