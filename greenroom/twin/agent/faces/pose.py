"""The pose of a face."""

from __future__ import annotations

from dataclasses import dataclass

from greenroom.portraits.portrait import Look, Mouth


@dataclass(frozen=True, slots=True)
class Pose:
    """``head`` and ``body`` are how far they have moved (right, down; down), in quarters of a shown pixel."""

    look: Look = Look()
    mouth: Mouth = Mouth()
    head: tuple[int, int] = (0, 0)
    body: int = 0
