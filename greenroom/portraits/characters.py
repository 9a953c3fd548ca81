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


FACES: tuple[Face, ...] = (
    Face(
        id="mira",
        label="Mira",
        style="calm, dark bob",
        gender="female",
        hair="bob",
        skin="#f0c4a2",
        hair_color="#3d2b2a",
        shirt="#2f6f5e",
        background="#dcebe4",
        dark_background="#16302a",
        eyes="#4f6b52",
        lips="#c4665f",
        outfit="turtleneck",
        width=44,
        jaw=21,
        details=frozenset({"lashes"}),
    ),
    Face(
        id="otto",
        label="Otto",
        style="friendly, gray, with glasses",
        gender="male",
        hair="short",
        skin="#f2c9ab",
        hair_color="#8f9499",
        shirt="#33507d",
        background="#e1e9f3",
        dark_background="#17233a",
        eyes="#4a6a8a",
        lips="#b8695c",
        outfit="blazer",
        width=46,
        jaw=28,
        details=frozenset({"glasses", "beard"}),
        dark=True,
    ),
    Face(
        id="sana",
        label="Sana",
        style="bright, black bun",
        gender="female",
        hair="bun",
        skin="#c98f65",
        hair_color="#211b20",
        shirt="#cf5f33",
        background="#f8e6d8",
        dark_background="#3a2117",
        eyes="#4a2f20",
        lips="#a8473f",
        outfit="blouse",
        width=43,
        jaw=20,
        details=frozenset({"earrings", "lashes"}),
    ),
    Face(
        id="leo",
        label="Leo",
        style="lively, brown curls",
        gender="male",
        hair="curls",
        skin="#96643f",
        hair_color="#2b1c15",
        shirt="#6f55a8",
        background="#e9e3f4",
        dark_background="#241a38",
        eyes="#3a2418",
        lips="#7d3f37",
        outfit="hoodie",
        width=45,
        jaw=26,
        dark=True,
    ),
    Face(
        id="june",
        label="June",
        style="warm, long copper hair",
        gender="female",
        hair="long",
        skin="#f7d3bb",
        hair_color="#b5562e",
        shirt="#3f6ea3",
        background="#e3edf6",
        dark_background="#15263a",
        eyes="#4c7a5c",
        lips="#cc6b62",
        outfit="tee",
        width=43,
        jaw=20,
        details=frozenset({"freckles", "lashes"}),
    ),
    Face(
        id="kai",
        label="Kai",
        style="easy-going, black crop",
        gender="male",
        hair="crop",
        skin="#e3b184",
        hair_color="#1d1f26",
        shirt="#d9a441",
        background="#f6eed8",
        dark_background="#2c2a22",
        eyes="#3b2a1e",
        lips="#b0645a",
        outfit="tee",
        width=45,
        jaw=25,
    ),
)


def drawn_face(face_id: str) -> Face | None:
    """The character with this id, or None."""
    return next((face for face in FACES if face.id == face_id), None)


def face_by_name(name: str, gender: str = "") -> Face:
    """A character for any name, the same in every process; of ``gender`` if given."""
    fitting = [face for face in FACES if gender in ("", face.gender)] or list(FACES)
    return fitting[zlib.crc32(name.encode()) % len(fitting)]  # crc32, not hash(): hash() differs between processes
