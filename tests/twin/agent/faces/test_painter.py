"""The pictures themselves."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from av import VideoFrame
from numpy.typing import NDArray

from greenroom.portraits.characters import FACES, Face
from greenroom.portraits.portrait import Look, Mouth
from greenroom.twin.agent.faces.paint import FINE
from greenroom.twin.agent.faces.painter import EYES, MOUTH, Painter, painter_of
from greenroom.twin.agent.faces.pose import Pose
from greenroom.twin.seat import PICTURE_SIZE, Picture

pytestmark = pytest.mark.unit

WIDE, HIGH = PICTURE_SIZE
OPEN = Pose(mouth=Mouth(1.0))
BLINK = Pose(look=Look(open=0.0))


@pytest.fixture(scope="module")
def painters() -> dict[str, Painter]:
    return {face.id: Painter(face) for face in FACES}


def light(picture: Picture) -> NDArray[np.int16]:
    return picture[:HIGH].astype(np.int16)


def changed(a: Picture, b: Picture) -> tuple[slice, slice] | None:
    rows, columns = np.nonzero(np.abs(light(a) - light(b)) > 8)
    return (slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)) if len(rows) else None


def within(part: tuple[slice, slice] | None, box: tuple[int, int, int, int]) -> bool:
    left, top, right, bottom = (edge // FINE for edge in box)
    assert part is not None
    rows, columns = part
    return top <= rows.start and rows.stop <= bottom and left <= columns.start and columns.stop <= right


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.id)
def test_a_picture_is_480_by_480_and_only_the_mouth_moves_in_speech_and_the_eyes_in_a_blink(painters, face: Face):
    rest = painters[face.id].picture(Pose())
    assert rest.shape == (HIGH * 3 // 2, WIDE)
    assert rest.dtype == np.uint8
    assert PICTURE_SIZE >= (480, 480)
    assert within(changed(rest, painters[face.id].picture(OPEN)), MOUTH)
    assert within(changed(rest, painters[face.id].picture(BLINK)), EYES)
    assert changed(rest, painters[face.id].picture(Pose())) is None


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.id)
def test_an_open_mouth_covers_more_than_a_shut_one(painters, face: Face):
    def area(opened: float) -> int:
        moved = np.abs(light(painters[face.id].picture(Pose(mouth=Mouth(opened)))) - light(painters[face.id].picture(Pose())))
        return int((moved > 24).sum())

    areas = [area(step / 8) for step in (0, 2, 5, 8)]
    assert areas == sorted(set(areas))
    assert areas[-1] > 500


def test_the_characters_are_distinct(painters):
    pictures = [light(painter.picture(Pose())) for painter in painters.values()]
    for one, other in itertools.combinations(pictures, 2):
        assert (np.abs(one - other) > 24).mean() > 0.1


def test_colors_arrive_as_they_are_in_the_catalog(painters):
    face = FACES[0]
    rgb = VideoFrame.from_ndarray(painters[face.id].picture(Pose()), format="yuv420p").to_ndarray(format="rgb24")
    wanted = [int(face.background[i : i + 2], 16) for i in (1, 3, 5)]
    assert np.abs(rgb[6, 6].astype(int) - wanted).max() <= 6


def test_breathing_moves_the_body_by_less_than_a_pixel_too(painters):
    painter = painters["mira"]
    quarter = np.abs(light(painter.picture(Pose(body=1))) - light(painter.picture(Pose())))
    assert 0 < quarter[400:].max() < 120


def test_those_who_show_the_same_character_share_a_painter():
    first = painter_of(FACES[0], None)
    assert painter_of(FACES[0], None) is first
    assert painter_of(FACES[0], True) is not first
