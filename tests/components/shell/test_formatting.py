"""The words of the screen: two things with one name are told apart."""

from __future__ import annotations

import pytest

from components.shell.formatting import unique_names

pytestmark = pytest.mark.unit


def test_two_options_of_a_list_never_read_the_same():
    """A browser answers with the words of an option: the second of two equal ones could never be chosen."""
    names = {"a": "Ava", "b": "Ava", "c": "Ava (2)", "d": "Leo", "e": "Ava"}
    assert unique_names(names) == {"a": "Ava", "b": "Ava (2)", "c": "Ava (2) (2)", "d": "Leo", "e": "Ava (3)"}
