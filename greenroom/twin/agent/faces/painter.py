"""Renders one character. Everything but eyes and mouth is cached per step of the breath, those per shape."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

import numpy as np
from av import VideoFrame
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray
from PIL import Image

from greenroom.portraits.characters import Face
from greenroom.portraits.portrait import SIZE, Look, Mouth, eyes, layers, mouth
from greenroom.portraits.shapes import Drawing
from greenroom.twin.agent.faces.paint import FINE, SCALE, Box, layer, over, paint, shown
from greenroom.twin.agent.faces.pose import Pose
from greenroom.twin.seat import PICTURE_SIZE, Picture

Rgb = NDArray[np.uint8]
T = TypeVar("T")


def _box(left: int, top: int, right: int, bottom: int) -> Box:
    """From units of the drawing; a unit is two shown pixels, as YUV 4:2:0 needs it."""
    return left * SCALE, top * SCALE, right * SCALE, bottom * SCALE


_WHOLE = _box(0, 0, SIZE, SIZE)
_BACK, _BODY, _HEAD = _box(40, 4, 200, 228), _box(16, 160, 224, SIZE + 4), _box(60, 24, 180, 176)
EYES, MOUTH = _box(66, 80, 174, 130), _box(92, 134, 148, 174)
#: A breath has fewer stills than that; of the patches, and of the eyes and mouths they are made from, those last used.
_STILLS, _PATCHES, _EYES, _MOUTHS = 44, 320, 6, 24


class LruCache(Generic[T]):
    """A least-recently-used cache; missing values are created on access."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._things: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of ``key``, made if it is not there; then the one not used for longest may go."""
        if key in self._things:
            self._things.move_to_end(key)
        else:
            self._things[key] = make()
            if len(self._things) > self._most:
                self._things.popitem(last=False)
        return self._things[key]


@dataclass(frozen=True, slots=True)
class Still:
    """The frame without eyes and mouth, and the pixels beneath them."""

    picture: Picture
    eyes: Rgb
    mouth: Rgb


class Painter:
    """May be shared by threads: one draws at a time. About 30 MB once it has drawn a whole breath."""

    def __init__(self, face: Face, dark: bool | None = None) -> None:
        self._face = face
        self._turn = threading.Lock()
        self._to_yuv: dict[tuple[int, ...], VideoReformatter] = {}
        self._stills: LruCache[Still] = LruCache(_STILLS)
        self._patches: LruCache[Picture] = LruCache(_PATCHES)
        self._features: dict[type, LruCache[Image.Image]] = {Look: LruCache(_EYES), Mouth: LruCache(_MOUTHS)}
        drawn = layers(face, dark)
        self._backdrop = np.asarray(paint(drawn.backdrop, _WHOLE).convert("RGB").reduce(FINE))
        self._back, self._body, self._head = (
            layer(drawn.back, _BACK),
            layer(drawn.body, _BODY),
            layer(drawn.head, _HEAD),
        )

    def picture(self, pose: Pose) -> Picture:
        """The picture of a pose, the caller's own copy: 720 rows of 480 (YUV 4:2:0). Blocks."""
        with self._turn:
            still = self._stills.get((pose.head, pose.body), lambda: self._still(pose))
            look, lips, head = pose.look, pose.mouth, pose.head
            patches = (
                (EYES, self._patch(look, lambda: eyes(self._face, look), EYES, still.eyes, head)),
                (MOUTH, self._patch(lips, lambda: mouth(self._face, lips), MOUTH, still.mouth, head)),
            )
        picture = still.picture.copy()
        for box, patch in patches:
            _put(picture, patch, box)
        return picture

    def _still(self, pose: Pose) -> Still:
        rgb = self._backdrop.copy()
        for part, box, (dx, dy) in (
            (self._back, _BACK, pose.head),
            (self._body, _BODY, (0, pose.body)),
            (self._head, _HEAD, pose.head),
        ):
            ground = _part(rgb, box)
            ground[:] = over(shown(part, dx, dy)[: ground.shape[0], : ground.shape[1]], ground)
        return Still(self._yuv(rgb), _part(rgb, EYES).copy(), _part(rgb, MOUTH).copy())

    def _patch(self, what: Look | Mouth, shapes: Callable[[], Drawing], box: Box, ground: Rgb, head: tuple[int, int]) -> Picture:
        def make() -> Picture:
            feature = self._features[type(what)].get(what, lambda: layer(shapes(), box))
            return self._yuv(over(shown(feature, *head), ground))

        return self._patches.get((what, head), make)

    def _yuv(self, rgb: Rgb) -> Picture:
        frame = VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")
        to_yuv = self._to_yuv.setdefault(rgb.shape, VideoReformatter())  # each keeps its tables for one size
        return to_yuv.reformat(frame, format="yuv420p", threads=1).to_ndarray().astype(np.uint8, copy=False)


def _part(rgb: Rgb, box: Box) -> Rgb:
    left, top, right, bottom = (edge // FINE for edge in box)
    return rgb[top:bottom, left:right]


def _put(picture: Picture, patch: Picture, box: Box) -> None:
    """Copy the three planes of ``patch`` into those of ``picture``."""
    left, top, right, bottom = (edge // FINE for edge in box)
    wholes, parts = _planes(picture, *PICTURE_SIZE), _planes(patch, right - left, bottom - top)
    for whole, part, half in zip(wholes, parts, (1, 2, 2), strict=True):
        whole[top // half : bottom // half, left // half : right // half] = part


def _planes(picture: Picture, width: int, height: int) -> tuple[Picture, Picture, Picture]:
    flat, pixels = picture.reshape(-1), width * height
    quarter = pixels // 4
    return (
        flat[:pixels].reshape(height, width),
        flat[pixels : pixels + quarter].reshape(height // 2, width // 2),
        flat[pixels + quarter : pixels + 2 * quarter].reshape(height // 2, width // 2),
    )


_painters: WeakValueDictionary[tuple[str, bool | None], Painter] = WeakValueDictionary()
_opening = threading.Lock()


def painter_of(face: Face, dark: bool | None) -> Painter:
    """The shared painter of a character, kept while anyone uses it. Takes 0.1 s the first time."""
    with _opening:
        painter = _painters.get((face.id, dark))
        if painter is None:
            painter = _painters[face.id, dark] = Painter(face, dark)
        return painter
