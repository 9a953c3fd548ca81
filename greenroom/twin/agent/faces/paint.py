"""Rasterises shapes at four times the output size, for smooth edges and quarter-pixel steps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from greenroom.portraits.portrait import SIZE
from greenroom.portraits.shapes import DrawnShape
from greenroom.twin.seat import PICTURE_SIZE

#: Painted pixels for one that is shown, and for one unit of the drawing.
FINE = 4
SCALE = FINE * PICTURE_SIZE[0] // SIZE
_CURVE_STEPS = 14
_TOKEN = re.compile(r"[MLCQZ]|-?\d+(?:\.\d+)?")

#: left, top, right, bottom, in painted pixels.
Box = tuple[int, int, int, int]
Line = list[tuple[float, float]]


def paint(shapes: Iterable[DrawnShape], box: Box) -> Image.Image:
    """The part of the drawing that lies in ``box``, with its transparency (RGBA)."""
    canvas = Image.new("RGBA", (box[2] - box[0], box[3] - box[1]))
    for shape in shapes:
        if shape.opacity > 0:
            _add(canvas, shape, box)
    return canvas


def _add(canvas: Image.Image, shape: DrawnShape, box: Box) -> None:
    lines = [[(x * SCALE - box[0], y * SCALE - box[1]) for x, y in line] for line in _lines(shape.path)]
    reach = shape.stroke * SCALE / 2 + 2
    xs, ys = [x for line in lines for x, _ in line], [y for line in lines for _, y in line]
    left, top = max(0, int(min(xs) - reach)), max(0, int(min(ys) - reach))
    right, bottom = min(canvas.width, int(max(xs) + reach) + 1), min(canvas.height, int(max(ys) + reach) + 1)
    if left >= right or top >= bottom:
        return
    mask = Image.new("L", (right - left, bottom - top))
    pen = ImageDraw.Draw(mask)
    for line in lines:
        _draw(pen, [(x - left, y - top) for x, y in line], shape.stroke * SCALE)
    if shape.clip:
        inside = Image.new("L", mask.size)
        for line in _lines(shape.clip):
            ImageDraw.Draw(inside).polygon([(x * SCALE - box[0] - left, y * SCALE - box[1] - top) for x, y in line], fill=255)
        mask = Image.fromarray(np.minimum(np.asarray(mask), np.asarray(inside)))
    if shape.opacity < 1:
        mask = mask.point([round(value * shape.opacity) for value in range(256)])
    color = Image.new("RGBA", mask.size, shape.color)
    color.putalpha(mask)
    canvas.alpha_composite(color, (left, top))


def _draw(pen: ImageDraw.ImageDraw, line: Line, stroke: float) -> None:
    if not stroke:
        pen.polygon(line, fill=255)
        return
    pen.line(line, fill=255, width=round(stroke), joint="curve")
    for x, y in (line[0], line[-1]):
        pen.ellipse((x - stroke / 2, y - stroke / 2, x + stroke / 2, y + stroke / 2), fill=255)


def _lines(path: str) -> list[Line]:
    """The path with its curves as short straight pieces."""
    tokens = iter(_TOKEN.findall(path))
    lines: list[Line] = []
    verb = ""
    for token in tokens:
        if token == "Z":
            lines[-1].append(lines[-1][0])
            continue
        if token.isalpha():
            verb, token = token, next(tokens)
        x = float(token)
        if verb == "M":
            lines.append([(x, float(next(tokens)))])
        else:
            more = {"L": 1, "Q": 3, "C": 5}[verb]
            numbers = [x, *(float(next(tokens)) for _ in range(more))]
            points = [lines[-1][-1], *zip(numbers[::2], numbers[1::2], strict=True)]
            lines[-1] += list(_curve(points)) if len(points) > 2 else points[1:]
    return lines


def _curve(points: Line) -> Iterator[tuple[float, float]]:
    for step in range(1, _CURVE_STEPS + 1):
        t, left = step / _CURVE_STEPS, points
        while len(left) > 1:
            left = [(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t) for a, b in zip(left, left[1:], strict=False)]
        yield left[0]


def layer(shapes: Iterable[DrawnShape], box: Box) -> Image.Image:
    """As :func:`paint`, with the colors premultiplied: so they can be made smaller and laid over others."""
    return paint(shapes, box).convert("RGBa")


def shown(layer: Image.Image, dx: int, dy: int) -> NDArray[np.uint8]:
    """A layer moved by painted pixels and scaled to its output size: rows × columns × (premultiplied RGB, alpha)."""
    moved = Image.new("RGBa", layer.size)
    moved.paste(layer, (dx, dy))
    return np.asarray(moved.reduce(FINE))


def over(top: NDArray[np.uint8], ground: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """``top`` (premultiplied RGBA) on ``ground`` (RGB)."""
    rest = 255 - top[..., 3:].astype(np.uint16)
    return (top[..., :3] + (ground * rest + 127) // 255).astype(np.uint8)
