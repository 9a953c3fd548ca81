"""What facts of a session are called."""

from __future__ import annotations

from typing import get_args

import pytest

from greenroom.model.failures import ERRORS
from greenroom.model.session import EndReason, Event, Place
from greenroom.services.sessions import session_labels

pytestmark = pytest.mark.unit


def test_every_end_place_and_error_has_a_label():
    assert set(session_labels.ENDS) == set(get_args(EndReason))
    assert set(session_labels.PLACES) == set(get_args(Place))
    assert set(session_labels.EVENTS) >= ERRORS


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        ("vendor_error", "Vendor error"),
        ("notice_103", "Notification 103 from Agora"),
        ("of_a_later_version", "Of a later version"),
    ],
)
def test_an_event_is_called_by_words_and_an_unknown_one_by_its_own_name(kind, label):
    assert session_labels.event(Event(0, kind, "")) == label
