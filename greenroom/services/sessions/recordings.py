"""Recordings: receive pieces during a call, join them into one file, serve and delete it."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path

from greenroom.clock import Clock
from greenroom.errors import Conflict, DiskFull, GreenroomError, LimitReached, NotAllowed, NotFound
from greenroom.model.recording import Recording, RecordingPart
from greenroom.model.session import Session, SessionId
from greenroom.recording import Waveform, join, read_waveform, waveform_of, write_waveform
from greenroom.services.calls.capabilities import SessionCapabilities
from greenroom.store.recordings import RecordingStore

log = logging.getLogger(__name__)

#: A second of both voices is 8 kB.
PIECE_MAX_BYTES = 1024 * 1024
#: A part begins with the call and at each reload or reconnection of its page.
PARTS_MAX = 200
#: Of one session: some 70 hours.
SIZE_MAX_BYTES = 2 * 1024**3
#: How much a call may have recorded by now: this many bytes, plus per second four times what its sound takes.
SIZE_START_BYTES, SIZE_A_SECOND = 32 * 1024**2, 32 * 1024
#: How long after a call's end its last pieces may arrive; then the parts are joined.
SETTLE_AFTER_S = 8.0
#: How long the address of a recording is valid.
ADDRESS_LIFE_S = 6 * 3600
LOCKS = 64


class RecordingService:
    """Manages recordings. Thread-safe. ``session`` finds a session that is not deleted."""

    def __init__(
        self,
        folder: Path,
        store: RecordingStore,
        session: Callable[[SessionId], Session],
        capabilities: SessionCapabilities,
        clock: Clock,
    ) -> None:
        self._folder = folder
        self._store = store
        self._session = session
        self._capabilities = capabilities
        self._clock = clock
        #: Joining a long recording holds up others that share its lock by chance, not all.
        self._locks = [threading.Lock() for _ in range(LOCKS)]

    # ── while the call runs

    def take(self, session_id: SessionId, offset_ms: int, number: int, piece: bytes) -> int:
        """Append one piece to the part that starts at ``offset_ms``, and return the part's number of pieces.

        A repeated piece (after a lost response) has no effect. Raises Conflict for a gap, LimitReached, NotAllowed if the
        recording was deleted or is finished, and DiskFull.
        """
        size_max = self._size_max(session_id, piece)
        with self._lock_of(session_id):
            self._require_coming(session_id)
            parts = self._store.parts(session_id)
            known = next((part for part in parts if part.offset_ms == offset_ms), None)
            part = known or RecordingPart(offset_ms, 0, 0)
            if number < part.pieces:
                return part.pieces
            if number > part.pieces:
                raise Conflict(f"Expected piece {part.pieces}, got {number}.", advice="Send the missing pieces first.")
            if (known is None and len(parts) >= PARTS_MAX) or sum(part.size for part in parts) + len(piece) > size_max:
                raise LimitReached("The recording reached its maximum length.", advice="The call continues without recording.")
            if known is None:
                self._store.begin(session_id, offset_ms)
            self._append(self._part_file(session_id, offset_ms), part.size, piece)
            self._store.grown(session_id, part, len(piece))
        return number + 1

    def settle(self, session_id: SessionId) -> None:
        """Join the received pieces into one file with its waveform. Idempotent."""
        with self._lock_of(session_id):
            recording = self._store.get(session_id)
            if recording is None or recording.state != "coming":
                return
            parts = [(part.offset_ms, self._part_file(session_id, part.offset_ms)) for part in self._store.parts(session_id)]
            half = self._file(session_id).with_suffix(".half")
            try:
                joined = join([(offset, path) for offset, path in parts if path.exists()], half)
                write_waveform(waveform_of(half), self._outline(session_id))
                half.replace(self._file(session_id))
            except OSError as error:  # the parts stay: tried again when there is room
                half.unlink(missing_ok=True)
                raise _no_room(error) from error
            except GreenroomError as error:
                log.warning("recording of session %s: %s", session_id, error)
                half.unlink(missing_ok=True)
                self._store.settle(session_id, "broken")
            else:
                self._store.settle(session_id, "ready", self._file(session_id).stat().st_size, joined.length_ms)
            for _, path in parts:
                path.unlink(missing_ok=True)

    def settle_due(self) -> None:
        """Finish the recordings of all ended calls; called by the watchdog. Failures don't affect the others."""
        for session_id in self._store.unsettled(self._clock.now() - timedelta(seconds=SETTLE_AFTER_S)):
            try:
                self.settle(session_id)
            except GreenroomError as error:
                log.warning("recording of session %s: %s", session_id, error)

    # ── afterwards

    def of(self, session_id: SessionId) -> Recording | None:
        """In any state; None for a session without one."""
        return self._store.get(session_id)

    def of_all(self, ids: Iterable[SessionId]) -> frozenset[SessionId]:
        """Which of these sessions have a playable recording."""
        return frozenset(one for one, recording in self._store.of(tuple(ids)).items() if recording.state == "ready")

    def outline(self, session_id: SessionId) -> Waveform:
        """Raises NoWaveform."""
        return read_waveform(self._outline(session_id))

    def file(self, session_id: SessionId) -> Path:
        """The file of a finished recording; raises NotFound."""
        recording = self._store.get(session_id)
        path = self._file(session_id)
        if recording is None or recording.state != "ready" or not path.exists():
            raise NotFound("This session has no recording.", advice="It may have been deleted or is still being processed.")
        return path

    def address(self, session_id: SessionId) -> str:
        """A playback URL for this recording, valid for six hours."""
        until = int(self._clock.now().timestamp()) + ADDRESS_LIFE_S
        return f"/api/sessions/{session_id}/recording?until={until}&key={self._key(session_id, until)}"

    def require(self, session_id: SessionId, until: str, key: str) -> None:
        """Raise NotAllowed unless the URL's signature is valid for this recording and not expired."""
        if not until.isascii() or not until.isdigit() or len(until) > 12 or int(until) < self._clock.now().timestamp():
            raise NotAllowed("This recording link has expired.", advice="Reload the session's page.")
        self._capabilities.require(_listening(session_id, int(until)), key)

    def delete(self, session_id: SessionId) -> None:
        """Permanently delete a recording and reject further pieces. Raises NotFound if there is none."""
        with self._lock_of(session_id):
            parts = self._store.parts(session_id)
            self._store.settle(session_id, "deleted")
            for path in (self._file(session_id), self._outline(session_id)):
                path.unlink(missing_ok=True)
            for part in parts:
                self._part_file(session_id, part.offset_ms).unlink(missing_ok=True)

    def adopt(self, session_id: SessionId, sound: bytes) -> None:
        """Import a recording. An unplayable one is marked as such; raises Conflict if the session has one."""
        with self._lock_of(session_id):
            self._store.begin(session_id, 0)
            self._append(self._part_file(session_id, 0), 0, sound)
            self._store.grown(session_id, RecordingPart(0, 0, 0), len(sound))
        self.settle(session_id)

    # ── inside

    def _lock_of(self, session_id: SessionId) -> threading.Lock:
        return self._locks[hash(session_id) % LOCKS]

    def _size_max(self, session_id: SessionId, piece: bytes) -> int:
        """What the session may have recorded by now. Raises LimitReached, and NotAllowed when the call is over."""
        if not piece or len(piece) > PIECE_MAX_BYTES:
            raise LimitReached("The piece is empty or too large.", advice="Send one second of audio at a time.")
        session, now = self._session(session_id), self._clock.now()
        if session.ended_at and now - session.ended_at > timedelta(seconds=SETTLE_AFTER_S):
            raise NotAllowed("The call is over.", advice="Launch a new call.")
        so_far_s = max(0.0, (now - session.created_at).total_seconds())
        return min(SIZE_MAX_BYTES, SIZE_START_BYTES + int(so_far_s * SIZE_A_SECOND))

    def _require_coming(self, session_id: SessionId) -> None:
        recording = self._store.get(session_id)
        if recording is not None and recording.state != "coming":
            raise NotAllowed(f"The recording is {recording.state}.", advice="The call continues without recording.")

    def _append(self, path: Path, size: int, piece: bytes) -> None:
        """Truncate the file to its recorded length; bytes a crashed server wrote beyond it are sent again."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
                file.truncate(size)
                file.seek(size)
                file.write(piece)
        except OSError as error:
            raise _no_room(error) from error

    def _key(self, session_id: SessionId, until: int) -> str:
        return self._capabilities.issue(_listening(session_id, until))

    def _file(self, session_id: SessionId) -> Path:
        return self._folder / f"{_plain(session_id)}.webm"

    def _outline(self, session_id: SessionId) -> Path:
        return self._folder / f"{_plain(session_id)}.outline"

    def _part_file(self, session_id: SessionId, offset_ms: int) -> Path:
        return self._folder / f"{_plain(session_id)}.{int(offset_ms)}.part"


def _listening(session_id: SessionId, until: int) -> SessionId:
    """The subject of a playback capability; not valid for the stage's routes."""
    return SessionId(f"listen/{session_id}/{until}")


def _plain(session_id: SessionId) -> str:
    """The id for use in a file name; raises NotFound unless it is letters and digits."""
    if not session_id.isascii() or not session_id.isalnum():
        raise NotFound("Session not found.")
    return session_id


def _no_room(error: OSError) -> DiskFull:
    return DiskFull(f"Couldn't write the recording: {error.strerror}.")
