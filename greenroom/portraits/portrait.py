"""Draws a character in a pose as shapes on a 240 by 240 field, for the gallery and the offline video."""

from __future__ import annotations

from dataclasses import dataclass

from greenroom.portraits.characters import Face
from greenroom.portraits.hair import BACK, FRONT, SHINE
from greenroom.portraits.outfits import outfit
from greenroom.portraits.shapes import Drawing, DrawnShape, darker, ellipse, lighter, mirrored, mixed, moved

SIZE = 240
CHIN = 166.0
EYE_Y, EYE_APART = 107.0, 19.5
MOUTH_Y = 144.0
#: Mixed into a character's skin where it is redder, and where it is in the shade.
_RED_OF_SKIN, _SHADE_OF_SKIN = "#7a3b2c", "#5a2018"


@dataclass(frozen=True, slots=True)
class Look:
    """``open``: 0 = eyes shut, 1 = open. The gaze goes right and down; ``brow`` raises them: 0..1."""

    open: float = 1.0
    right: float = 0.0
    down: float = 0.0
    brow: float = 0.0


@dataclass(frozen=True, slots=True)
class Mouth:
    """``open``: 0..1. ``wide``: -1 = round as in "who", 1 = wide as in "see"."""

    open: float = 0.0
    wide: float = 0.0


@dataclass(frozen=True, slots=True)
class Layers:
    """The still parts and those that move with the head or the breath, back to front."""

    backdrop: Drawing
    back: Drawing
    body: Drawing
    head: Drawing


def layers(face: Face, dark: bool | None = None) -> Layers:
    """Everything except eyes and mouth. ``dark`` sets the background; None uses the character's own."""
    hair = tuple(DrawnShape(path, darker(face.hair_color, 0.12)) for path in BACK[face.hair])
    return Layers(_backdrop(face, dark), hair, _body(face), _head(face))


def _backdrop(face: Face, dark: bool | None) -> Drawing:
    ground = face.backdrop(dark)
    light = lighter(ground, 0.07 if ground == face.dark_background else 0.45)
    return (
        DrawnShape("M-20 -20 L260 -20 L260 260 L-20 260 Z", ground),
        DrawnShape(ellipse(120, 122, 100), light),
        DrawnShape(ellipse(206, 40, 15), mixed(ground, face.shirt, 0.22)),
        DrawnShape(ellipse(28, 86, 7), mixed(ground, face.shirt, 0.14)),
    )


def _body(face: Face) -> Drawing:
    neck = "M102 146 L138 146 L138 178 C138 190 130 198 120 198 C110 198 102 190 102 178 Z"
    shade = moved(_outline(face), 0, 12)
    return (
        *outfit(face, front=False),
        DrawnShape(neck, mixed(face.skin, _RED_OF_SKIN, 0.1)),
        DrawnShape(shade, mixed(face.skin, _SHADE_OF_SKIN, 0.42), 0.75, clip=neck),
        *outfit(face, front=True),
    )


def _outline(face: Face) -> str:
    w, j, low = face.width, face.jaw, CHIN + 1
    return (
        f"M{120 - w} 104 C{120 - w} 68 {120 - w * 0.64:.1f} 48 120 48 C{120 + w * 0.64:.1f} 48 {120 + w} 68 {120 + w} 104 "
        f"C{120 + w} 130 {120 + j + 10} 150 {120 + j * 0.62:.1f} 160 C{120 + j * 0.3:.1f} {low} {120 - j * 0.3:.1f} {low} "
        f"{120 - j * 0.62:.1f} 160 C{120 - j - 10} 150 {120 - w} 130 {120 - w} 104 Z"
    )


def _head(face: Face) -> Drawing:
    outline, w = _outline(face), face.width
    warm = mixed(face.skin, "#c8553d", 0.35)
    shadow = mixed(face.skin, _SHADE_OF_SKIN, 0.3)
    covered = face.hair in ("bob", "long")
    ear, inner = ellipse(120 - w - 1, 113, 7.5, 11), f"M{120 - w - 4} 109 C{120 - w - 1} 108 {120 - w} 113 {120 - w - 2} 117"
    side = "M136 40 C152 70 156 120 132 172 L200 172 L200 40 Z"
    front = FRONT[face.hair]
    return (
        *(DrawnShape(path, mixed(face.skin, _RED_OF_SKIN, 0.06)) for path in (ear, mirrored(ear)) if not covered),
        *(DrawnShape(path, shadow, 0.7, 2.0) for path in (inner, mirrored(inner)) if not covered),
        *_earrings(face),
        DrawnShape(outline, face.skin),
        DrawnShape(side, shadow, 0.16, clip=outline),
        *(DrawnShape(moved(path, 1.5, 6), shadow, 0.5, clip=outline) for path in front),
        *(DrawnShape(ellipse(x, 129, 11, 7.5), warm, 0.34, clip=outline) for x in (92, 148)),
        *_beard(face, outline),
        *_freckles(face),
        DrawnShape("M121 112 C120 119 117 124 115.5 127.5 C115 130.5 118 132 121.5 131.4", shadow, 0.85, 2.4),
        *(DrawnShape(path, face.hair_color) for path in front),
        *(DrawnShape(path, lighter(face.hair_color, 0.28), 0.4, width) for path, width in SHINE[face.hair]),
    )


