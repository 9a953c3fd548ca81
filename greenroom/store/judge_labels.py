"""Replies that a human has labeled by a criterion, for the exam of the judge; in a file of the data folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from greenroom.errors import StoreUnavailable
from greenroom.store.private_files import one_writer, write_private

FILE, LOCK = "judge_labels.json", "judge_labels.lock"


@dataclass(frozen=True, slots=True)
class StoredLabel:
    """``source`` is where the reply is from: session and turn. ``label`` is pass or fail."""

    criterion: str
    caller: str
    reply: str
    label: str
    source: str


class JudgeLabelStore:
    """Reads the file on every call, because other processes share it; changes are made under a lock. Every method may raise
    StoreUnavailable."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE

    def all(self) -> list[StoredLabel]:
        """In the order they were given; a damaged file counts as missing."""
        try:
            rows = json.loads(self._file.read_bytes())
            return [StoredLabel(**_texts(one)) for one in rows]
        except OSError as error:
            if isinstance(error, FileNotFoundError):
                return []
            raise StoreUnavailable(f"{self._file} can't be read: {error.strerror}.") from error
        except (ValueError, TypeError, KeyError, RecursionError):
            return []

    def add(self, label: StoredLabel) -> None:
        """A second label of the same reply by the same criterion replaces the first."""
        with self._changing():
            kept = [one for one in self.all() if (one.criterion, one.source) != (label.criterion, label.source)]
            self._write([*kept, label])

    def remove(self, label: StoredLabel) -> None:
        """Idempotent."""
        with self._changing():
            self._write([one for one in self.all() if one != label])

    def _changing(self) -> AbstractContextManager[None]:
        return one_writer(self._file.with_name(LOCK), self._unwritable)

    def _unwritable(self, error: OSError) -> StoreUnavailable:
        return StoreUnavailable(f"{self._file} can't be written: {error.strerror}.")

    def _write(self, labels: list[StoredLabel]) -> None:
        try:
            write_private(self._file, json.dumps([asdict(one) for one in labels], ensure_ascii=False, indent=1).encode())
        except OSError as error:
            raise self._unwritable(error) from error


def _texts(row: Mapping[str, Any]) -> dict[str, str]:
    return {field.name: str(row[field.name]) for field in fields(StoredLabel)}
