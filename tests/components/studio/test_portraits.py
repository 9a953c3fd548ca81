"""Pictures of the drawn characters."""

from __future__ import annotations

import base64
from xml.etree.ElementTree import fromstring

import pytest

from components.studio.portraits import data_uri, moving_portrait, portrait
from greenroom.portraits.characters import FACES

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.id)
def test_a_moving_portrait_is_a_whole_picture_that_stands_still_under_reduced_motion(face):
    picture = moving_portrait(face)
    assert fromstring(picture).tag.endswith("svg")
    assert "animation:blink" in picture
    assert "prefers-reduced-motion" in picture


def test_no_two_characters_blink_at_the_same_time():
    rhythms = {moving_portrait(face).split("blink ")[1].split("}")[0] for face in FACES}
    assert len(rhythms) == len(FACES)


def test_clip_paths_of_one_picture_have_names_of_their_own():
    picture = moving_portrait(FACES[0])
    names = [part.split('"')[0] for part in picture.split('clipPath id="')[1:]]
    assert len(names) == len(set(names))


def test_a_picture_travels_as_an_address():
    kind, _, data = data_uri(portrait(FACES[0])).partition(",")
    assert kind == "data:image/svg+xml;base64"
    assert base64.b64decode(data).decode() == portrait(FACES[0])
