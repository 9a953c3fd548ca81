"""Data retention rules and statistics."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """Retention rules; 0 = no limit. ``sessions_days``: older sessions are deleted with their recordings;
    ``recordings_days``: their sound alone; ``recordings_mb``: the oldest sound goes until the rest is no larger (10^6 bytes)."""

    sessions_days: int = 0
    recordings_days: int = 0
    recordings_mb: int = 0


@dataclass(frozen=True, slots=True)
class RetentionPreview:
    """What a rule would delete now; ``bytes`` of recordings."""

    sessions: int
    recordings: int
    bytes: int


@dataclass(frozen=True, slots=True)
class StorageUsage:
    """Storage in use: ``bytes`` of recordings."""

    sessions: int
    deleted: int
    recordings: int
    bytes: int
