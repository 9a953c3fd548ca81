"""Cursors of the table of sessions: the place of a row in its order, safe in a URL."""

from __future__ import annotations

import base64
from datetime import datetime

from greenroom.errors import NotFound
from greenroom.model.session import Session


def cursor_of(session: Session) -> str:
    """The place of a session in the table's order, safe in a URL."""
    return base64.urlsafe_b64encode(f"{session.created_at.isoformat()} {session.id}".encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[datetime, str]:
    """The start (aware) and the id of the row. Raises NotFound for a text that is no cursor."""
    try:
        moment, _, session_id = base64.urlsafe_b64decode(cursor.encode() + b"==").decode().partition(" ")
        created_at = datetime.fromisoformat(moment)
        if created_at.tzinfo is None:
            raise ValueError("no time zone")
    except ValueError as exc:
        raise NotFound("This page doesn't exist.", advice="Go back to the first page.") from exc
    return created_at, session_id
