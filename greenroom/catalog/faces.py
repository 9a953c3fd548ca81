"""The offline avatars: drawn characters that stand in for the faces of avatar vendors."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Hair = Literal["bob", "short", "bun", "curls"]


@dataclass(frozen=True, slots=True)
class Face:
    """A character. Colours are #rrggbb."""

    id: str
    label: str
    style: str
    hair: Hair
    skin: str
    hair_colour: str
    shirt: str
    background: str
    dark_background: str


FACES: tuple[Face, ...] = (
    Face("mira", "Mira", "calm, dark bob", "bob", "#e8b48f", "#3b2a26", "#2f6f5e", "#e4efe9", "#16302a"),
    Face("otto", "Otto", "friendly, short grey hair", "short", "#f0c6a4", "#8d9296", "#3a5a8c", "#e6ecf4", "#17233a"),
    Face("sana", "Sana", "bright, black bun", "bun", "#b97f56", "#1f1a1d", "#c2552d", "#f8e9df", "#3a2117"),
    Face("leo", "Leo", "lively, brown curls", "curls", "#8a5a3b", "#2a1a12", "#6a4fa0", "#ece7f5", "#241a38"),
)


def stand_in_face(avatar: Mapping[str, Any]) -> Face:
    """The offline face for the ``avatar`` block of a join body. Never fails: an unknown one always gets the same stand-in."""
    params = avatar.get("params")
    known = params if isinstance(params, Mapping) else {}
    name = next((str(known[k]) for k in ("avatar_id", "agent_id", "spatius_avatar_id", "agent_image_url") if known.get(k)), "")
    asked = next((face for face in FACES if face.id == name), None)
    # crc32, not hash(): the choice must be the same in every process
    return asked or FACES[zlib.crc32(f"{avatar.get('vendor') or ''}/{name}".encode()) % len(FACES)]
