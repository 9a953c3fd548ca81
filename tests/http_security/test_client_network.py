"""What rate limits count as one client."""

from __future__ import annotations

import pytest

from greenroom.http_security.client_network import network_of

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("testclient", "another", False),
        ("::1", "::2", False),
    ],
)
def test_a_client_has_a_whole_64_of_ipv6_and_one_address_of_ipv4(one, other, same):
    assert (network_of(one) == network_of(other)) is same


@pytest.mark.parametrize("address", ["::1", "::1%lo", "::ffff:127.0.0.1", "127.8.9.10", "localhost", "x7.localhost"])
def test_this_computer_is_one_client_whatever_it_sends_from(address: str):
    """A program here could otherwise take a new address for each guess."""
    assert network_of(address) == network_of("127.0.0.1")
