"""Data retention: permanently delete sessions and recordings, manually with a preview or automatically by rule."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from greenroom.clock import Clock, ClockWatch
from greenroom.config import Config
from greenroom.errors import NotFound
from greenroom.model.retention import RetentionPreview, RetentionRule, StorageUsage
from greenroom.model.session import SessionId
from greenroom.services.sessions.recordings import RecordingService
from greenroom.store.retention import RetentionStore

log = logging.getLogger(__name__)

#: How long a deleted session can be restored.
UNDO = timedelta(hours=1)
#: How often the configured rule is applied.
EVERY_S = 600.0
#: Sessions deleted in one transaction.
A_BATCH = 200
MB = 1_000_000


class DataRetention:
    """Deletes sessions and recordings. Every method may raise StoreUnavailable."""

    def __init__(self, config: Config, clock: Clock, store: RetentionStore, recordings: RecordingService) -> None:
        self.rule = RetentionRule(config.keep_days, config.keep_recordings_days, config.keep_recordings_mb)
        self._clock = clock
        self._store = store
        self._recordings = recordings
        self._next = clock.monotonic()
        self._clock_watch = ClockWatch(clock)

    def usage(self) -> StorageUsage:
        """What is stored now, with the bytes of the recordings."""
        return self._store.usage()

    def preview(self, rule: RetentionRule) -> RetentionPreview:
        """What :meth:`apply` would delete now."""
        recordings = self._due_recordings(rule)
        sessions = 0
        if rule.sessions_days:
            sessions = self._store.count_begun_before(self._clock.now() - timedelta(days=rule.sessions_days))
        return RetentionPreview(sessions, len(recordings), sum(size for _, size in recordings))

    def apply(self, rule: RetentionRule) -> RetentionPreview:
        """Permanently delete and return what was deleted."""
        preview = self.preview(rule)
        for session_id, _ in self._due_recordings(rule):
            self._delete_recording(session_id)
        if rule.sessions_days:
            before = self._clock.now() - timedelta(days=rule.sessions_days)
            while ids := self._store.begun_before(before, A_BATCH):
                self._erase(ids)
        return preview

    def purge(self) -> int:
        """Permanently delete sessions that were deleted more than an hour ago, and return their number."""
        count = 0
        while ids := self._store.deleted_before(self._clock.now() - UNDO, A_BATCH):
            self._erase(ids)
            count += len(ids)
        return count

    def tick(self) -> None:
        """Purge and apply the configured rule, at most every ten minutes; not just after the clock was set forward."""
        if not self._clock_watch.settled() or self._clock.monotonic() < self._next:
            return
        self._next = self._clock.monotonic() + EVERY_S
        count, deleted = self.purge(), self.apply(self.rule)
        if count or deleted.sessions or deleted.recordings:
            log.info("permanently deleted: %d sessions, %d recordings", count + deleted.sessions, deleted.recordings)

    def vacuum(self) -> None:
        """Free unused disk space."""
        self._store.vacuum()

    def _erase(self, ids: Sequence[SessionId]) -> None:
        """Delete the files first: a file without a row would stay forever."""
        for session_id in ids:
            self._delete_recording(session_id)
        self._store.erase(ids)

    def _delete_recording(self, session_id: SessionId) -> None:
        try:
            self._recordings.delete(session_id)
        except NotFound:
            return  # was not recorded

    def _due_recordings(self, rule: RetentionRule) -> list[tuple[SessionId, int]]:
        """The recordings to delete, by age and by total size: session and bytes."""
        if rule == RetentionRule():
            return []
        now, room = self._clock.now(), rule.recordings_mb * MB
        ages = [days for days in (rule.sessions_days, rule.recordings_days) if days]
        oldest = now - timedelta(days=min(ages)) if ages else None
        due, total = [], 0
        for session_id, begun, size in self._store.recorded():
            total += size
            if (oldest and begun < oldest) or (room and total > room):
                due.append((session_id, size))
        return due
