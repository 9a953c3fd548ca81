"""Files that only their owner can read."""

from __future__ import annotations

import fcntl
import os
import stat
from pathlib import Path

import pytest

from greenroom.store.key_consents import FILE, KeyConsent, KeyConsents
from greenroom.store.private_files import open_lock, read_or_create_private, write_private

pytestmark = pytest.mark.unit


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def permissive():
    """A machine on which new files can be read by all."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("permissive")
def test_a_file_is_for_its_owner_before_a_byte_is_in_it(tmp_path, monkeypatch):
    seen: list[int] = []
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda number: (seen.append(stat.S_IMODE(os.fstat(number).st_mode)), fsync(number)))
    write_private(tmp_path / "key", b"1")
    write_private(tmp_path / "key", b"2")
    assert read_or_create_private(tmp_path / "inner" / "other", lambda: b"3") == b"3"
    assert seen == [0o600] * 3
    assert mode(tmp_path / "key") == mode(tmp_path / "inner" / "other") == 0o600
    assert mode(tmp_path / "inner") == 0o700
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["key", "other"]


@pytest.mark.usefixtures("permissive")
def test_consents_are_for_their_owner(tmp_path):
    KeyConsents(tmp_path).put(KeyConsent("OPENAI_API_KEY", "model.example:443", "allowed", "2026-11-27T12:00:00+00:00"))
    assert mode(tmp_path / FILE) == 0o600


@pytest.mark.usefixtures("permissive")
def test_a_lock_is_made_for_its_owner_and_opened_again(tmp_path):
    for _ in range(2):
        with open_lock(tmp_path / "inner" / "some.lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert mode(tmp_path / "inner" / "some.lock") == 0o600
