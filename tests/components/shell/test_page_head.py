"""A page comes with its style sheet, so that it isn't first painted bare."""

from __future__ import annotations

import pytest

from components.shell.page_head import STAGE_PLACE, page_style

pytestmark = pytest.mark.unit


def test_the_style_sheet_is_in_the_page_once_and_whole():
    assert page_style().count("<style>") == page_style().count("</style>") == 1
    assert ".st-key-stage" in page_style()


def test_the_place_of_the_stage_is_known_before_it_is_drawn():
    assert "dataset.stage" in STAGE_PLACE
    assert "greenroom.stage" in STAGE_PLACE
