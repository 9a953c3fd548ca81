"""Export sessions from the table: CSV and Parquet with metrics, JSON Lines with every turn."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from itertools import chain
from operator import itemgetter
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from greenroom.model.latency_parts import latency_parts
from greenroom.model.session import Turn
from greenroom.model.session_query import SessionQuery, SessionRow, ToolCount
from greenroom.redaction import SECRETS
from greenroom.services.sessions.records import SessionRecords
from greenroom.spreadsheet_text import may_have_formula, without_formula

Format = Literal["csv", "jsonl", "parquet"]
MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv",
    "jsonl": "application/jsonl",
    "parquet": "application/vnd.apache.parquet",
}
PAGE = 500
#: Names in one cell: a model may call any number of tools that don't exist.
MOST_TOOL_NAMES = 20

_SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("agent", pa.string()),
        ("version", pa.int64()),
        ("place", pa.string()),
        ("began", pa.timestamp("us", tz="UTC")),
        ("ended", pa.timestamp("us", tz="UTC")),
        ("end", pa.string()),
        ("end_detail", pa.string()),
        ("length_s", pa.int64()),
        ("turns", pa.int64()),
        ("median_latency_ms", pa.int64()),
        ("person", pa.string()),
        ("channel", pa.string()),
        ("rating", pa.int64()),
        ("tags", pa.string()),
        ("origin", pa.string()),
        ("principal", pa.string()),
        ("caller", pa.string()),
        ("applied_version", pa.int64()),
        ("tool_call_count", pa.int64()),
        ("failed_tool_calls", pa.int64()),
        ("tools", pa.string()),
    ]
)
COLUMNS: tuple[str, ...] = tuple(_SCHEMA.names)
_cells = itemgetter(*COLUMNS)
_text_cells = itemgetter(*(field.name for field in _SCHEMA if field.type == pa.string()))


def export(records: SessionRecords, query: SessionQuery, form: Format) -> bytes:
    """Export all matching sessions in their order, read page by page. Excludes settings."""
    return _WRITERS[form](records, query)


def _pages(records: SessionRecords, query: SessionQuery) -> Iterator[list[dict[str, Any]]]:
    """All matching sessions as rows, a page at a time."""
    after: str | None = None
    while True:
        page, after = records.page(query, PAGE, after)
        used = records.tool_use([entry.session.id for entry in page])
        yield _masked([_row(entry, used.get(entry.session.id, ())) for entry in page])
        if after is None:
            return


def _row(entry: SessionRow, used: Sequence[ToolCount]) -> dict[str, Any]:
    session = entry.session
    return {
        "id": session.id,
        "agent": session.agent_name,
        "version": session.version_number,
        "place": session.place,
        "began": session.created_at,
        "ended": session.ended_at,
        "end": session.end_reason,
        "end_detail": session.end_detail,
        "length_s": session.length_s,
        "turns": session.turn_count,
        "median_latency_ms": session.median_latency_ms,
        "person": session.person,
        "channel": session.channel,
        "rating": session.rating,
        "tags": ", ".join(entry.tags),
        "origin": session.origin,
        "principal": session.principal,
        "caller": session.caller,
        "applied_version": session.applied_version,
        "tool_call_count": sum(use.calls for use in used),
        "failed_tool_calls": sum(use.failed for use in used),
        "tools": _tool_names(used),
    }


def _masked(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with known secrets masked. One look at a page shows that it has none, as nearly all do."""
    if not SECRETS.may_be_in("\n".join(_texts(rows))):
        return rows
    return [{name: SECRETS.json(value) for name, value in row.items()} for row in rows]


def _texts(rows: list[dict[str, Any]]) -> list[str]:
    return list(filter(None, chain.from_iterable(map(_text_cells, rows))))


def _tool_names(used: Sequence[ToolCount]) -> str:
    """Such as "checkRooms × 2, bookRoom"."""
    names = [use.tool if use.calls == 1 else f"{use.tool} × {use.calls}" for use in used[:MOST_TOOL_NAMES]]
    return ", ".join([*names, "…"] if len(used) > MOST_TOOL_NAMES else names)


def _csv(records: SessionRecords, query: SessionQuery) -> bytes:
    """CSV as in RFC 4180, UTF-8 with a byte-order mark for spreadsheets, times in ISO 8601."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for page in _pages(records, query):
        plain = not may_have_formula(_texts(page))
        for row in page:
            row |= {name: row[name].isoformat() for name in ("began", "ended") if row[name] is not None}
        writer.writerows(map(_cells, page) if plain else ([_without_formula(cell) for cell in _cells(row)] for row in page))
    return out.getvalue().encode("utf-8-sig")


def _without_formula(cell: Any) -> Any:
    return without_formula(cell) if isinstance(cell, str) else cell


def _jsonl(records: SessionRecords, query: SessionQuery) -> bytes:
    """One session per line, with its turns and tool calls."""
    out = io.StringIO()
    for page in _pages(records, query):
        for row in page:
            line = {**row, "transcript": [_turn(turn) for turn in records.turns(row["id"])]}
            line["tool_calls"] = [SECRETS.json(asdict(call)) for call in records.tool_calls(row["id"])]
            out.write(json.dumps(line, ensure_ascii=False, default=lambda moment: moment.isoformat()) + "\n")
    return out.getvalue().encode()


def _turn(turn: Turn) -> dict[str, Any]:
    return SECRETS.json({**asdict(turn), "stages": latency_parts(turn.stages), "agora_segments_ms": dict(turn.stages)})


def _parquet(records: SessionRecords, query: SessionQuery) -> bytes:
    out = io.BytesIO()
    with pq.ParquetWriter(out, _SCHEMA) as writer:
        for page in _pages(records, query):
            writer.write_table(pa.Table.from_pylist(page, _SCHEMA))
    return out.getvalue()


_WRITERS: dict[Format, Callable[[SessionRecords, SessionQuery], bytes]] = {"csv": _csv, "jsonl": _jsonl, "parquet": _parquet}
