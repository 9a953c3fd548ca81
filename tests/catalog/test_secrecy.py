"""Values without their secrets: recognised by name, in headers, in addresses; the name of a credential is none (row 94)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.catalog.secrecy import MASK, without_secrets

pytestmark = pytest.mark.unit

CANARY = "sk-canary-5f3a9c"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"api_key": CANARY, "model": "m"}, {"api_key": MASK, "model": "m"}),
        ({"X-Api-Key": CANARY}, {"X-Api-Key": MASK}),
        ({"Authorization": f"Bearer {CANARY}"}, {"Authorization": MASK}),
        ([{"secret": [CANARY, {"deep": CANARY}]}], [{"secret": [MASK, {"deep": MASK}]}]),
        ({"password": 123456, "token": None, "client_secret": True}, {"password": MASK, "token": None, "client_secret": True}),
        (f"https://host/a?key={CANARY}&b=1", f"https://host/a?key={MASK}&b=1"),
        (f"wss://me:{CANARY}@host/path", f"wss://me:{MASK}@host/path"),
    ],
)
def test_what_is_secret_by_its_name_is_masked(value: Any, shown: Any) -> None:
    assert without_secrets(value) == shown


@pytest.mark.parametrize(
    "value",
    [
        {"Authorization": "Bearer ${CRM_KEY}", "token": ""},
        {"max_tokens": 160, "credential_mode": "managed", "keywords": ["key"]},
        "https://host/a?lang=en#token",
        "Ask for the token: it is on the key ring.",
        None,
        ["a", 1, False],
    ],
)
def test_what_is_no_secret_stays(value: Any) -> None:
    assert without_secrets(value) == value


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, st.sampled_from(["api_key", "Authorization", "client-secret", "password", "X-Auth-Token", "KEY"]))
def test_no_value_lets_a_secret_through_and_masking_twice_is_masking_once(value: Any, name: str) -> None:
    masked = without_secrets({"around": [value, {name: [CANARY, {"in": CANARY}]}]})
    assert CANARY not in repr(masked)
    assert without_secrets(masked) == masked
