"""Idle motion of a face: blinking, breathing and glances. The same seed gives the same motion."""

from __future__ import annotations

import math
from random import Random

from greenroom.portraits.portrait import Look, Mouth
from greenroom.twin.agent.faces.pose import Pose

BLINK_S = 0.2
#: Between blinks, and between glances.
BLINK_EVERY_S, GLANCE_EVERY_S = (2.0, 6.0), (1.2, 4.0)
#: Some blinks come in pairs.
_TWICE = 0.15
BREATH_S = 4.4
_BREATH_STEPS = 40
#: Where it looks (right, down): mostly at the caller.
_GLANCES = ((0.0, 0.0),) * 5 + ((0.5, 0.0), (-0.5, 0.0), (0.5, 0.5), (-0.5, -0.5), (0.0, 0.5), (1.0, 0.0), (-1.0, 0.0))


class IdleMotion:
    """Call :meth:`pose` with increasing times."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._blink_at = chance.uniform(*BLINK_EVERY_S)
        self._glance_at = chance.uniform(*GLANCE_EVERY_S)
        self._glance = (0.0, 0.0)

    def pose(self, at_s: float, mouth: Mouth, stress: float = 0.0) -> Pose:
        """At ``at_s`` seconds from the start. ``stress`` (0..1) is how lively it speaks: that raises the brows."""
        if at_s >= self._glance_at:
            # a lively speaker looks at the caller
            self._glance = (0.0, 0.0) if mouth.open and stress > 0.2 else self._chance.choice(_GLANCES)
            self._glance_at = at_s + self._chance.uniform(*GLANCE_EVERY_S)
        right, down = self._glance
        look = Look(self._lids(at_s), right, down, round(min(1.0, stress * 1.6) * 2) / 2)
        # in steps: each is drawn once and then remembered
        breath = 2 * math.pi * (int(at_s / BREATH_S * _BREATH_STEPS) % _BREATH_STEPS) / _BREATH_STEPS
        head = round(3.4 * math.cos(breath)), round(4.4 * math.sin(breath - 0.6))
        return Pose(look, mouth, head, round(5.4 * math.sin(breath)))

    def _lids(self, at_s: float) -> float:
        since = at_s - self._blink_at
        if since < 0:
            return 1.0
        if since >= BLINK_S:
            pause = 0.1 if self._chance.random() < _TWICE else self._chance.uniform(*BLINK_EVERY_S)
            self._blink_at = at_s + pause
            return 1.0
        # shut in a third of the time, opened in the rest
        share = since / BLINK_S
        shut = share * 3 if share < 1 / 3 else (1 - share) * 1.5
        return round((1 - min(1.0, shut * 1.3)) * 4) / 4
