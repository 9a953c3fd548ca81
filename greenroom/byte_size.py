"""Sizes of files and of memory, as pages and messages show them."""

from __future__ import annotations


def byte_size(size: int) -> str:
    """``640 kB``, ``12.5 MB``, ``450 MB``, ``1.1 GB`` (10^3, 10^6, 10^9 bytes); at least ``1 kB``."""
    if size >= 999_500_000:
        return f"{size / 1e9:.1f} GB"
    if size >= 99_950_000:
        return f"{size / 1e6:.0f} MB"
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{max(1, round(size / 1000))} kB"
