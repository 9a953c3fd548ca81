"""Hashes the passwords of guest links: scrypt, each with its own salt."""

from __future__ import annotations

import hashlib
import hmac
import secrets

PASSWORD_MIN, PASSWORD_MAX = 6, 200
_COST = {"n": 2**14, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024}


def hashed(password: str) -> str:
    """``salt:hash``, both in hex; some 50 ms. Characters after ``PASSWORD_MAX`` don't count."""
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}:{_scrypt(password, salt)}"


def matches(password: str, stored: str) -> bool:
    """In constant time, some 50 ms."""
    salt, _, digest = stored.partition(":")
    return hmac.compare_digest(_scrypt(password, bytes.fromhex(salt)), digest)


def _scrypt(password: str, salt: bytes) -> str:
    return hashlib.scrypt(password[:PASSWORD_MAX].encode(errors="replace"), salt=salt, **_COST).hex()
