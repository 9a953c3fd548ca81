"""The vault: vendor keys stored in the page, encrypted at rest. The encryption key is in a separate owner-only file."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from greenroom.errors import GreenroomError
from greenroom.store.private_files import one_writer, write_private

KEY_FILE, VAULT_FILE, ASIDE = "credentials.key", "credentials.enc", "credentials.unreadable.enc"


class VaultLocked(GreenroomError):
    """The stored keys can't be read or written; the message says why."""

    advice = "Restore the right file, or move the old keys aside in Settings and enter your keys again."


@dataclass(frozen=True, slots=True)
class Stored:
    """One value and when it was stored (ISO 8601, UTC; "" = unknown)."""

    value: str = field(repr=False)
    stored_at: str = ""


class Vault:
    """An encrypted file of names and values (Fernet: AES-128-CBC with HMAC-SHA256), kept outside the database and its backups.

    Every method may raise VaultLocked. Several processes may share a folder: a change is made under a file lock.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._key_file, self._file = folder, folder / KEY_FILE, folder / VAULT_FILE

    def __repr__(self) -> str:
        return "Vault()"

    def read(self) -> dict[str, Stored]:
        """All stored values by name. Needs no lock because files are replaced atomically."""
        return self._read()

    def put(self, name: str, value: Stored) -> Stored | None:
        """Store a value and return the previous one, for undo."""
        with self._changing():
            keys = self._read()
            before = keys.get(name)
            self._write({**keys, name: value})
            return before

    def remove(self, name: str) -> Stored | None:
        """Delete a value and return it, for undo."""
        with self._changing():
            keys = self._read()
            before = keys.pop(name, None)
            if before is not None:
                self._write(keys)
            return before

    def set_aside(self) -> Path | None:
        """Rename an unreadable file to start anew. Returns the new path of the old file, None if it is readable."""
        with self._changing():
            try:
                self._read()
            except VaultLocked:
                try:
                    with contextlib.suppress(FileNotFoundError):  # a lost key file is why the vault can't be read
                        self._key_file.replace(self._key_file.with_suffix(".unreadable.key"))
                    return self._file.replace(self._folder / ASIDE)
                except OSError as error:
                    raise VaultLocked(f"Couldn't rename {VAULT_FILE} ({error.strerror}).") from error
            return None

    def _changing(self) -> AbstractContextManager[None]:
        return one_writer(self._folder / "credentials.lock", _unwritable)

    def _read(self) -> dict[str, Stored]:
        if not self._file.exists():
            return {}
        if not self._key_file.exists():
            raise VaultLocked(f"{KEY_FILE} is missing from the data folder, and without it the stored keys can't be opened.")
        try:
            stored = json.loads(self._cipher().decrypt(self._file.read_bytes()))
            return {str(name): Stored(**one) for name, one in stored.items()}
        except (InvalidToken, ValueError, TypeError, AttributeError, RecursionError):
            raise VaultLocked(f"{VAULT_FILE} is damaged or doesn't match this {KEY_FILE}.") from None
        except OSError as error:
            raise VaultLocked(f"Couldn't read {VAULT_FILE} ({error.strerror}).") from error

    def _write(self, values: Mapping[str, Stored]) -> None:
        try:
            if not self._key_file.exists():
                write_private(self._key_file, Fernet.generate_key())
            content = json.dumps({name: asdict(one) for name, one in values.items()})
            write_private(self._file, self._cipher().encrypt(content.encode()))
        except OSError as error:
            raise _unwritable(error) from error

    def _cipher(self) -> Fernet:
        if os.name == "posix" and self._key_file.stat().st_mode & 0o077:
            raise VaultLocked(
                f"{KEY_FILE} can be read by other users of this machine, so the stored keys aren't used.",
                advice=f"Run chmod 600 {self._key_file}. If others may have read it, replace your keys at the vendors.",
            )
        try:
            return Fernet(self._key_file.read_bytes())
        except ValueError:
            raise VaultLocked(f"{KEY_FILE} contains no key.") from None


def _unwritable(error: OSError) -> VaultLocked:
    """The stored keys are sound: nothing has to be restored or moved aside."""
    advice = "Check that the data folder is writable and its disk isn't full, then try again."
    return VaultLocked(f"Couldn't write {VAULT_FILE} ({error.strerror}).", advice=advice)
