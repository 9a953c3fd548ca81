"""Widgets of the form: what a typed value becomes."""

from __future__ import annotations

import pytest

from components.studio.widgets import listed_value
from greenroom.catalog.spec import Choice, Setting

pytestmark = pytest.mark.unit

VOICE = Setting("voice", "Voice", "", "choice", "", open=True, choices=(Choice("coral", "Coral"), Choice("v2/ash", "Ash")))


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("Coral", "coral"), (" CORAL ", "coral"), ("coral", "coral"), ("Ash", "v2/ash"), ("my-clone", "my-clone"), (None, None)],
)
def test_a_name_is_matched_to_its_id_and_anything_else_stays(typed, stored):
    assert listed_value(VOICE, typed) == stored
