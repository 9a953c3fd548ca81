"""Replies that a human has labeled by a criterion, for the exam of the judge; in a file of the data folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from greenroom.store.locked_json import LockedJson

FILE = "judge_labels.json"


@dataclass(frozen=True, slots=True)
class StoredLabel:
    """``source`` is where the reply is from: session and turn. ``label`` is pass or fail."""

    criterion: str
    caller: str
    reply: str
    label: str
    source: str


class JudgeLabelStore:
    """Every method may raise StoreUnavailable. Several processes may share a folder."""

    def __init__(self, folder: Path) -> None:
        self._json = LockedJson(folder / FILE)

    def all(self) -> list[StoredLabel]:
        """In the order they were given; a damaged file counts as missing."""
        try:
            return [StoredLabel(**_texts(one)) for one in self._json.read() or ()]
        except (ValueError, TypeError, KeyError):
            return []

    def add(self, label: StoredLabel) -> None:
        """A second label of the same reply by the same criterion replaces the first."""
        with self._json.changing():
            kept = [one for one in self.all() if (one.criterion, one.source) != (label.criterion, label.source)]
            self._write([*kept, label])

    def remove(self, label: StoredLabel) -> None:
        """Idempotent."""
        with self._json.changing():
            self._write([one for one in self.all() if one != label])

    def _write(self, labels: list[StoredLabel]) -> None:
        self._json.write([asdict(one) for one in labels])


def _texts(row: Mapping[str, Any]) -> dict[str, str]:
    return {field.name: str(row[field.name]) for field in fields(StoredLabel)}
