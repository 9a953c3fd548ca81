"""The drawn characters that play avatars offline."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Literal

Gender = Literal["female", "male"]
Hair = Literal["bob", "short", "bun", "curls", "long", "crop"]
Outfit = Literal["turtleneck", "blazer", "tee", "hoodie", "blouse"]
Detail = Literal["glasses", "beard", "earrings", "freckles", "lashes"]


@dataclass(frozen=True, slots=True)
class Face:
    """A character. Colors are #rrggbb; ``width`` and ``jaw`` are half widths of the face, of 240. ``dark``: on the
    dark background by default."""

    id: str
    label: str
    style: str
    gender: Gender
    hair: Hair
    skin: str
    hair_color: str
    shirt: str
    background: str
    dark_background: str
    eyes: str
    lips: str
    outfit: Outfit
    width: float
    jaw: float
    details: frozenset[Detail] = frozenset()
    dark: bool = False

    def backdrop(self, dark: bool | None = None) -> str:
        """The background as #rrggbb; ``dark`` None = as the character prefers."""
        return self.dark_background if (self.dark if dark is None else dark) else self.background


def _details(*names: Detail) -> frozenset[Detail]:
    return frozenset(names)


FACES: tuple[Face, ...] = (
    Face(
        "mira",
        "Mira",
        "calm, dark bob",
        "female",
        "bob",
        "#f0c4a2",
        "#3d2b2a",
        "#2f6f5e",
        "#dcebe4",
        "#16302a",
        "#4f6b52",
        "#c4665f",
        "turtleneck",
        44,
        21,
        _details("lashes"),
    ),
    Face(
        "otto",
        "Otto",
        "friendly, gray, with glasses",
        "male",
        "short",
        "#f2c9ab",
        "#8f9499",
        "#33507d",
        "#e1e9f3",
        "#17233a",
        "#4a6a8a",
        "#b8695c",
        "blazer",
        46,
        28,
        _details("glasses", "beard"),
        dark=True,
    ),
    Face(
        "sana",
        "Sana",
        "bright, black bun",
        "female",
        "bun",
        "#c98f65",
        "#211b20",
        "#cf5f33",
        "#f8e6d8",
        "#3a2117",
        "#4a2f20",
        "#a8473f",
        "blouse",
        43,
        20,
        _details("earrings", "lashes"),
    ),
    Face(
        "leo",
        "Leo",
        "lively, brown curls",
        "male",
        "curls",
        "#96643f",
        "#2b1c15",
        "#6f55a8",
        "#e9e3f4",
        "#241a38",
        "#3a2418",
        "#7d3f37",
        "hoodie",
        45,
        26,
        dark=True,
    ),
    Face(
        "june",
        "June",
        "warm, long copper hair",
        "female",
        "long",
        "#f7d3bb",
        "#b5562e",
        "#3f6ea3",
        "#e3edf6",
        "#15263a",
        "#4c7a5c",
        "#cc6b62",
        "tee",
        43,
        20,
        _details("freckles", "lashes"),
    ),
    Face(
        "kai",
        "Kai",
        "easy-going, black crop",
        "male",
        "crop",
        "#e3b184",
        "#1d1f26",
        "#d9a441",
        "#f6eed8",
        "#2c2a22",
        "#3b2a1e",
        "#b0645a",
        "tee",
        45,
        25,
    ),
)


def drawn_face(face_id: str) -> Face | None:
    """The character with this id, or None."""
    return next((face for face in FACES if face.id == face_id), None)


def face_by_name(name: str, gender: str = "") -> Face:
    """A character for any name, the same in every process; of ``gender`` if given."""
    fitting = [face for face in FACES if gender in ("", face.gender)] or list(FACES)
    return fitting[zlib.crc32(name.encode()) % len(fitting)]  # crc32, not hash(): hash() differs between processes
