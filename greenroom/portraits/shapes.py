"""Flat drawings as data: filled and stroked paths, rendered as SVG or as pixels elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import cycle

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class DrawnShape:
    """``path`` is an SVG path of absolute M, L, C, Q and Z. ``stroke`` > 0 makes it a line of that width with round
    ends.

    ``color`` is #rrggbb. ``clip`` (a path) limits what is visible.
    """

    path: str
    color: str
    opacity: float = 1.0
    stroke: float = 0.0
    clip: str = ""


Drawing = tuple[DrawnShape, ...]


def ellipse(x: float, y: float, rx: float, ry: float | None = None) -> str:
    """An ellipse as a path; a circle without ``ry``."""
    ry = rx if ry is None else ry
    kx, ky = rx * 0.5523, ry * 0.5523
    return (
        f"M{x - rx:.2f} {y:.2f} C{x - rx:.2f} {y - ky:.2f} {x - kx:.2f} {y - ry:.2f} {x:.2f} {y - ry:.2f} "
        f"C{x + kx:.2f} {y - ry:.2f} {x + rx:.2f} {y - ky:.2f} {x + rx:.2f} {y:.2f} "
        f"C{x + rx:.2f} {y + ky:.2f} {x + kx:.2f} {y + ry:.2f} {x:.2f} {y + ry:.2f} "
        f"C{x - kx:.2f} {y + ry:.2f} {x - rx:.2f} {y + ky:.2f} {x - rx:.2f} {y:.2f} Z"
    )


def moved(path: str, dx: float, dy: float) -> str:
    """The path, translated."""
    steps = cycle((dx, dy))
    return _NUMBER.sub(lambda number: f"{float(number.group()) + next(steps):.2f}", path)


def mirrored(path: str) -> str:
    """The path on the other side of the field's middle."""
    sideways = cycle((True, False))
    return _NUMBER.sub(lambda n: f"{240 - float(n.group()):.2f}" if next(sideways) else n.group(), path)


def mixed(color: str, other: str, share: float) -> str:
    """``color`` with ``share`` (0..1) of ``other`` in it."""
    pairs = ((int(color[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def darker(color: str, share: float = 0.15) -> str:
    """Mixed with black; ``share`` of it, 0..1. Colors are #rrggbb."""
    return mixed(color, "#000000", share)


def lighter(color: str, share: float = 0.15) -> str:
    """Mixed with white; ``share`` of it, 0..1. Colors are #rrggbb."""
    return mixed(color, "#ffffff", share)


def svg(shapes: Iterable[DrawnShape], prefix: str = "c") -> str:
    """The SVG elements without a root. ``prefix`` starts the ids that they refer to."""
    written: list[str] = []
    for place, shape in enumerate(shapes):
        paint = (
            f'fill="none" stroke="{shape.color}" stroke-width="{shape.stroke:g}" stroke-linecap="round" stroke-linejoin="round"'
            if shape.stroke
            else f'fill="{shape.color}"'
        )
        faint = f' opacity="{shape.opacity:g}"' if shape.opacity < 1 else ""
        element = f'<path d="{shape.path}" {paint}{faint}/>'
        if shape.clip:
            name = f"{prefix}{place}"
            element = f'<clipPath id="{name}"><path d="{shape.clip}"/></clipPath><g clip-path="url(#{name})">{element}</g>'
        written.append(element)
    return "".join(written)
