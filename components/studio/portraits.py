"""The drawn characters before a call; in a call the twin draws the same shapes."""

from __future__ import annotations

from greenroom.portraits.characters import Face
from greenroom.portraits.portrait import SIZE, layers, whole
from greenroom.portraits.shapes import Shape, mixed, svg


def portrait(face: Face, *, placeholder: bool = False, dark: bool | None = None) -> str:
    """An SVG of 240 by 240. ``placeholder``: only its outline, for a face that only the vendor can show."""
    if not placeholder:
        return _svg(svg(whole(face, dark=dark), face.id))
    drawn = layers(face, dark)
    tint = mixed(face.backdrop(dark), face.shirt, 0.35)
    outline = (Shape(shape.path, tint, clip=shape.clip) for shape in (*drawn.back, *drawn.body, *drawn.head) if not shape.stroke)
    return _svg(svg((*drawn.backdrop, *outline), face.id))


def _svg(inside: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" height="{SIZE}">{inside}</svg>'
