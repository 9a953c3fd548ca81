"""Which addresses are private, and how a consent names them."""

from __future__ import annotations

import pytest

from greenroom.http_security.addresses import is_private, place_of

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1", "fe80::1%eth0"]
    + ["fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "not an address"],
)
def test_everything_but_the_public_internet_is_private(address):
    assert is_private(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1"])
def test_public_addresses_are_not(address):
    assert not is_private(address)


def test_a_place_is_host_and_port():
    assert place_of("https://Api.Example./x?y") == "api.example:443"
    assert place_of("http://[::1]:8000/") == "[::1]:8000"
    assert place_of("nonsense") == ""
