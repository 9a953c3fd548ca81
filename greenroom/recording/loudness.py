"""Brings short recordings of speech to one loudness and one format, so that neither tells where they come from."""

from __future__ import annotations

import io
import wave

import av
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from greenroom.errors import GreenroomError

RATE = 48_000
#: Loudness of the parts that are speech (RMS of full scale), and the peak that no sample passes.
TARGET_RMS, PEAK = 0.09, 0.95
#: A block of 20 ms counts as speech when it is at most this far below the loudest one.
_BLOCK, _BELOW = RATE // 50, 0.1
#: Silence that is left before and after the speech: what is cut would tell voices apart.
_PAD_S = 0.15


class NoSpeech(GreenroomError):
    """A sample without sound, or in no audio format that can be read."""

    advice = "Choose another voice or another sentence."


def matched(audio: bytes) -> bytes:
    """Any audio file → WAV, 48 kHz, mono, 16 bit, at the common loudness, trimmed to its speech. Raises NoSpeech."""
    sound = _decoded(audio)
    blocks = sound[: len(sound) // _BLOCK * _BLOCK].reshape(-1, _BLOCK)
    levels = np.sqrt((blocks**2).mean(axis=1)) if len(blocks) else np.zeros(0)
    if not len(levels) or levels.max() < 1e-4:
        raise NoSpeech("The sample is silent.")
    speech = np.flatnonzero(levels >= levels.max() * _BELOW)
    rms = float(np.sqrt((blocks[speech] ** 2).mean()))
    start, end = speech[0] * _BLOCK, (speech[-1] + 1) * _BLOCK
    silence = np.zeros(round(_PAD_S * RATE), np.float32)
    loud = np.concatenate([silence, sound[start:end] * (TARGET_RMS / rms), silence])
    return _wav(_limited(loud))


def _limited(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """Peaks are bent instead of the whole made quieter: that would undo the match."""
    over = np.abs(sound) > PEAK / 2
    bent = np.sign(sound) * (PEAK / 2 + (PEAK / 2) * np.tanh((np.abs(sound) - PEAK / 2) / (PEAK / 2)))
    return np.where(over, bent, sound).astype(np.float32)


def _decoded(audio: bytes) -> NDArray[np.float32]:
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    try:
        with av.open(io.BytesIO(audio), "r") as file:
            frames = [out for frame in file.decode(audio=0) for out in resampler.resample(frame)]
            frames += resampler.resample(None)
    except (FFmpegError, IndexError) as error:
        raise NoSpeech(f"The sample can't be played ({type(error).__name__}).") from error
    parts = [frame.to_ndarray().ravel().astype(np.float32) for frame in frames]
    return np.concatenate([np.zeros(0, np.float32), *parts])


def _wav(sound: NDArray[np.float32]) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(RATE)
        wav.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return file.getvalue()
