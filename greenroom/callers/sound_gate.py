"""Tells sound from silence by level, as the stage in the browser does (``call/sound.ts``), so that both measure alike. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

BLOCK_MS = 10


@dataclass(frozen=True, slots=True)
class GateSettings:
    """Levels are RMS of full scale: sound is above ``floor``, and ``ratio`` times louder than the noise.

    ``attack`` loud blocks of 10 ms begin it; ``hang_ms`` of silence end it.
    """

    floor: float
    ratio: float
    attack: int
    hang_ms: int


AGENT = GateSettings(floor=0.003, ratio=3.5, attack=2, hang_ms=250)
MICROPHONE = GateSettings(floor=0.008, ratio=3.5, attack=5, hang_ms=200)


class SoundGate:
    """``on`` while there is sound; times in milliseconds."""

    def __init__(self, settings: GateSettings = AGENT) -> None:
        self._settings = settings
        self._quietest = settings.floor / settings.ratio / 4
        self._noise = self._quietest
        self._loud = 0
        self._first_loud_ms = 0.0
        self.on = False
        #: When the present or last stretch of sound began, and when it was last heard.
        self.started_ms = -math.inf
        self.last_ms = -math.inf

    def feed(self, at_ms: float, level: float) -> Literal["on", "off"] | None:
        """The next 10 ms, which began at ``at_ms``. Says when sound begins or ends."""
        settings = self._settings
        self._noise = max(self._quietest, min(self._noise * 1.002, level))
        loud = level > max(settings.floor, self._noise * settings.ratio)
        if loud and not self._loud:
            self._first_loud_ms = at_ms
        self._loud = self._loud + 1 if loud else 0
        if self.on:
            if loud:
                self.last_ms = at_ms
            elif at_ms - self.last_ms >= settings.hang_ms:
                self.on = False
                return "off"
        elif self._loud >= settings.attack:
            self.on, self.started_ms, self.last_ms = True, self._first_loud_ms, at_ms
            return "on"
        return None
