"""The table of sessions as a file: every row of what is found, once, readable by the programs it is for."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from greenroom.clock import Clock
from greenroom.model.session import SessionId, ToolCall, ToolCallStatus, Turn
from greenroom.model.session_query import SessionQuery
from greenroom.redaction import MASK, Redactor
from greenroom.services.sessions import session_export
from greenroom.services.sessions.records import SessionRecords
from greenroom.services.sessions.session_export import COLUMNS, export
from greenroom.store.agents import AgentStore
from greenroom.store.database import Database
from greenroom.store.reviews import ReviewStore
from greenroom.store.search import SessionSearch
from greenroom.store.sessions import SessionStore
from tests.store.records import NOON, a_session

NASTY = '=HYPERLINK("http://x"), "quoted"\nnew line; Ünïcödé 🐕'


@pytest.fixture
def database(tmp_path) -> Database:
    database = Database(f"sqlite:///{tmp_path}/greenroom.db")
    database.migrate()
    return database


@pytest.fixture
def judging(database) -> ReviewStore:
    return ReviewStore(database)


@pytest.fixture
def records(database, monkeypatch) -> SessionRecords:
    """Seven sessions, read two at a time; the names of the agents are what a spreadsheet stumbles over."""
    monkeypatch.setattr(session_export, "PAGE", 2)
    agents, sessions = AgentStore(database, Clock()), SessionStore(database, Clock())
    version = agents.freeze(agents.create("Ava", {"prompt.system": "planted-canary"}).id)
    for number in range(7):
        session = a_session(version, f"s{number}", agent_name=NASTY, created_at=NOON + timedelta(hours=number))
        sessions.open(session)
        sessions.attach_agent(session.id, f"a{number}", session.created_at)
        sessions.transcript.add_turn(
            session.id, Turn(1, "agent", "Dogs are welcome. 🐕", 0, 900, latency_ms=600, stages={"llm_ttft": 80})
        )
        sessions.close(session.id, "idle" if number % 2 else "ended", "", session.created_at + timedelta(seconds=number))
    return SessionRecords(sessions, agents, SessionSearch(database))


def test_csv_is_read_back_as_it_was_and_no_cell_is_a_formula(records):
    text = export(records, SessionQuery(), "csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["id"] for row in rows] == [f"s{n}" for n in reversed(range(7))]
    assert rows[0]["agent"] == f"'{NASTY}"
    assert tuple(rows[0]) == COLUMNS
    assert rows[0]["length_s"] == "6"
    assert rows[0]["began"].endswith("+00:00")


def test_json_lines_have_every_turn(records):
    lines = [json.loads(line) for line in export(records, SessionQuery(), "jsonl").decode().splitlines()]
    assert len(lines) == 7
    (turn,) = lines[0]["transcript"]
    assert (turn["text"], turn["latency_ms"], turn["stages"]) == ("Dogs are welcome. 🐕", 600, {"thought": 80})


def test_parquet_keeps_times_and_numbers_as_such(records):
    import pyarrow.parquet as pq

    table = pq.read_table(io.BytesIO(export(records, SessionQuery(), "parquet")))
    assert table.num_rows == 7
    assert table.column("began")[0].as_py() == NOON + timedelta(hours=6)
    assert table.column("median_latency_ms").to_pylist() == [600] * 7


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_only_what_is_found_is_exported_in_its_order_and_no_settings_with_it(records, form):
    """row 94"""
    raw = export(records, SessionQuery(ends=frozenset({"idle"}), order="length", descending=False), form)
    assert b"planted-canary" not in raw
    if form == "csv":
        ids = [line.split(b",")[0] for line in raw.split(b"\r\n") if line.startswith(b"s")]
        assert ids == [b"s1", b"s3", b"s5"]


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_nothing_found_is_an_empty_file_of_its_kind(records, form):
    raw = export(records, SessionQuery(words="elephants"), form)
    assert raw.count(b"\n") == (1 if form == "csv" else raw.count(b"\n"))
    assert b"s0" not in raw


def test_what_is_selected_is_exported_with_its_stars_and_tags(records, judging):
    judging.rate(SessionId("s2"), 4)
    judging.tag([SessionId("s2")], ["slow", "=winner"])
    text = export(records, SessionQuery(only=frozenset({SessionId("s2"), SessionId("s5")})), "csv").decode("utf-8-sig")
    five, two = csv.DictReader(io.StringIO(text, newline=""))
    assert (five["id"], five["rating"], five["tags"]) == ("s5", "", "")
    assert (two["id"], two["rating"], two["tags"]) == ("s2", "4", "'=winner, slow")


def test_rows_count_the_tool_calls_of_their_session_and_name_the_tools(records, database):
    store = SessionStore(database, Clock()).transcript
    happened: list[tuple[str, ToolCallStatus]] = [
        ("checkRooms", "ok"),
        ("checkRooms", "timeout"),
        ("checkRooms", "cancelled"),
        ("=cmd|' /C calc'!A0", "invalid"),
    ]
    calls = [ToolCall(f"c{n}", 1, tool, "{}", status, "[]", 10 * n, 5) for n, (tool, status) in enumerate(happened)]
    store.add_tool_calls(SessionId("s2"), calls)
    store.add_tool_calls(SessionId("s4"), calls[3:])
    store.add_tool_calls(SessionId("s5"), [replace(calls[0], call_id=f"m{n}", tool=f"invented{n:02}") for n in range(30)])
    text = export(records, SessionQuery(order="when"), "csv").decode("utf-8-sig")
    rows = {
        row["id"]: (row["tool_call_count"], row["failed_tool_calls"], row["tools"]) for row in csv.DictReader(io.StringIO(text))
    }
    assert rows["s2"] == ("4", "2", "checkRooms × 3, =cmd|' /C calc'!A0")
    assert rows["s4"] == ("1", "1", "'=cmd|' /C calc'!A0")
    assert rows["s5"][0] == "30"
    assert rows["s5"][2].endswith("invented19, …")
    assert rows["s1"] == ("0", "0", "")
    line = json.loads(export(records, SessionQuery(only=frozenset({SessionId("s2")})), "jsonl"))
    assert [call["status"] for call in line["tool_calls"]] == ["ok", "timeout", "cancelled", "invalid"]
    assert line["tool_call_count"] == 4


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_a_secret_is_masked_in_the_cells_and_leaves_the_columns(records, form, monkeypatch):
    """Also one that is a column's name."""
    redactor = Redactor()
    redactor.learn(["principal", "quoted-no", NASTY[:20]])
    monkeypatch.setattr(session_export, "SECRETS", redactor)
    raw = export(records, SessionQuery(), form)
    assert (NASTY[:20].encode() in raw, MASK.encode() in raw, b"principal" in raw) == (False, True, True)
