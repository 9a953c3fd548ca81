"""Whether a host is this computer, however it is written; a name that only looks like its address isn't."""

from __future__ import annotations

import pytest

from greenroom.config import BadConfig, require_loopback
from greenroom.loopback import is_loopback, leads_here

pytestmark = pytest.mark.unit

HERE = ("localhost", "edge.localhost", "127.0.0.1", "127.0.0.2", "::1", "::ffff:127.0.0.1", "::1%lo")
ELSEWHERE = ("", "example.com", "127.example.com", "localhost.example.com", "10.0.0.1", "0.0.0.0", "::", "fe80::1%eth0")


@pytest.mark.parametrize(("host", "here"), [*((host, True) for host in HERE), *((host, False) for host in ELSEWHERE)])
def test_this_computer_is_known_by_any_of_its_names(host: str, here: bool):
    assert is_loopback(host) is here
    assert leads_here(f"http://[{host}]:1" if ":" in host else f"http://{host}:1") is here


@pytest.mark.parametrize("text", ["", "localhost", "http://["])
def test_what_is_no_url_leads_nowhere(text: str):
    assert not leads_here(text)


@pytest.mark.parametrize("address", ELSEWHERE)
def test_the_studio_listens_elsewhere_only_with_a_public_url(address: str):
    with pytest.raises(BadConfig):
        require_loopback(address, "")
    require_loopback(address, "https://studio.example.com")
