"""Values without their secrets: recognized by name, in headers, in addresses; the name of a credential is none (row 94)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.catalog.secrecy import MASK, secret_values, without_secrets

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
        {"headers": {"Content-Type": "application/json", "Accept": "text/event-stream", "anthropic-version": "2023-06-01"}},
        {"headers": {"X-Trace": "Token ${CRM_KEY}|${OTHER_KEY}"}},
        {"parameters": {"type": "object", "properties": {"password": {"type": "string"}, "token": {"type": "string"}}}},
        "https://host/a?lang=en&model=nova-3&max_tokens=40",
        "https://host/a?lang=en#token",
        "Ask for the token: it is on the key ring.",
        None,
        ["a", 1, False],
    ],
)
def test_what_is_no_secret_stays(value: Any) -> None:
    assert without_secrets(value) == value


@pytest.mark.parametrize(
    "key",
    [
        "sk-proj-" + "Ab3" * 10,
        "sk_live_" + "a1B2" * 6,
        "sk_" + "0f" * 24,
        "r8_" + "Ab1" * 10,
        "ghp_" + "a1" * 20,
        "glpat-" + "x1Y2" * 5,
        "SG." + "a1B2" * 5 + "." + "c3D4" * 8,
        "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1",
        "https://hooks.slack.com/services/T0123456/B0123456/" + "a1B2" * 6,
        "https://discord.com/api/webhooks/123456789012345678/" + "a1-B2_c3" * 8,
    ],
)
@pytest.mark.parametrize("text", ["Use {} for it.", "https://api.example/hook/{}"])
def test_well_known_keys_are_masked_in_any_text(text: str, key: str) -> None:
    written = text.format(key)
    shown = without_secrets({"system_messages": [{"content": written}]})["system_messages"][0]["content"]
    assert (MASK in shown, key[-20:] in shown) == (True, False)
    assert any(value in key and len(value) >= 20 for value in secret_values({"content": written}))


SECRET_NAMES = [
    "apikey",
    "api_key",
    "apiKey",
    "API-Key",
    "ApiKey",
    "x-api-key",
    "xi-api-key",
    "X-Goog-Api-Key",
    "Ocp-Apim-Subscription-Key",
    "subscriptionKey",
    "Authorization",
    "Proxy-Authorization",
    "Cookie",
    "Set-Cookie",
    "accessToken",
    "access_token",
    "accesstoken",
    "refreshToken",
    "id_token",
    "authToken",
    "auth",
    "bearer",
    "jwt",
    "token",
    "session_token",
    "sessionid",
    "private_key",
    "privateKey",
    "privatekey",
    "client_secret",
    "clientSecret",
    "secret",
    "secretKey",
    "secret_access_key",
    "aws_secret_access_key",
    "accessKeyId",
    "access_key",
    "passwd",
    "password",
    "pwd",
    "pass",
    "passphrase",
    "credentials",
    "service_account",
    "connection_string",
    "dsn",
    "signature",
    "sig",
    "hmac",
    "signing_key",
    "encryptionKey",
    "license_key",
    "webhook_secret",
    "otp",
    "app_key",
    "appKey",
    "app_certificate",
    "key",
    "X-Auth-Token",
    "x-amz-security-token",
    "X-CSRF-Token",
]
PLAIN_NAMES = [
    "max_tokens",
    "maxTokens",
    "token_count",
    "prompt_tokens",
    "max_completion_tokens",
    "max_output_tokens",
    "credential_mode",
    "keywords",
    "keyterms",
    "keyboard",
    "monkey",
    "author",
    "tokenizer",
    "hotkey",
    "public_key",
    "cache_key",
    "primary_key",
    "token_url",
    "auth_type",
    "session",
    "turn_detection",
    "passenger",
    "signal",
]
SECRET_ADDRESSES = (
    "https://me:{}@host/a",
    "https://{}@host/a",
    "wss://me:{}@host:99/a?x=1",
    "https://host/a?key={}",
    "https://host/a?apikey={}&b=1",
    "https://host/a?api_key={}",
    "https://host/a?token={}",
    "https://host/a?access_token={}",
    "https://host/a?accessToken={}",
    "https://host/a?auth={}",
    "https://host/a?sig={}",
    "https://host/a?Signature={}&Expires=1",
    "https://host/a?X-Amz-Signature={}",
    "https://host/a?X-Amz-Security-Token={}",
    "https://host/a?code={}",
    "https://host/a?secret={}",
    "https://host/a?password={}",
    "https://host/a#access_token={}",
    "https://host/a?a=1;token={}",
    "https://host/a?api%5Fkey={}",
    "see https://host/a?jwt={} there",
)


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_the_common_names_of_secrets_are_known(name: str) -> None:
    assert without_secrets({name: CANARY}) == {name: MASK}


@pytest.mark.parametrize("name", PLAIN_NAMES)
def test_names_that_only_look_like_them_are_not(name: str) -> None:
    assert without_secrets({name: CANARY}) == {name: CANARY}


@pytest.mark.parametrize("address", SECRET_ADDRESSES)
def test_no_address_shows_a_key(address: str) -> None:
    assert CANARY not in without_secrets({"url": address.format(CANARY)})["url"]


@pytest.mark.parametrize("value", [CANARY, f"Bearer {CANARY}", f"${{CRM_KEY}} {CANARY}", [CANARY]])
def test_every_header_counts_as_secret(value: Any) -> None:
    for name in ("headers", "http_headers", "extraHeaders"):
        assert CANARY not in repr(without_secrets({"llm": {name: {"X-Trace": value}}}))


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