def _beard(face: Face, outline: str) -> Drawing:
    if "beard" not in face.details:
        return ()
    beard = (
        "M70 108 C78 120 84 132 92 136 C100 138 108 132 120 132 C132 132 140 138 148 136 C156 132 162 120 170 108 "
        "L172 178 L68 178 Z"
    )
    return (
        DrawnShape(beard, mixed(face.hair_color, face.skin, 0.18), 0.92, clip=outline),
        DrawnShape(ellipse(120, MOUTH_Y + 1.5, 17, 6.5), mixed(face.skin, _RED_OF_SKIN, 0.12)),
    )


def _earrings(face: Face) -> Drawing:
    if "earrings" not in face.details:
        return ()
    drop = ellipse(120 - face.width - 3, 129, 3.4)
    return tuple(DrawnShape(path, "#f2c14e") for path in (drop, mirrored(drop)))


def _freckles(face: Face) -> Drawing:
    if "freckles" not in face.details:
        return ()
    spots = ((92, 124), (98, 127), (104, 124), (95, 131), (102, 131))
    both = (*spots, *((240 - x, y) for x, y in spots))
    return tuple(DrawnShape(ellipse(x, y, 1.1), mixed(face.skin, "#a0522d", 0.6), 0.75) for x, y in both)


def eyes(face: Face, look: Look) -> Drawing:
    """Eyes, brows and glasses."""
    left, right = 120 - EYE_APART, 120 + EYE_APART
    return (*_eye(face, look, left), *_eye(face, look, right), *_brows(face, look), *_glasses(face, left, right))


def _eye(face: Face, look: Look, x: float) -> Drawing:
    lash = darker(face.hair_color, 0.35) if face.hair != "short" else "#3a3532"
    outward = -1 if x < 120 else 1
    drop = (1 - look.open) * 8.2  # how far the upper lid is closed
    top, base, corner = EYE_Y - 8.2 + drop * 1.75, EYE_Y + 6.2, EYE_Y + 0.9 + drop * 0.2
    lid = f"M{x - 9.4:.2f} {corner:.2f} C{x - 5.4:.2f} {top:.2f} {x + 5.4:.2f} {top:.2f} {x + 9.4:.2f} {corner:.2f}"
    hollow = f"{lid} C{x + 5.6:.2f} {base:.2f} {x - 5.6:.2f} {base:.2f} {x - 9.4:.2f} {corner:.2f} Z"
    tail = f"M{x + outward * 9.4:.2f} {corner:.2f} L{x + outward * 12.2:.2f} {corner - 2.5 + drop * 0.3:.2f}"
    ix, iy = x + look.right * 3.0, EYE_Y - 0.8 + look.down * 2.0
    inside = (
        ()
        if look.open < 0.15
        else (
            DrawnShape(hollow, "#fdfaf6"),
            DrawnShape(ellipse(ix, iy, 5.4), face.eyes, clip=hollow),
            DrawnShape(ellipse(ix, iy, 2.9), "#17130f", clip=hollow),
            DrawnShape(moved(lid, 0, 1.6), "#000000", 0.12, 2.6, hollow),
            DrawnShape(ellipse(ix + 1.9, iy - 2.1, 1.5), "#ffffff", clip=hollow),
        )
    )
    crease = DrawnShape(moved(lid, 0, -3.6), mixed(face.skin, _SHADE_OF_SKIN, 0.35), 0.45, 1.3)
    lashes = (DrawnShape(tail, lash, 1.0, 2.0),) if "lashes" in face.details else ()
    return (*inside, crease, DrawnShape(lid, lash, 1.0, 2.6), *lashes)


