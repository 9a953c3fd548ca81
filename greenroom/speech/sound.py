"""Samples as speech engines take and give them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Pcm = NDArray[np.int16]

#: Samples a second: what ears take, and what voices give; mono.
HEARD_RATE, SENT_RATE = 16_000, 48_000
