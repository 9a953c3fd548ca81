"""Hibari's English voice, and two more made from it by shifting pitch and formants."""

from __future__ import annotations

import threading
from functools import cache

import numpy as np
from hibari import Hibari, dsp
from hibari.g2p import G2P
from numpy.typing import NDArray

from greenroom.catalog.voices import OfflineVoice
from greenroom.speech.packed_table import PackedTable
from greenroom.speech.sound import SENT_RATE, Pcm
from greenroom.speech.synthesis import VoiceError

#: Loudness all sentences are brought to (RMS of full scale), and the peak that is never passed.
_RMS, _PEAK = 0.09, 0.9
#: Below this (of full scale) is silence; what is kept of it before a sentence and after it, as a breath to the next one.
_SILENT, _LEAD_S, _TAIL_S = 0.008, 0.005, 0.18
#: Taps of the low-pass behind :func:`doubled`, and its window: 50 dB.
_TAPS, _BETA = 41, 5.0
#: How much the spectrum above a lowered voice's formants is damped (natural logarithm of the magnitude).
_ABOVE_FORMANTS = 4.0


class HibariVoices:
    """Speech synthesis with the Hibari model: about 50 ms to the first sentence on one core. Apache-2.0, needs no espeak."""

    label = "Hibari"

    def __init__(self) -> None:
        self._model = Hibari(threads=1)
        assert 2 * self._model.sample_rate == SENT_RATE
        self._lock = threading.Lock()
        self._model("Warm up.")  # the first run builds the G2P tables, which takes a second
        _pack(self._model.g2p)

    def render(self, text: str, voice: OfflineVoice, speed: float) -> Pcm:
        """See :meth:`greenroom.speech.synthesis.SpeechSynthesis.render`. Threads take turns.

        Levelled to an RMS of 0.09 of full scale (peaks at most 0.9), and trimmed to 5 ms before the first sound and 180 ms after
        the last.
        """
        try:
            with self._lock:
                parts = [self._sentence(phonemes, voice, speed) for phonemes in self._model.phonemize(text)]
        except Exception as error:  # whatever the wheel or its runtime raises: its errors have no common base
            raise VoiceError(f"the voice failed ({type(error).__name__})") from error
        sound = np.concatenate(parts) if parts else np.zeros(0, np.float32)
        sound = _trimmed(_levelled(sound), self._model.sample_rate)
        sound = doubled(sound)
        return (np.clip(sound, -1.0, 1.0) * 32767).astype(np.int16)

    def _sentence(self, phonemes: str, voice: OfflineVoice, speed: float) -> NDArray[np.float32]:
        ids = self._model.ids(phonemes)
        if len(ids) < 3:
            return np.zeros(0, np.float32)
        if voice.pitch == voice.formants == 1.0:
            return self._model.from_ids(ids, speed, np.random.default_rng(0))
        outputs = self._model.sess.run(None, {"ids": np.asarray([ids], np.int64), "speed": np.asarray([speed], np.float32)})
        *spectra, phase, pitch = (np.asarray(o)[0] for o in outputs)
        loud, turned, noise, residue = (_shifted(s, voice.formants) for s in spectra)
        return dsp.synth(loud, turned, noise, residue, phase, pitch * voice.pitch, np.random.default_rng(0))


def _pack(g2p: G2P) -> None:
    """Keep the pronunciations and the weights of the tagger in 20 MB instead of 100."""
    for lexicon in (g2p.lexicon.golds, g2p.lexicon.silvers):
        lexicon.d = PackedTable(lexicon.d)
    g2p.tagger.weights, g2p.tagger.tagdict = PackedTable(g2p.tagger.weights), PackedTable(g2p.tagger.tagdict)


def _shifted(spectrum: NDArray[np.float32], ratio: float) -> NDArray[np.float32]:
    """The rows (frequencies) of a log spectrum stretched by ``ratio``: above 1 a smaller head, below a larger one."""
    rows = spectrum.shape[0]
    source = np.arange(rows) / ratio
    low = np.minimum(source.astype(int), rows - 2)
    weight = np.clip(source - low, 0, 1)[:, None].astype(np.float32)
    moved = spectrum[low] * (1 - weight) + spectrum[low + 1] * weight
    if ratio < 1:
        moved[int(rows * ratio) :] -= _ABOVE_FORMANTS
    return moved.astype(np.float32)


def _trimmed(sound: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """Remove the 0.3 s of silence before and 0.45 s after each sentence that the model adds."""
    loud = np.flatnonzero(np.abs(sound) > _SILENT)
    if not len(loud):
        return sound[:0]
    lead, tail = round(_LEAD_S * rate), round(_TAIL_S * rate)
    return sound[max(0, loud[0] - lead) : loud[-1] + tail]


def doubled(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """At twice the sample rate: 24 kHz, which the model has, to 48. scipy's own takes 50 MB to import."""
    if not len(sound):
        return sound
    spread = np.zeros(2 * len(sound), np.float32)
    spread[::2] = sound
    return np.convolve(spread, _half_band())[_TAPS // 2 :][: len(spread)]


@cache
def _half_band() -> NDArray[np.float32]:
    place = np.arange(_TAPS) - _TAPS // 2
    kernel = np.sinc(place / 2) * np.kaiser(_TAPS, _BETA)
    return (2 * kernel / kernel.sum()).astype(np.float32)


def _levelled(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    rms = float(np.sqrt((sound**2).mean())) if len(sound) else 0.0
    if rms < 1e-4:
        return sound
    gain = min(_RMS / rms, _PEAK / float(np.abs(sound).max()))
    return sound * gain
