"""48 kHz to 16 kHz: one sample of three after a low-pass, block by block, with nothing lost in between."""

from __future__ import annotations

import numpy as np

from greenroom.twin.seat import HEARD_RATE, HEARD_SAMPLES, SENT_RATE, Pcm

FACTOR = SENT_RATE // HEARD_RATE
#: 95 taps are 1 ms of delay. With this window what lies above 8.9 kHz, and would fold into speech, is 60 dB down;
#: what lies below 7.1 kHz passes (Kaiser's formulas: Oppenheim and Schafer, Discrete-Time Signal Processing, 7.5.3).
_TAPS, _BETA, _CUT_HZ = 95, 5.65, 8000


def _low_pass() -> np.ndarray:
    place = np.arange(_TAPS) - (_TAPS - 1) / 2
    kernel = np.sinc(2 * _CUT_HZ / SENT_RATE * place) * np.kaiser(_TAPS, _BETA)
    return (kernel / kernel.sum()).astype(np.float32)


_KERNEL = _low_pass()


class Decimator:
    """Low-pass and decimation by three, with the state between blocks. FFmpeg's filters would start threads for each voice."""

    def __init__(self) -> None:
        self._past = np.zeros(_TAPS - 1, np.float32)
        self._kept: Pcm = np.zeros(0, np.int16)
        self._phase = 0

    def push(self, pcm: Pcm) -> list[Pcm]:
        """``pcm`` is any number of samples at 48 kHz; blocks of 320 at 16 kHz come out, shared by the listeners."""
        line = np.concatenate([self._past, pcm], dtype=np.float32)
        self._past = line[len(line) - _TAPS + 1 :]
        windows = np.lib.stride_tricks.sliding_window_view(line, _TAPS)[self._phase :: FACTOR]
        self._phase = (self._phase - len(pcm)) % FACTOR
        kept = np.concatenate([self._kept, np.clip(np.rint(windows @ _KERNEL), -32768, 32767).astype(np.int16)])
        kept.flags.writeable = False
        whole = len(kept) // HEARD_SAMPLES * HEARD_SAMPLES
        self._kept = kept[whole:]
        return [kept[at : at + HEARD_SAMPLES] for at in range(0, whole, HEARD_SAMPLES)]
