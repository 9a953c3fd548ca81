"""Keys at rest: encrypted, owner-only, whole after every change, and honest about why they cannot be opened."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from greenroom.store.vault import ASIDE, KEY_FILE, VAULT_FILE, Stored, Vault, VaultLocked
from tests.full_disk import full_disk

pytestmark = pytest.mark.unit

CANARY = "sk-canary-0815"


def test_a_value_comes_back_and_is_in_no_file(tmp_path: Path):
    """row 94"""
    vault = Vault(tmp_path)
    assert vault.read() == {}
    assert vault.put("DEEPGRAM_API_KEY", Stored(CANARY, "2026-11-23T09:00:00+00:00")) is None
    assert Vault(tmp_path).read() == {"DEEPGRAM_API_KEY": Stored(CANARY, "2026-11-23T09:00:00+00:00")}
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert {file.name for file in files} >= {KEY_FILE, VAULT_FILE}
    for file in files:
        assert CANARY.encode() not in file.read_bytes()
        assert b"DEEPGRAM" not in file.read_bytes()
        assert file.stat().st_mode & 0o077 == 0, f"{file.name} is for its owner only"


def test_no_value_is_in_a_repr(tmp_path: Path):
    """row 94"""
    vault = Vault(tmp_path)
    vault.put("A_KEY", Stored(CANARY))
    assert CANARY not in f"{vault!r} {vault.read()!r}"


def test_a_key_file_that_others_can_read_is_refused_with_the_cure(tmp_path: Path):
    vault = Vault(tmp_path)
    vault.put("A_KEY", Stored(CANARY))
    for mode in (0o640, 0o604, 0o644):
        (tmp_path / KEY_FILE).chmod(mode)
        with pytest.raises(VaultLocked, match="can be read by other users") as told:
            vault.read()
        with pytest.raises(VaultLocked):
            vault.put("B_KEY", Stored("other"))
    assert f"chmod 600 {tmp_path / KEY_FILE}" in told.value.advice
    (tmp_path / KEY_FILE).chmod(0o600)
    assert list(vault.read()) == ["A_KEY"]


def test_a_missing_key_file_is_explained_and_nothing_is_overwritten(tmp_path: Path):
    vault = Vault(tmp_path)
    vault.put("A_KEY", Stored(CANARY))
    key, sealed = (tmp_path / KEY_FILE).read_bytes(), (tmp_path / VAULT_FILE).read_bytes()
    (tmp_path / KEY_FILE).unlink()
    with pytest.raises(VaultLocked, match="credentials.key is missing"):
        vault.read()
    with pytest.raises(VaultLocked):
        vault.put("B_KEY", Stored("other"))
    assert (tmp_path / VAULT_FILE).read_bytes() == sealed
    (tmp_path / KEY_FILE).write_bytes(key)
    (tmp_path / KEY_FILE).chmod(0o600)
    assert vault.read()["A_KEY"].value == CANARY


@pytest.mark.parametrize("damage", ["another key", "no key", "torn file"])
def test_what_does_not_fit_together_is_told_apart_from_empty(tmp_path: Path, damage: str):
    vault, other = Vault(tmp_path), Vault(tmp_path / "other")
    vault.put("A_KEY", Stored(CANARY))
    other.put("B_KEY", Stored("other"))
    if damage == "another key":
        (tmp_path / "other" / KEY_FILE).replace(tmp_path / KEY_FILE)
    elif damage == "no key":
        (tmp_path / KEY_FILE).write_bytes(b"nonsense")
    else:
        (tmp_path / VAULT_FILE).write_bytes((tmp_path / VAULT_FILE).read_bytes()[:-9])
    with pytest.raises(VaultLocked):
        vault.read()


def test_setting_aside_keeps_the_old_file_and_begins_anew(tmp_path: Path):
    vault = Vault(tmp_path)
    vault.put("A_KEY", Stored(CANARY))
    sealed = (tmp_path / VAULT_FILE).read_bytes()
    (tmp_path / KEY_FILE).unlink()
    assert vault.set_aside() == tmp_path / ASIDE
    assert (tmp_path / ASIDE).read_bytes() == sealed
    assert vault.read() == {}
    vault.put("B_KEY", Stored("other"))
    assert list(vault.read()) == ["B_KEY"]


def test_what_can_be_read_is_not_set_aside(tmp_path: Path):
    vault = Vault(tmp_path)
    vault.put("A_KEY", Stored(CANARY))
    assert vault.set_aside() is None
    assert list(vault.read()) == ["A_KEY"]


def test_changes_at_the_same_time_lose_nothing(tmp_path: Path):
    """Each with a vault of its own, as two processes have."""
    names = [f"KEY_{n}" for n in range(24)]
    threads = [threading.Thread(target=Vault(tmp_path).put, args=(name, Stored(name))) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(Vault(tmp_path).read()) == sorted(names)


def test_removing_gives_back_what_was_there(tmp_path: Path):
    vault = Vault(tmp_path)
    vault.put("A_KEY", Stored("one"))
    assert vault.put("A_KEY", Stored("two")) == Stored("one")
    assert vault.remove("A_KEY") == Stored("two")
    assert vault.remove("A_KEY") is None


def test_a_full_disk_asks_nobody_to_move_sound_keys_aside(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    vault.put("OPENAI_API_KEY", Stored("sk-first-0123456789"))
    with full_disk(0), pytest.raises(VaultLocked, match="Couldn't write") as told:
        vault.put("DEEPGRAM_API_KEY", Stored("dg-0123456789"))
    assert "aside" not in told.value.advice
    assert set(vault.read()) == {"OPENAI_API_KEY"}
