"""One session out, as a zip or as a page that opens from a mail; and a zip in."""

from __future__ import annotations

import base64
from dataclasses import replace

from greenroom.errors import GreenroomError
from greenroom.model.bundle import Bundle
from greenroom.model.session import Session, SessionId
from greenroom.recording import Waveform
from greenroom.services.sessions import html_export
from greenroom.services.sessions.recordings import RecordingService
from greenroom.services.sessions.records import SessionRecords
from greenroom.services.sessions.reviews import ReviewService
from greenroom.services.sessions.session_bundle import pack, unpack
from greenroom.services.sessions.timeline import timeline_data
from greenroom.store.session_imports import SessionImports


class SessionTransfer:
    """Those that name a session raise NotFound for an unknown one."""

    def __init__(
        self, records: SessionRecords, judging: ReviewService, recordings: RecordingService, arrivals: SessionImports
    ) -> None:
        self._records = records
        self._judging = judging
        self._recordings = recordings
        self._arrivals = arrivals

    def as_zip(self, session_id: SessionId) -> bytes:
        """:meth:`take_in` reads it."""
        record = self._records.get(session_id)
        return pack(
            Bundle(
                record.session,
                record.settings,
                tuple(record.turns),
                tuple(record.events),
                self._judging.of(session_id),
                self._sound(session_id),
            )
        )

    def as_html(self, session_id: SessionId, script: str) -> bytes:
        """One file with all in it, sound too. ``script``: the built timeline, a module whose default export draws it."""
        record, judged = self._records.get(session_id), self._judging.of(session_id)
        sound = self._sound(session_id)
        address = f"data:audio/webm;base64,{base64.b64encode(sound).decode()}" if sound else ""
        drawn = timeline_data(
            record, judged.notes, self._recordings.of(session_id), self._outline(session_id), address, notable=False
        )
        return html_export.page(record, judged, drawn, script).encode()

    def take_in(self, data: bytes) -> Session:
        """Raises NotABundle, NotUnderstood, Conflict (it is here already), StoreUnavailable."""
        bundle = unpack(data)
        self._arrivals.take_in(bundle)
        if bundle.sound is not None:
            self._recordings.adopt(bundle.session.id, bundle.sound)
        return replace(bundle.session)

    def _sound(self, session_id: SessionId) -> bytes | None:
        if not self._recordings.of_all([session_id]):
            return None
        return self._recordings.file(session_id).read_bytes()

    def _outline(self, session_id: SessionId) -> Waveform | None:
        try:
            return self._recordings.outline(session_id)
        except GreenroomError:
            return None
