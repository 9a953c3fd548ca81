"""The id of an installation, kept in its data folder."""

from __future__ import annotations

from pathlib import Path

from greenroom.clock import Clock
from greenroom.store.private_files import read_or_create_private


def installation_id(data_dir: Path, clock: Clock) -> str:
    """The id of this data folder, created at the first start."""
    return read_or_create_private(data_dir / "installation", lambda: clock.new_id(12).encode()).decode().strip()
