"""The table of sessions with a thousand, a hundred thousand and a million rows: pages, search, export, writing."""

from __future__ import annotations

import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.figures import Goal, spread
from bench.scene import Scene
from greenroom.clock import Clock
from greenroom.model.session import SessionId, Turn
from greenroom.model.session_query import SessionQuery
from greenroom.services.sessions.records import SessionRecords
from greenroom.services.sessions.session_export import export
from greenroom.store.agents import AgentStore
from greenroom.store.database import Database
from greenroom.store.search import SessionSearch
from greenroom.store.sessions import SessionStore

PAGE_GOAL = Goal("a page of a million at most 3 × one of a thousand", "ratio", 3.0)
SEARCH_GOAL = Goal("words in a million sessions: no limit set", "rare.p50")
INGEST_GOAL = Goal("no limit set; turns a second from four writers")
EXPORT_GOAL = Goal("no limit set; a hundred thousand sessions as CSV")
SIZES, QUICK_SIZES = (1_000, 100_000, 1_000_000), (1_000, 10_000)
SAMPLES, PAGE = 15, 50
WRITERS, INGEST_S = 4, 5.0

#: One ended session a minute, each with a turn of ten words; every thousandth says "zanzibar".
_MOMENT = "strftime('%Y-%m-%d %H:%M:%S.000000', :base + 60 * i + {}, 'unixepoch')"
_SESSIONS = f"""
INSERT INTO sessions (id, agent_id, agent_name, version_id, version_number, place, channel, user_uid, agent_uid, state,
  created_at, person, agora_agent_id, started_at, ended_at, end_reason, end_detail, last_seen_at, owner, agent_stopped,
  turn_count, median_latency_ms, rating, deleted_at, length_s)
WITH RECURSIVE n(i) AS (SELECT :low UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :high)
SELECT 's' || i, :agent, 'Ava', :version, 1, 'twin', 'c' || i, 1, 2, 'ended', {_MOMENT.format(0)}, '', 'a' || i,
  {_MOMENT.format(0)}, {_MOMENT.format(50)}, 'ended', '', NULL, 'bench', 1, 1, 500 + i % 997, NULL, NULL, 50
FROM n
"""
_TURNS = """
INSERT INTO turns (session_id, turn_id, speaker, text, started_ms, ended_ms, source, interrupted, latency_ms, stages)
WITH RECURSIVE n(i) AS (SELECT :low UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :high)
SELECT 's' || i, 1, 'agent', 'The breakfast number ' || i || ' is served from seven to ten ' ||
  CASE WHEN i % 1000 = 0 THEN 'in zanzibar' ELSE 'on weekdays' END, 0, 900, 'voice', 0, 500 + i % 997, '{}'
FROM n
"""
BASE = 1_700_000_000


class Archive:
    """One file that grows."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "bench.db"
        self.database = Database(f"sqlite:///{self.file}")
        self.database.migrate()
        clock = Clock()
        agents = AgentStore(self.database, clock)
        self.sessions = SessionStore(self.database, clock)
        self.records = SessionRecords(self.sessions, agents, SessionSearch(self.database))
        self.version = agents.freeze(agents.create("Ava", {"prompt.system": "Be brief."}).id)
        self.rows = 0

    def grow(self, rows: int) -> None:
        """Add sessions with a turn each until there are ``rows``; ``PRAGMA synchronous`` is off for it."""
        facts = {"agent": self.version.agent_id, "version": self.version.id, "base": BASE}
        with sqlite3.connect(self.file) as connection:
            connection.execute("PRAGMA synchronous = OFF")
            for low in range(self.rows, rows, 100_000):
                span = {"low": low, "high": min(rows, low + 100_000)}
                connection.execute(_SESSIONS, facts | span)
                connection.execute(_TURNS, span)
                connection.commit()
            connection.execute("ANALYZE")
        self.rows = rows

    def close(self) -> None:
        self.database.close()


def archive(scene: Scene) -> dict[str, Any]:
    """All four in one go: the file takes a minute to fill."""
    sizes = QUICK_SIZES if scene.quick else SIZES
    pages: dict[str, Any] = {}
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        filled = Archive(Path(folder))
        try:
            for size in sizes:
                filled.grow(size)
                pages[f"{size:,}"] = _timed(lambda: _page_in_the_middle(filled), SAMPLES)
                if size == sizes[min(1, len(sizes) - 1)]:
                    seconds = _once(lambda: export(filled.records, SessionQuery(), "csv"))
                    figures["export_100k_s"] = {"seconds": seconds, "sessions": size}
            figures["search_ms"] = {
                "sessions": sizes[-1],
                "rare": _timed(lambda: filled.records.page(SessionQuery(words="zanzibar"), PAGE), SAMPLES),
                "in_every_session": _timed(lambda: filled.records.page(SessionQuery(words="breakfast"), PAGE), SAMPLES),
                "none": _timed(lambda: filled.records.page(SessionQuery(words="elephants"), PAGE), SAMPLES),
            }
            figures["ingest_turns_per_s"] = {"turns_per_s": _ingest(filled, 1.0 if scene.quick else INGEST_S), "writers": WRITERS}
        finally:
            filled.close()
    first, last = (pages[f"{size:,}"]["p50_us"] for size in (sizes[0], sizes[-1]))
    return {"sessions_page_ms": pages | {"ratio": round(last / first, 2)}} | figures


def _page_in_the_middle(filled: Archive) -> None:
    """The first page and one far down, as a person who pages: both must cost their own rows only."""
    _, after = filled.records.page(SessionQuery(), PAGE, latencies=True)
    filled.records.page(SessionQuery(), PAGE, after, latencies=True)
    filled.records.page(SessionQuery(order="latency"), PAGE)


def _timed(work: Callable[[], object], samples: int) -> dict[str, Any]:
    work()
    taken = [_once(work) * 1000 for _ in range(samples)]
    return spread(taken) | {"p50_us": round(1000 * sorted(taken)[len(taken) // 2])}


def _once(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return round(time.perf_counter() - started, 4)


def _ingest(filled: Archive, seconds: float) -> int:
    """Each turn is a transaction of its own, as calls write them."""
    until = time.monotonic() + seconds
    counts = [0] * WRITERS

    def write(number: int) -> None:
        while time.monotonic() < until:
            session_id = SessionId(f"s{number * 7 + counts[number] // 50}")
            turn = Turn(10 + counts[number] % 50, "user", "Are dogs welcome at the house?", 0, 900)
            filled.sessions.transcript.add_turn(session_id, turn)
            counts[number] += 1

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return round(sum(counts) / seconds)
