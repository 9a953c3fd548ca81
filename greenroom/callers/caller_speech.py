"""What a caller says and the noise around it: lines by the offline voices, recorded lines, and rooms."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
import numpy as np
from av.error import FFmpegError

from greenroom.catalog.voices import offline_voice
from greenroom.speech.hearing import Recognizer
from greenroom.speech.sound import SENT_RATE, Pcm
from greenroom.speech.synthesis import SpeechSynthesis

#: The voice of a caller whose scenario names none: not the voice that most agents get.
DEFAULT_VOICE = "dale"
#: The loudness of the offline voices (RMS of full scale), which an SNR refers to.
SPEECH_RMS = 0.09
#: The hiss of a quiet room: its standard deviation in 16-bit steps.
_HISS = 12.0
_ROOM_S = 6
LONGEST_RECORDING_S = 120
#: Lines that are kept for other runs; one has 0.3 MB.
MOST_LINES = 200
_BABBLE = (
    ("The train to the coast leaves at a quarter past nine, and it is nearly always late on a Monday morning.", "heart"),
    ("We could take the children to the museum first, and then have lunch somewhere near the river.", "dale"),
    ("The shop on the corner has closed, and I have no idea when it will open again this year.", "wren"),
    ("If the weather stays like this, the whole garden party will have to move indoors, she said.", "heart"),
)


class UnusableRecording(Exception):
    """A recorded line can't be played."""


class SpeechEngines:
    """The models of the callers' process: loaded once, one thread each, lines kept once they are made."""

    def __init__(self) -> None:
        self.hearing = ThreadPoolExecutor(1, thread_name_prefix="hearing")
        self._speaking = ThreadPoolExecutor(1, thread_name_prefix="voice")
        self._lines: OrderedDict[tuple[str, str, float], asyncio.Future[Pcm]] = OrderedDict()
        self._voices: SpeechSynthesis | None = None
        self._recognizer: Recognizer | None = None

    async def load(self) -> None:
        """Load voices and recognizer at once, each in its own thread. Comes before any line and any recognition."""
        loop = asyncio.get_running_loop()
        await asyncio.gather(
            loop.run_in_executor(self._speaking, self._load_voices), loop.run_in_executor(self.hearing, self._load_recognizer)
        )

    def recognize(self, pcm: Pcm) -> str:
        """The words of 16 kHz speech. Blocks; call it in the ``hearing`` threads. Raises HearingError."""
        assert self._recognizer is not None
        return self._recognizer.transcribe(pcm)

    async def line(self, text: str, voice: str, speed: float) -> Pcm:
        """A line at 48 kHz; the last :data:`MOST_LINES` are kept. Raises VoiceError."""
        key = (text, voice or DEFAULT_VOICE, speed)
        known = self._lines.get(key)
        if known is None or (known.done() and (known.cancelled() or known.exception())):  # a failure is not kept
            self._lines[key] = asyncio.get_running_loop().run_in_executor(self._speaking, self._render, *key)
            if len(self._lines) > MOST_LINES:
                self._lines.popitem(last=False)
        return await asyncio.shield(self._lines[key])

    async def room(self, noise: str, snr_db: float, seed: int) -> Pcm:
        """Six seconds of a room at 48 kHz, to be repeated: hiss, and ``noise`` (babble, white, pink) at ``snr_db`` below speech.

        "" is a quiet room. Raises VoiceError for babble.
        """
        chance = np.random.default_rng(seed)
        hiss = chance.normal(0, _HISS, _ROOM_S * SENT_RATE)
        if noise:
            sound = await self._noise(noise, chance)
            hiss += sound * (SPEECH_RMS * 32768 / 10 ** (snr_db / 20) / np.sqrt(np.mean(np.square(sound))))
        return np.clip(hiss, -32768, 32767).astype(np.int16)

    def close(self) -> None:
        """Cancel the work that waits and let the threads end by themselves."""
        for threads in (self.hearing, self._speaking):
            threads.shutdown(wait=False, cancel_futures=True)

    # ── inside

    async def _noise(self, name: str, chance: np.random.Generator) -> np.ndarray:
        samples = _ROOM_S * SENT_RATE
        if name == "babble":
            voices = [await self.line(text, voice, 1.0) for text, voice in _BABBLE]
            return sum((np.roll(np.resize(one, samples), int(chance.integers(samples))) for one in voices), np.zeros(samples))
        white = chance.normal(0, 1, samples)
        if name == "white":
            return white
        spectrum = np.fft.rfft(white)
        spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))  # 3 dB less an octave
        return np.fft.irfft(spectrum, samples)

    def _render(self, text: str, voice: str, speed: float) -> Pcm:
        assert self._voices is not None
        return self._voices.render(text, offline_voice(voice), speed)

    def _load_voices(self) -> None:
        from greenroom.speech.hibari import HibariVoices

        self._voices = HibariVoices()

    def _load_recognizer(self) -> None:
        from greenroom.speech.moonshine import Moonshine

        self._recognizer = Moonshine()


def read_recording(path: Path) -> Pcm:
    """Read a WAV file as 48 kHz mono, at most :data:`LONGEST_RECORDING_S` long. Blocks. Raises UnusableRecording."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=SENT_RATE)
    parts: list[Pcm] = []
    try:
        with av.open(str(path), format="wav") as container:
            for frame in container.decode(audio=0):
                parts += [part.to_ndarray()[0] for part in resampler.resample(frame)]
                if sum(map(len, parts)) > LONGEST_RECORDING_S * SENT_RATE:
                    raise UnusableRecording(f"{path.name} is longer than {LONGEST_RECORDING_S} s.")
            parts += [part.to_ndarray()[0] for part in resampler.resample(None)]
    except (FFmpegError, OSError, IndexError) as error:
        raise UnusableRecording(f"{path.name} isn't a readable WAV file.") from error
    pcm = np.concatenate(parts) if parts else np.zeros(0, np.int16)
    if not len(pcm) or int(np.abs(pcm.astype(np.int32)).max()) < 100:
        raise UnusableRecording(f"{path.name} contains no sound.")
    return pcm
