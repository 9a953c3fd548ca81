"""The user's decisions on which keys may go to hosts other than their vendor's; stored beside the keys, owner-only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from greenroom.errors import StoreUnavailable
from greenroom.store.locked_json import LockedJson

FILE = "key-consents.json"
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
        self._file = folder / FILE
        self._json = LockedJson(self._file)

    def all(self) -> Mapping[tuple[str, str], KeyConsent]:
        """By name and destination. Raises StoreUnavailable for a damaged file too, so that it allows nothing."""
        try:
            consents = [KeyConsent(**row) for row in self._json.read() or ()]
        except (ValueError, TypeError):
            raise StoreUnavailable(f"{self._file} is damaged.", advice="Delete it, then decide again.") from None
        return {(consent.name, consent.destination): consent for consent in consents}

    def put(self, consent: KeyConsent) -> None:
        """Replaces an earlier decision on the same key and destination."""
        with self._json.changing():
            self._write({**self.all(), (consent.name, consent.destination): consent})

    def remove(self, name: str, destination: str) -> None:
        """Ask again before the next launch."""
        with self._json.changing():
            consents = dict(self.all())
            if consents.pop((name, destination), None) is not None:
                self._write(consents)

    def _write(self, consents: Mapping[tuple[str, str], KeyConsent]) -> None:
        self._json.write([asdict(consent) for consent in consents.values()])
