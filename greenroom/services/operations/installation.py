"""The id of an installation, kept in its data folder."""

from __future__ import annotations

from pathlib import Path

from greenroom.clock import Clock


def installation_id(data_dir: Path, clock: Clock) -> str:
    """The id of this data folder, created at the first start."""
    file = data_dir / "installation"
    if not file.exists():
        file.write_text(clock.new_id(12))
    return file.read_text().strip()
