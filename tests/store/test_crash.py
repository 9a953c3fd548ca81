"""A process killed while it writes loses nothing that it had committed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from greenroom.model.agent import Version
from greenroom.model.session import SessionId
from greenroom.store import Database, SessionStore
from tests.store.conftest import SteppingClock
from tests.store.records import NOON, a_session

pytestmark = pytest.mark.unit

S1 = SessionId("s1")
ROOT = Path(__file__).parents[2]


def killed_after(url: str, first: int, acknowledged: int) -> list[int]:
    """The turns that a writer had committed when it was killed (SIGKILL) in full swing."""
    command = [sys.executable, "-m", "tests.store.writer", url, S1, str(first), "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        committed = [int(writer.stdout.readline()) for _ in range(acknowledged)]
        writer.kill()
        committed += [int(line) for line in writer.stdout if line.endswith("\n")]
    return committed


def test_a_killed_writer_loses_nothing_committed_and_the_next_goes_on(
    url: str, database: Database, sessions: SessionStore, version: Version
) -> None:
    sessions.open(a_session(version))
    database.close()  # the writer is alone, as after a crash of the app
    committed: list[int] = []
    for round_number in range(3):
        committed += killed_after(url, first=1000 * round_number + 1, acknowledged=20 + 15 * round_number)
    reopened = Database(url)
    reopened.migrate()
    again = SessionStore(reopened, SteppingClock())
    stored = [turn.turn_id for turn in again.transcript.turns(S1)]
    assert set(committed) <= set(stored)
    assert len(stored) - len(committed) <= 3  # at most the commit on its way at each kill
    assert again.get(S1).turn_count == len(stored)
    assert [session.id for session in again.unfinished()] == [S1]
    assert again.close(S1, "lost", "", NOON)
    if reopened.is_sqlite:
        with reopened.reading() as connection:
            assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
    reopened.close()
