"""Portraits of the offline characters for pages. The twin renders the same shapes as video in calls."""

from __future__ import annotations

import base64

from greenroom.portraits.characters import FACES, Face
from greenroom.portraits.portrait import SIZE, Look, Mouth, eyes, layers, mouth, whole
from greenroom.portraits.shapes import DrawnShape, mixed, svg

#: Seconds of a breath, and from one blink to the next. Each character adds its own offset, so that a row of them doesn't
#: move in step.
_BREATH_S, _BLINK_S = 4.4, 4.0
_MOTION = """
.body{{animation:breath {breath}s ease-in-out infinite}}
.head{{animation:nod {breath}s ease-in-out infinite}}
.shut{{opacity:0;animation:blink {blink}s step-end infinite -{late}s}}
.open{{animation:look {blink}s step-end infinite -{late}s}}
@keyframes breath{{50%{{transform:translateY(2px)}}}}
@keyframes nod{{50%{{transform:translateY(1.4px) rotate(.5deg)}}}}
@keyframes blink{{0%,95%{{opacity:0}}96%,99%{{opacity:1}}}}
@keyframes look{{0%,95%{{opacity:1}}96%,99%{{opacity:0}}}}
.head{{transform-origin:120px 180px}}
@media (prefers-reduced-motion:reduce){{*{{animation:none!important}}}}
"""


def portrait(face: Face, *, placeholder: bool = False, dark: bool | None = None) -> str:
    """A static 240 × 240 SVG. ``placeholder`` draws an outline, for avatars without a known picture."""
    if not placeholder:
        return _svg(svg(whole(face, dark=dark), face.id))
    drawn = layers(face, dark)
    tint = mixed(face.backdrop(dark), face.shirt, 0.35)
    outline = (
        DrawnShape(shape.path, tint, clip=shape.clip) for shape in (*drawn.back, *drawn.body, *drawn.head) if not shape.stroke
    )
    return _svg(svg((*drawn.backdrop, *outline), face.id))


def moving_portrait(face: Face) -> str:
    """An animated 240 × 240 SVG that breathes and blinks, also in an ``<img>``; static with reduced motion."""
    drawn, rhythm = layers(face), FACES.index(face)
    style = _MOTION.format(breath=_BREATH_S + rhythm / 10, blink=_BLINK_S + rhythm * 0.45, late=rhythm * 1.3)
    return _svg(
        f"<style>{style}</style>"
        + svg(drawn.backdrop, f"{face.id}-a")
        + _group("head", svg(drawn.back, f"{face.id}-b"))
        + _group("body", svg(drawn.body, f"{face.id}-c"))
        + _group(
            "head",
            svg((*drawn.head, *mouth(face, Mouth())), f"{face.id}-d")
            + _group("open", svg(eyes(face, Look()), f"{face.id}-e"))
            + _group("shut", svg(eyes(face, Look(open=0.0)), f"{face.id}-f")),
        )
    )


def data_uri(picture: str) -> str:
    """An SVG as a data URI for an ``<img>``, which prevents scripts from running."""
    return f"data:image/svg+xml;base64,{base64.b64encode(picture.encode()).decode()}"


def _group(name: str, inside: str) -> str:
    return f'<g class="{name}">{inside}</g>'


def _svg(inside: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" height="{SIZE}">{inside}</svg>'
