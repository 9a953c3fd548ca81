"""A JSON file of the data folder that several processes share: read anew each time, changed under a lock."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from greenroom.errors import StoreUnavailable
from greenroom.store.private_files import one_writer, write_private


class DamagedJson(ValueError):
    """The file isn't JSON."""


class LockedJson:
    """Readable by its owner alone. The lock is a file beside it, ``NAME.lock``."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def read(self) -> Any:
        """The parsed content; None if there is no file. Raises DamagedJson, StoreUnavailable."""
        try:
            return json.loads(self._file.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreUnavailable(f"{self._file} can't be read: {error.strerror}.") from error
        except (ValueError, RecursionError):
            raise DamagedJson(f"{self._file} is damaged.") from None

    def write(self, content: Any) -> None:
        """Replace the content atomically. Call it in :meth:`changing`. Raises StoreUnavailable."""
        try:
            write_private(self._file, json.dumps(content, ensure_ascii=False, indent=1).encode())
        except OSError as error:
            raise self._unwritable(error) from error

    def changing(self) -> AbstractContextManager[None]:
        """Hold the lock while the file is read, changed and written. Not reentrant. Raises StoreUnavailable."""
        return one_writer(self._file.with_suffix(".lock"), self._unwritable)

    def _unwritable(self, error: OSError) -> StoreUnavailable:
        return StoreUnavailable(f"{self._file} can't be written: {error.strerror}.")
