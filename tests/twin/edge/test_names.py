"""Channel names and uids as RTC allows them."""

from __future__ import annotations

import pytest

from greenroom.twin.edge.error_codes import JoinRefused
from greenroom.twin.edge.names import checked_channel, is_channel, is_uid, number_of

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("name", ["a", "x" * 64, "Demo 1!#$%&()+-:;<=.>?@[]^_{}|~,"])
def test_names_that_rtc_allows(name: str) -> None:
    assert is_channel(name)
    assert checked_channel(name) == name


@pytest.mark.parametrize("name", ["", "x" * 65, "café", "a/b", 'a"b', "a*b", "a\n", None, 7, ["a"]])
def test_names_that_it_does_not(name: object) -> None:
    assert not is_channel(name)
    with pytest.raises(JoinRefused):
        checked_channel(name)


@pytest.mark.parametrize("uid", [1, 2**32 - 1, "alice", "x" * 255])
def test_uids(uid: object) -> None:
    assert is_uid(uid)


@pytest.mark.parametrize("uid", [0, -1, 2**32, True, 1.5, "", "x" * 256, "ä", None])
def test_no_uids(uid: object) -> None:
    assert not is_uid(uid)


def test_a_string_uid_always_has_the_same_number() -> None:
    assert number_of(5) == 5
    assert number_of("alice") == number_of("alice") != number_of("bob")
    assert 0 < number_of("") <= 2**31
