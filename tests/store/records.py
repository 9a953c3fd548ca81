"""Sessions and turns to put into a store under test."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from greenroom.model.agent import Version
from greenroom.model.session import Session, SessionId, Turn

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def a_session(version: Version, session_id: str = "s1", **changes: Any) -> Session:
    """A session that was just launched."""
    values: dict[str, Any] = {
        "id": SessionId(session_id),
        "agent_id": version.agent_id,
        "agent_name": "Ava",
        "version_id": version.id,
        "version_number": version.number,
        "place": "twin",
        "channel": f"greenroom-{session_id}",
        "user_uid": 2_147_483_646,
        "agent_uid": 4_294_967_295,
        "state": "launching",
        "created_at": NOON,
        "owner": "this-machine",
    }
    return Session(**{**values, **changes})


def a_turn(turn_id: int, speaker: Any = "agent", text: str = "Good evening.", **changes: Any) -> Turn:
    values: dict[str, Any] = {"started_ms": 1000 * turn_id, "ended_ms": 1000 * turn_id + 700}
    return Turn(turn_id=turn_id, speaker=speaker, text=text, **{**values, **changes})
