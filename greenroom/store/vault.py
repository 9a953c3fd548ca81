"""Keys that were typed in the page, encrypted at rest; the key that opens them lies in a file of its own, for its owner only."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Mapping
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from greenroom.errors import GreenroomError

KEY_FILE, VAULT_FILE = "credentials.key", "credentials.enc"
_OWNER_ONLY = 0o600


class VaultLocked(GreenroomError):
    """The stored keys cannot be read or written; the message says why."""

    advice = "Mend what it names; or delete both credentials files in the data folder and enter the keys again."


class Vault:
    """A small file of names and values (Fernet: AES-128-CBC with HMAC-SHA256). Never in the database, whose dumps travel."""

    def __init__(self, folder: Path) -> None:
        self._key_file, self._file = folder / KEY_FILE, folder / VAULT_FILE
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return "Vault()"

    def read(self) -> dict[str, str]:
        """All names and values; empty before the first was stored. Raises VaultLocked."""
        with self._lock:
            return self._read()

    def put(self, name: str, value: str) -> str | None:
        """Store one value; the value it replaces, so that this can be undone. Raises VaultLocked."""
        with self._lock:
            known = self._read()
            before = known.get(name)
            self._write({**known, name: value})
            return before

    def remove(self, name: str) -> str | None:
        """Forget one value and return it, so that this can be undone. Raises VaultLocked."""
        with self._lock:
            known = self._read()
            before = known.pop(name, None)
            if before is not None:
                self._write(known)
            return before

    def _read(self) -> dict[str, str]:
        if not self._file.exists():
            return {}
        if not self._key_file.exists():
            raise VaultLocked(f"{KEY_FILE} is missing: without it the stored keys cannot be opened.")
        try:
            found = json.loads(self._cipher().decrypt(self._file.read_bytes()))
        except (InvalidToken, ValueError):
            raise VaultLocked(f"{VAULT_FILE} was not written with this {KEY_FILE}, or it is damaged.") from None
        except OSError as error:
            raise VaultLocked(f"{VAULT_FILE} cannot be read ({error.strerror}).") from error
        return {str(name): str(value) for name, value in found.items()}

    def _write(self, values: Mapping[str, str]) -> None:
        try:
            if not self._key_file.exists():
                _write_whole(self._key_file, Fernet.generate_key())
            _write_whole(self._file, self._cipher().encrypt(json.dumps(values).encode()))
        except OSError as error:
            raise VaultLocked(f"{VAULT_FILE} cannot be written ({error.strerror}).") from error

    def _cipher(self) -> Fernet:
        if os.name == "posix" and self._key_file.stat().st_mode & 0o077:
            raise VaultLocked(f"{KEY_FILE} can be read by others; only its owner may: chmod 600.")
        try:
            return Fernet(self._key_file.read_bytes())
        except ValueError:
            raise VaultLocked(f"{KEY_FILE} holds no key.") from None


def _write_whole(path: Path, data: bytes) -> None:
    """All of it or nothing, and never for a moment readable by others."""
    beside = path.with_suffix(path.suffix + ".new")
    with contextlib.suppress(FileNotFoundError):
        beside.unlink()
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
