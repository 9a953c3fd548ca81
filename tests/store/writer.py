"""A second process that works on a store: ``python -m tests.store.writer URL SESSION FIRST_TURN COUNT``.

Adds turns, one transaction each, and prints each turn id after its commit. COUNT 0 = until killed.
"""

from __future__ import annotations

import itertools
import sys

from greenroom.clock import Clock
from greenroom.model.session import SessionId
from greenroom.store import Database, SessionStore
from tests.store.records import a_turn


def main(url: str, session_id: str, first: int, count: int) -> None:
    sessions = SessionStore(Database(url), Clock())
    for turn_id in range(first, first + count) if count else itertools.count(first):
        sessions.transcript.add_turn(
            SessionId(session_id), a_turn(turn_id, text=f"turn {turn_id} " + "word " * 50, latency_ms=500)
        )
        print(turn_id, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
