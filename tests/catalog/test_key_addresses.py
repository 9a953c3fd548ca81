"""The place of an address, as a consent for a key names it."""

from __future__ import annotations

import pytest

from greenroom.catalog.key_addresses import filled, is_address, place
from greenroom.catalog.key_hosts import belongs

pytestmark = pytest.mark.unit

EVIL = "evil.example"


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("https://api.openai.com/v1", "api.openai.com"),
        ("wss://API.OpenAI.com:443/x", "api.openai.com"),
        ("https://api.openai.com.", "api.openai.com"),
        ("api.openai.com/v1", "api.openai.com"),
        ("//evil.example/x", EVIL),
        ("https://api.openai.com@evil.example/", EVIL),
        ("https://evil.example/api.openai.com", EVIL),
        ("https://evil.example?https://api.openai.com", EVIL),
        ("http://api.openai.com/v1", "http://api.openai.com"),
        ("https://api.openai.com:8443/v1", "api.openai.com:8443"),
        ("http://localhost:11434/v1", "http://localhost:11434"),
    ],
)
def test_the_place_of_an_address(address: str, where: str):
    assert place(address) == where


@pytest.mark.parametrize(
    "address",
    ["https://api.openai.com\\@evil.example", "https://api.openai.com\t.evil.example", "https://api.openai.com%2eevil.example",
     "https://аpi.openai.com", "http://api.openai.com", "https://api.openai.com.evil.example", "https://evilapi.openai.com",
     "https://[::1", "//api.openai.com:x"],
)  # fmt: skip
def test_an_address_that_can_be_read_in_two_ways_belongs_to_nobody(address: str):
    assert not belongs("OPENAI_API_KEY", place(address))


@pytest.mark.parametrize(
    ("path", "text", "sent"),
    [
        ("url", "https://a.example/x", True),
        ("base_url", "a.example", True),
        ("urls.0", "https://a.example", True),
        ("endpoints.east", "https://a.example", True),
        ("anything", "WSS://a.example/x", True),
        ("base_url", "203.0.113.5:443", True),
        ("base_url", "//a.example/x", True),
        ("base_url", " a.example?x", True),
        ("base_url", "localhost:8000", True),
        ("hostname", "a.example", True),
        ("server_name", "a.example", True),
        ("base_model", "gpt-4.1", False),
        ("name", "a.example", False),
        ("image_url", "https://a.example/x.png", False),
        ("region", "us-east-1", False),
        ("region", "East US 2", False),
        ("region_name", "us-east-1.a.example", True),
        ("greeting", "https://a.example", False),
    ],
)
def test_what_counts_as_an_address_that_something_is_sent_to(path: str, text: str, sent: bool) -> None:
    assert is_address(tuple(path.split(".")), text) is sent


def test_variables_are_filled_in_as_a_request_has_them() -> None:
    address = "https://{{ template_variables.h }}.example/{{args.x}}"
    assert filled(address, {"h": "a/b"}) == "https://a%2Fb.example/{{args.x}}"
    assert filled(address, {}) == address
