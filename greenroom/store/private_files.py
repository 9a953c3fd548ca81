"""Owner-only files, written atomically: keys, certificates, backups."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

OWNER_ONLY, OWNER_FOLDER = 0o600, 0o700


def write_private(path: Path, data: bytes) -> None:
    """Write atomically; others can't read the file at any moment. Raises OSError."""
    beside = _write_beside(path, data)
    beside.replace(path)


def read_or_create_private(path: Path, make: Callable[[], bytes]) -> bytes:
    """The content of ``path``; the first process that asks creates it. Raises OSError."""
    path.parent.mkdir(mode=OWNER_FOLDER, parents=True, exist_ok=True)
    with contextlib.suppress(FileNotFoundError):  # created below
        return path.read_bytes()
    beside = _write_beside(path, make())
    try:
        os.link(beside, path)  # fails if another process was first; its file is kept
    except FileExistsError:
        pass
    finally:
        beside.unlink()
    return path.read_bytes()


def open_lock(path: Path) -> BinaryIO:
    """An empty file to lock with ``fcntl.flock``, made if it is missing. Raises OSError."""
    path.parent.mkdir(mode=OWNER_FOLDER, parents=True, exist_ok=True)
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, OWNER_ONLY), "r+b")


@contextlib.contextmanager
def one_writer(lock: Path, failed: Callable[[OSError], Exception]) -> Iterator[None]:
    """Hold ``lock`` while a file is read, changed and written: one at a time over all threads and processes that name it.

    ``failed`` makes the error to raise if the lock can't be opened. Not reentrant.
    """
    try:
        file = open_lock(lock)
    except OSError as error:
        raise failed(error) from error
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)  # each call opens the file anew, so that threads wait for each other too
        yield


def _write_beside(path: Path, data: bytes) -> Path:
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return beside
