"""The id of an installation, kept in its data folder."""

from __future__ import annotations

from pathlib import Path

from greenroom.clock import Clock
from greenroom.errors import StoreUnavailable
from greenroom.store.private_files import read_or_create_private


def installation_id(data_dir: Path, clock: Clock) -> str:
    """The id of this data folder, created at the first start. Raises StoreUnavailable for a damaged file."""
    file = data_dir / "installation"
    found = read_or_create_private(file, lambda: clock.new_id(12).encode()).strip()
    if not found.isalnum():
        raise StoreUnavailable(f"{file} is damaged.", advice="Delete it: Greenroom creates a new one.")
    return found.decode("ascii")
