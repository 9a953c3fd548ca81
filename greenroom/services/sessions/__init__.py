"""Past sessions: records, recordings, timelines, reviews, trends, export and transfer."""

from typing import TYPE_CHECKING

from greenroom.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from greenroom.services.sessions import session_labels
    from greenroom.services.sessions.comparison import MOST, ComparedSession, side_by_side
    from greenroom.services.sessions.recordings import PIECE_MAX_BYTES, RecordingService
    from greenroom.services.sessions.records import SessionRecord, SessionRecords
    from greenroom.services.sessions.reviews import ReviewService
    from greenroom.services.sessions.session_export import MEDIA_TYPES, Format, export
    from greenroom.services.sessions.session_transfer import SessionTransfer
    from greenroom.services.sessions.timeline import timeline_data
    from greenroom.services.sessions.trends import TrendService, VersionStats

__all__ = [
    "MEDIA_TYPES",
    "MOST",
    "PIECE_MAX_BYTES",
    "ComparedSession",
    "Format",
    "RecordingService",
    "ReviewService",
    "SessionRecord",
    "SessionRecords",
    "SessionTransfer",
    "TrendService",
    "VersionStats",
    "export",
    "session_labels",
    "side_by_side",
    "timeline_data",
]

__getattr__ = lazy_exports(
    __name__,
    {
        "ComparedSession": "comparison",
        "Format": "session_export",
        "MEDIA_TYPES": "session_export",
        "MOST": "comparison",
        "PIECE_MAX_BYTES": "recordings",
        "RecordingService": "recordings",
        "ReviewService": "reviews",
        "SessionRecord": "records",
        "SessionRecords": "records",
        "SessionTransfer": "session_transfer",
        "TrendService": "trends",
        "VersionStats": "trends",
        "export": "session_export",
        "session_labels": "",
        "side_by_side": "comparison",
        "timeline_data": "timeline",
    },
)
