"""The characters' clothes, on a 240 by 240 field."""

from __future__ import annotations

from greenroom.portraits.characters import Face
from greenroom.portraits.shapes import Drawing, DrawnShape, darker, lighter, mirrored, mixed

_SHOULDERS = "M24 264 C26 214 46 196 84 188 C96 186 104 182 120 182 C136 182 144 186 156 188 C194 196 214 214 216 264 Z"
_ARM = "M56 264 C56 244 58 230 62 222"


def outfit(face: Face, *, front: bool) -> Drawing:
    """The outfit's shapes behind or in front of the neck."""
    cloth, fold = face.shirt, darker(face.shirt, 0.2)
    arms = tuple(DrawnShape(path, fold, 0.7, 2.4) for path in (_ARM, mirrored(_ARM)))
    if not front:
        hood = "M84 196 C84 176 100 168 120 168 C140 168 156 176 156 196 Z"
        behind = (DrawnShape(hood, fold),) if face.outfit == "hoodie" else ()
        opened = (DrawnShape("M96 182 L144 182 L134 224 L106 224 Z", "#f4f6f8"),) if face.outfit == "blazer" else ()
        return (*behind, DrawnShape(_SHOULDERS, cloth), *arms, *opened)
    return _COLLARS[face.outfit](cloth, fold)


def _turtleneck(cloth: str, fold: str) -> Drawing:
    collar = "M98 174 C106 180 134 180 142 174 L145 192 C136 201 104 201 95 192 Z"
    return (DrawnShape(collar, lighter(cloth, 0.08)), DrawnShape("M96 190 C106 199 134 199 144 190", fold, 0.8, 2.2))


def _blazer(cloth: str, fold: str) -> Drawing:
    shirt = "M100 180 L120 206 L140 180 L150 186 L134 264 L106 264 L90 186 Z"
    collar = "M101 176 L120 204 L108 216 L92 186 Z"
    lapel = "M92 186 L108 216 L116 264 L96 264 L78 222 L90 216 L80 206 Z"
    return (
        DrawnShape(shirt, "#f4f6f8"),
        *(DrawnShape(path, "#ffffff") for path in (collar, mirrored(collar))),
        *(DrawnShape(path, mixed("#f4f6f8", "#8090a0", 0.5), 0.6, 1.4) for path in (collar, mirrored(collar))),
        *(DrawnShape(path, darker(cloth, 0.12)) for path in (lapel, mirrored(lapel))),
        *(DrawnShape(path, fold, 0.8, 1.6) for path in (lapel, mirrored(lapel))),
    )


def _tee(cloth: str, fold: str) -> Drawing:
    return (
        DrawnShape("M97 184 C100 204 140 204 143 184", lighter(cloth, 0.18), 1.0, 5.0),
        DrawnShape("M94 187 C99 208 141 208 146 187", fold, 0.6, 1.6),
    )


def _hoodie(cloth: str, fold: str) -> Drawing:
    side = "M97 178 C88 184 82 192 84 200 C92 210 108 214 118 214 C108 206 100 196 99 182 Z"
    strings = ("M111 213 C110 222 111 230 109 238", "M129 213 C130 222 129 228 131 234")
    return (
        *(DrawnShape(path, lighter(cloth, 0.1)) for path in (side, mirrored(side))),
        *(DrawnShape(path, fold, 0.7, 1.6) for path in (side, mirrored(side))),
        *(DrawnShape(path, "#f3eefa", 1.0, 2.6) for path in strings),
    )


def _blouse(cloth: str, fold: str) -> Drawing:
    collar = "M100 180 C104 190 112 202 120 208 C112 212 100 210 88 200 C90 192 94 184 100 180 Z"
    return (
        *(DrawnShape(path, lighter(cloth, 0.14)) for path in (collar, mirrored(collar))),
        *(DrawnShape(path, fold, 0.6, 1.6) for path in (collar, mirrored(collar))),
        DrawnShape("M120 210 L120 264", fold, 0.6, 2.0),
    )


_COLLARS = {"turtleneck": _turtleneck, "blazer": _blazer, "tee": _tee, "hoodie": _hoodie, "blouse": _blouse}
