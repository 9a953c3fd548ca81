"""Masking: what is a secret, and that none is quoted."""

from __future__ import annotations

import pytest

from greenroom.agora.masking import masked
from greenroom.catalog.secrecy import MASK, is_secret

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "key",
    [
        "key",
        "api_key",
        "token",
        "aws_secret_access_key",
        "credentials",
        "adc_credentials_string",
        "api_subscription_key",
        "Authorization",
    ],
)
def test_keys_of_secrets_are_known(key: str):
    assert is_secret(key)


@pytest.mark.parametrize("key", ["credential_mode", "max_tokens", "keywords", "voice_id", "region", "keyterm"])
def test_ordinary_keys_are_not_secret(key: str):
    assert not is_secret(key)


def test_the_longer_of_two_secrets_is_masked_first():
    assert masked("say abcdef and abcd", {"key": "abcd", "token": "abcdef"}) == f"say {MASK} and {MASK}"


def test_a_secret_inside_a_structure_under_a_secret_key_is_masked():
    assert masked("xx inner-value", {"headers": {"Authorization": ["inner-value"]}}) == f"xx {MASK}"
