"""Export a session as a zip bundle or an HTML page, and import bundles."""

from __future__ import annotations

import base64

from greenroom.errors import GreenroomError
from greenroom.model.bundle import Bundle
from greenroom.model.session import Session, SessionId
from greenroom.recording import Waveform
from greenroom.redaction import SECRETS
from greenroom.services.sessions import html_export
from greenroom.services.sessions.recordings import RecordingService
from greenroom.services.sessions.records import SessionRecords
from greenroom.services.sessions.reviews import ReviewService
from greenroom.services.sessions.session_bundle import pack, unpack
from greenroom.services.sessions.timeline import timeline_data
from greenroom.store.session_imports import SessionImports


class SessionTransfer:
    """Exports and imports sessions. Methods that name a session raise NotFound for an unknown one."""

    def __init__(
        self, records: SessionRecords, reviews: ReviewService, recordings: RecordingService, imports: SessionImports
    ) -> None:
        self._records = records
        self._reviews = reviews
        self._recordings = recordings
        self._imports = imports

    def as_zip(self, session_id: SessionId) -> bytes:
        """The session as a zip bundle; :meth:`import_bundle` imports it."""
        record = self._records.get(session_id)
        return pack(
            Bundle(
                session=record.session,
                settings=record.version.settings,
                turns=tuple(record.turns),
                events=tuple(record.events),
                review=self._reviews.of(session_id),
                sound=self._sound(session_id),
                applied=tuple(self._records.applied(session_id)),
                tool_calls=tuple(record.tool_calls),
            )
        )

    def as_html(self, session_id: SessionId, script: str) -> bytes:
        """The session as one HTML file including audio. ``script``: the built timeline module, whose default export draws it."""
        record, review = self._records.get(session_id), self._reviews.of(session_id)
        sound = self._sound(session_id)
        address = f"data:audio/webm;base64,{base64.b64encode(sound).decode()}" if sound else ""
        drawn = timeline_data(
            record, review.notes, self._recordings.of(session_id), self._outline(session_id), address, notable=False
        )
        return SECRETS.text(html_export.page(record, review, drawn, script)).encode()

    def import_bundle(self, data: bytes) -> Session:
        """Import a bundle. Raises InvalidSessionBundle, UnreadableAgentFile, Conflict (already imported) or StoreUnavailable."""
        bundle = unpack(data, self._imports.now())
        self._imports.import_session(bundle)
        if bundle.sound is not None:
            self._recordings.adopt(bundle.session.id, bundle.sound)
        return bundle.session

    def _sound(self, session_id: SessionId) -> bytes | None:
        if not self._recordings.of_all([session_id]):
            return None
        return self._recordings.file(session_id).read_bytes()

    def _outline(self, session_id: SessionId) -> Waveform | None:
        try:
            return self._recordings.outline(session_id)
        except GreenroomError:  # no recording, or a damaged waveform: the timeline is drawn without one
            return None
