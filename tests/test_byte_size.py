"""Sizes as they are shown."""

from __future__ import annotations

import pytest

from greenroom.byte_size import byte_size

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "1 kB"),
        (99_499, "99 kB"),
        (100_000, "0.1 MB"),
        (12_500_000, "12.5 MB"),
        (99_950_000, "100 MB"),
        (999_499_999, "999 MB"),
        (999_500_000, "1.0 GB"),
        (1_120_000_000, "1.1 GB"),
    ],
)
def test_a_size_has_the_unit_in_which_it_is_read(size: int, shown: str):
    assert byte_size(size) == shown
