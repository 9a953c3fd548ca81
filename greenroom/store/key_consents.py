"""The user's decisions on which keys may go to hosts other than their vendor's; stored beside the keys, owner-only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from greenroom.errors import StoreUnavailable
from greenroom.store.private_files import one_writer, write_private

FILE, LOCK = "key-consents.json", "key-consents.lock"
Decision = Literal["allowed", "withheld"]


@dataclass(frozen=True, slots=True)
class KeyConsent:
    """``allowed``: the key is sent to this destination. ``withheld``: the agent runs without it."""

    name: str
    destination: str
    decision: Decision
    decided_at: str


class KeyConsents:
    """Every method may raise StoreUnavailable. Several processes may share a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> Mapping[tuple[str, str], KeyConsent]:
        """By name and destination. Raises StoreUnavailable for a damaged file too, so that it allows nothing."""
        file = self._folder / FILE
        try:
            rows = json.loads(file.read_bytes())
            consents = [KeyConsent(**row) for row in rows]
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise StoreUnavailable(f"{file} can't be read: {error.strerror}.") from error
        except (ValueError, TypeError, RecursionError):
            raise StoreUnavailable(f"{file} is damaged.", advice="Delete it, then decide again.") from None
        return {(consent.name, consent.destination): consent for consent in consents}

    def put(self, consent: KeyConsent) -> None:
        """Replaces an earlier decision on the same key and destination."""
        with self._changing():
            self._write({**self.all(), (consent.name, consent.destination): consent})

    def remove(self, name: str, destination: str) -> None:
        """Ask again before the next launch."""
        with self._changing():
            consents = dict(self.all())
            if consents.pop((name, destination), None) is not None:
                self._write(consents)

    def _write(self, consents: Mapping[tuple[str, str], KeyConsent]) -> None:
        text = json.dumps([asdict(consent) for consent in consents.values()], indent=1)
        try:
            write_private(self._folder / FILE, text.encode())
        except OSError as error:
            raise StoreUnavailable(f"{self._folder / FILE} can't be written: {error.strerror}.") from error

    def _changing(self) -> AbstractContextManager[None]:
        return one_writer(
            self._folder / LOCK, lambda error: StoreUnavailable(f"{self._folder} can't be written: {error.strerror}.")
        )
