"""The drawn characters."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring

import pytest

from components.studio.portraits import portrait
from greenroom.portraits.characters import FACES

pytestmark = pytest.mark.unit


def test_there_are_at_least_four_and_no_two_are_alike():
    assert len(FACES) >= 4
    assert len({portrait(face) for face in FACES}) == len(FACES)


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.id)
@pytest.mark.parametrize("placeholder", [False, True])
def test_every_portrait_is_a_whole_picture(face, placeholder):
    assert fromstring(portrait(face, placeholder=placeholder)).tag.endswith("svg")


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.id)
def test_every_character_stands_before_a_light_and_a_dark_background(face):
    grounds = [sum(int(face.backdrop(dark)[i : i + 2], 16) for i in (1, 3, 5)) / 3 for dark in (False, True)]
    assert grounds[0] > 200
    assert grounds[1] < 70
    assert portrait(face, dark=False) != portrait(face, dark=True)
    assert portrait(face) == portrait(face, dark=face.dark)
