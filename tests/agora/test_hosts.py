"""Addresses: one an area, and any form a person pastes becomes the same root."""

from __future__ import annotations

import pytest

from greenroom.agora.hosts import ADDRESSES, api_root, base_url, other_urls

pytestmark = pytest.mark.unit


def test_every_area_of_the_option_has_an_address():
    assert set(ADDRESSES) == {"GLOBAL", "US", "EU", "AP", "CN"}
    assert base_url() == "https://api.agora.io/api/conversational-ai-agent"
    assert base_url("cn").endswith(".sd-rtn.com/cn/api/conversational-ai-agent")


@pytest.mark.parametrize(
    ("pasted", "root"),
    [
        ("http://127.0.0.1:8450", "http://127.0.0.1:8450/api/conversational-ai-agent"),
        ("http://127.0.0.1:8450/", "http://127.0.0.1:8450/api/conversational-ai-agent"),
        (base_url("EU"), base_url("EU")),
        (base_url("CN") + "/", base_url("CN")),
        (base_url() + "/v2/projects/", base_url()),
        (" https://proxy.example/agora ", "https://proxy.example/agora/api/conversational-ai-agent"),
    ],
)
def test_what_people_paste_becomes_the_root(pasted: str, root: str):
    assert api_root(pasted) == root


def test_an_area_is_never_left_for_another():
    for area, prefix in (("US", "api-us-"), ("EU", "api-eu-"), ("AP", "api-ap-"), ("CN", "api-cn-")):
        urls = [base_url(area), *other_urls(area)]
        assert len(set(urls)) == 4
        assert all(url.startswith(f"https://{prefix}") for url in urls)