def _brows(face: Face, look: Look) -> Drawing:
    y = EYE_Y - 15.5 - look.brow * 3.2
    brow = f"M{90.5:.2f} {y + 2.6:.2f} C{96:.2f} {y - 2.2:.2f} {103:.2f} {y - 1.8:.2f} {109.5:.2f} {y + 0.6:.2f}"
    color = darker(face.hair_color, 0.18)
    width = 3.2 if "lashes" in face.details else 4.2
    return tuple(DrawnShape(path, color, 0.92, width) for path in (brow, mirrored(brow)))


def _glasses(face: Face, left: float, right: float) -> Drawing:
    if "glasses" not in face.details:
        return ()
    rims = tuple(DrawnShape(ellipse(x, EYE_Y + 0.5, 15.5, 14), "#2b2f36", 1.0, 2.6) for x in (left, right))
    glints = tuple(DrawnShape(f"M{x - 9} {EYE_Y - 5} L{x - 4} {EYE_Y - 10}", "#ffffff", 0.5, 2.0) for x in (left, right))
    arch = f"M{left + 15.5} {EYE_Y - 1} C{left + 17} {EYE_Y - 4} {right - 17} {EYE_Y - 4} {right - 15.5} {EYE_Y - 1}"
    bridge = DrawnShape(arch, "#2b2f36", 1.0, 2.6)
    temple = f"M{left - 15.5} {EYE_Y - 1} L{120 - face.width + 1} {EYE_Y - 3}"
    return (*rims, bridge, *(DrawnShape(path, "#2b2f36", 1.0, 2.6) for path in (temple, mirrored(temple))), *glints)


def mouth(face: Face, shape: Mouth) -> Drawing:
    """A closed mouth smiles slightly."""
    half = 15.5 + 3.2 * shape.wide - 2.6 * shape.open
    corner = MOUTH_Y - 2.2 + 2.4 * shape.open
    upper, lower = MOUTH_Y + 2.6 - 4.0 * shape.open, MOUTH_Y + 2.6 + 13.5 * shape.open
    x0, x1, bend = 120 - half, 120 + half, half * 0.62
    top = f"M{x0:.2f} {corner:.2f} C{120 - bend:.2f} {upper:.2f} {120 + bend:.2f} {upper:.2f} {x1:.2f} {corner:.2f}"
    hollow = f"{top} C{120 + bend * 1.3:.2f} {lower:.2f} {120 - bend * 1.3:.2f} {lower:.2f} {x0:.2f} {corner:.2f} Z"
    under = lower - 3.2 * shape.open  # roughly the curve's lowest point
    lip = face.lips
    chin = DrawnShape(
        f"M{120 - 7:.2f} {under + 8.5:.2f} C116 {under + 10.2:.2f} 124 {under + 10.2:.2f} 127 {under + 8.5:.2f}",
        mixed(face.skin, _SHADE_OF_SKIN, 0.4),
        0.35 if "beard" not in face.details else 0.0,
        2.2,
    )
    if shape.open < 0.04:
        fuller = moved(
            f"M{120 - half * 0.55:.2f} {MOUTH_Y + 3:.2f} C116 {MOUTH_Y + 5.4:.2f} 124 {MOUTH_Y + 5.4:.2f} "
            f"{120 + half * 0.55:.2f} {MOUTH_Y + 3:.2f}",
            0,
            0.6,
        )
        return (chin, DrawnShape(fuller, lip, 0.55, 3.4), DrawnShape(top, darker(lip, 0.28), 1.0, 2.6))
    teeth = f"M{x0:.2f} {corner - 6:.2f} L{x1:.2f} {corner - 6:.2f} L{x1:.2f} {corner + 1.2 + 1.6 * shape.open:.2f} "
    teeth += f"L{x0:.2f} {corner + 1.2 + 1.6 * shape.open:.2f} Z"
    return (
        chin,
        DrawnShape(hollow, lip, 1.0, 3.6),
        DrawnShape(hollow, "#54202a"),
        DrawnShape(ellipse(120, lower - 1.5, half * 0.62, 3 + 4.2 * shape.open), "#d9747a", clip=hollow),
        DrawnShape(teeth, "#fffaf4", clip=hollow),
    )


def whole(face: Face, look: Look | None = None, lips: Mouth | None = None, dark: bool | None = None) -> Drawing:
    """The complete character in one pose."""
    parts = layers(face, dark)
    features = (*mouth(face, lips or Mouth()), *eyes(face, look or Look()))
    return (*parts.backdrop, *parts.back, *parts.body, *parts.head, *features)
