"""Recognizes secrets by their names, in headers, in URLs, and well-known ones in any text, so that they aren't shown, linked
or logged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from greenroom.catalog.payload import CREDENTIAL
from greenroom.redaction import MASK

#: A name is secret when one of its words is. Words are split at "_", "-", ".", " " and at capitals.
_SECRET_WORDS = frozenset(
    {"apikey", "auth", "authorization", "authentication", "bearer", "certificate", "cookie", "cookies", "cred", "creds"}
    | {"credential", "credentials", "csrf", "dsn", "hmac", "jwt", "otp", "pass", "passcode", "passkey", "passphrase", "passwd"}
    | {"password", "passwords", "pat", "pwd", "secret", "secrets", "sessionid", "sid", "sig", "signature", "xsrf"}
)
#: Two words together, for words that alone say nothing.
_SECRET_PAIRS = frozenset({("connection", "string"), ("service", "account"), ("private", "pem")})
#: Words that turn the name of a secret into the name of something about it.
_ABOUT = frozenset(
    {"budget", "count", "endpoint", "expiry", "expires", "header", "length", "limit", "mode", "name", "policy", "size", "ttl"}
    | {"type", "uri", "url", "usage"}
)
#: Words that make a "token" a count, and a "key" something other than a secret.
_COUNTED = frozenset({"max", "min", "num", "number", "total", "prompt", "completion", "reasoning", "output", "input", "stop"})
_PLAIN_KEYS = frozenset(
    {"cache", "column", "dedupe", "foreign", "group", "hot", "idempotency", "label", "map", "partition", "primary", "public"}
    | {"row", "routing", "shortcut", "sort", "translation"}
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
#: Names written without a gap: "xapikey", "accesstoken", "privatekey".
_RUN_TOGETHER = re.compile(
    r"(api|access|auth|private|secret|signing|encryption|subscription|license|account|master|refresh|session|client)(key|token)"
)
_HEADERS = frozenset({"header", "headers"})
#: Headers that say what is sent, not who sends it.
_PLAIN_HEADERS = re.compile(r"accept(-[a-z]+)?|content-type|user-agent|.*-version", re.IGNORECASE)
#: What is left of a header beside its ``${NAME}`` may be a scheme such as Bearer, not a value.
_LITERAL = re.compile(r"[^\s,;|]{12,}")
#: In an address: the userinfo, and what a query or fragment names like a secret.
_PASSWORD = re.compile(r"(://[^/\s:@?#]*:)[^/\s@]+(?=@)")
_USER_ONLY = re.compile(r"(://)[^/\s:@?#]{12,}(?=@)")
_QUERY = re.compile(r"([?&#;]([\w.\-\[\]%]+)=)([^&#;\s\"']+)")
#: The keys of well-known vendors inside a longer text, a prompt or an address for instance: long enough to be no word.
KEY_IN_TEXT = re.compile(
    r"(?<![\w${-])(?=[sghrpnwxAeSTb\d-])"
    r"(?:sk-[A-Za-z0-9_-]{20,}|(?:gsk|hf|xai|rk|pk|sk|r8|npm|whsec|ntn)[-_](?:(?:live|test|car)_)?[A-Za-z0-9]{20,}"
    r"|AIza[\w-]{30,}|(?:AKIA|ASIA)[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{40,}|glpat-[\w-]{20,}"
    r"|xox[abeprs]-[\w-]{20,}|SG\.[\w-]{16,}\.[\w-]{16,}|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"
    r"|(?:bot)?\d{8,10}:AA[\w-]{33}|T[A-Z0-9]{7,}/B[A-Z0-9]{7,}/\w{20,}|\d{17,20}/[\w-]{50,}"
    r"|-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[^-]{20,}-----END [A-Z ]{0,20}PRIVATE KEY-----)"
)
#: Names that are secret in an address only: of signed addresses.
_SIGNED = frozenset({"key", "code", "sv", "se", "signature", "sig", "hdnea", "policy", "credential"})


def is_secret(key: str) -> bool:
    """Whether the value under this name is a secret: of a body, a header, a query."""
    words = [word.lower() for word in _WORD.findall(key)]
    if not words or words[-1] in _ABOUT:
        return False
    if any(word in _SECRET_WORDS for word in words) or any(pair in _SECRET_PAIRS for pair in zip(words, words[1:], strict=False)):
        return True
    if _RUN_TOGETHER.search("".join(words)):
        return not _COUNTED & set(words)
    if "token" in words:
        return not _COUNTED & set(words)
    return words[-1] in ("key", "keys") and not _PLAIN_KEYS & set(words)


def without_secrets(value: Any, secret: bool = False, *, headers: bool = False) -> Any:
    """The JSON value with ``MASK`` in place of what is secret; ``secret``: all of it is. ``${NAME}`` stays.

    In ``headers`` every value counts as secret, because the header that holds the key isn't known.
    """
    if isinstance(value, Mapping):
        return {name: _inside(str(name), inner, secret, headers) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [without_secrets(inner, secret, headers=headers) for inner in value]
    if not isinstance(value, str):
        return MASK if secret and value is not None and not isinstance(value, bool) else value
    if secret or headers:
        return value if not value or _only_names_credentials(value) else MASK
    return KEY_IN_TEXT.sub(MASK, _address(value) if "://" in value else value)


def secret_values(value: Any) -> Iterator[str]:
    """The values that :func:`without_secrets` hides, so that they can be masked elsewhere too."""
    yield from _hidden_values(value, without_secrets(value))


def _hidden_values(value: Any, shown: Any) -> Iterator[str]:
    if isinstance(value, Mapping) and isinstance(shown, Mapping):
        for name, inner in value.items():
            yield from _hidden_values(inner, shown.get(name))
    elif isinstance(value, list | tuple) and isinstance(shown, list | tuple):
        for inner, visible in zip(value, shown, strict=True):
            yield from _hidden_values(inner, visible)
    elif isinstance(value, str) and value != shown:
        if shown == MASK:
            yield value
            yield value.rpartition(" ")[2]  # without "Bearer"
        yield from secrets_in(value)
        yield from KEY_IN_TEXT.findall(value)


def secrets_in(address: str) -> Iterator[str]:
    """The values that an address holds like secrets, as written there and decoded."""
    for _, name, value in _QUERY.findall(address) if "://" in address else ():
        if _secret_in_address(name):
            yield value
            yield unquote(value)
    for userinfo in re.findall(r"://([^/\s@?#]+)@", address):
        yield userinfo.rpartition(":")[2]


def _inside(name: str, value: Any, secret: bool, headers: bool) -> Any:
    if isinstance(value, Mapping):
        if name == "properties" and all(isinstance(field, Mapping) for field in value.values()):
            return {field: without_secrets(schema, secret) for field, schema in value.items()}  # JSON Schema: names of parameters
        is_headers = bool(_HEADERS & {word.lower() for word in _WORD.findall(name)})
        return without_secrets(value, secret or is_secret(name), headers=headers or is_headers)
    plain = headers and _PLAIN_HEADERS.fullmatch(name) is not None
    return without_secrets(value, secret or is_secret(name), headers=headers and not plain)


def _only_names_credentials(text: str) -> bool:
    return CREDENTIAL.search(text) is not None and _LITERAL.search(CREDENTIAL.sub(" ", text)) is None


def _address(text: str) -> str:
    return _QUERY.sub(_hidden, _USER_ONLY.sub(rf"\1{MASK}", _PASSWORD.sub(rf"\1{MASK}", text)))


def _secret_in_address(name: str) -> bool:
    return is_secret(unquote(name)) or unquote(name).lower() in _SIGNED


def _hidden(part: re.Match[str]) -> str:
    named = _secret_in_address(part[2]) and not CREDENTIAL.search(part[3])
    return f"{part[1]}{MASK}" if named else part[0]
