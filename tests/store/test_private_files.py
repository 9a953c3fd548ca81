"""Files that only their owner can read."""

from __future__ import annotations

import fcntl
import os
import stat
import threading
from pathlib import Path

import pytest

from greenroom.model.agent import AgentId
from greenroom.model.brain_choice import BrainChoice
from greenroom.store.brain_choices import BrainChoiceStore
from greenroom.store.judge_labels import JudgeLabelStore, StoredLabel
from greenroom.store.key_consents import FILE, KeyConsent, KeyConsents
from greenroom.store.private_files import open_lock, read_or_create_private, write_private
from greenroom.store.vault import Stored, Vault

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


def put_choice(folder: Path, name: str) -> None:
    BrainChoiceStore(folder).put(BrainChoice("scripted"), AgentId(name))


def put_label(folder: Path, name: str) -> None:
    JudgeLabelStore(folder).add(StoredLabel("polite", "Hi.", "Hello.", "pass", name))


def put_consent(folder: Path, name: str) -> None:
    KeyConsents(folder).put(KeyConsent(name, "model.example:443", "allowed", ""))


def put_key(folder: Path, name: str) -> None:
    Vault(folder).put(name, Stored("sk-1"))


@pytest.mark.parametrize(
    ("put", "count"),
    [
        pytest.param(put_choice, lambda folder: len(BrainChoiceStore(folder).read().agents), id="brain choices"),
        pytest.param(put_label, lambda folder: len(JudgeLabelStore(folder).all()), id="judge labels"),
        pytest.param(put_consent, lambda folder: len(KeyConsents(folder).all()), id="key consents"),
        pytest.param(put_key, lambda folder: len(Vault(folder).read()), id="keys"),
    ],
)
def test_writers_that_share_a_folder_lose_none_of_each_others_changes(tmp_path, put, count):
    """Each has a store of its own, as two processes have."""
    start = threading.Barrier(4)

    def write(number: int) -> None:
        start.wait()
        for place in range(5):
            put(tmp_path, f"{number}-{place}")

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert count(tmp_path) == 20
