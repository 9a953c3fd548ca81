"""Export a session as a self-contained HTML file: timeline with audio, transcript, notes, settings and events."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from greenroom import paths
from greenroom.catalog import rules
from greenroom.catalog.secrecy import without_secrets
from greenroom.model.latency_parts import latency_parts
from greenroom.model.review import Review
from greenroom.model.session import Session, Turn
from greenroom.services.agents.agent_files import document
from greenroom.services.sessions import session_labels
from greenroom.services.sessions.records import SessionRecord

#: Nothing is fetched and nothing is sent: the file has all it needs.
POLICY = "default-src 'none'; script-src 'unsafe-inline' data:; style-src 'unsafe-inline'; media-src data:"
STYLE = """
:root { color-scheme: light dark; --text: light-dark(#1d2321, #e8ecea); --bg: light-dark(#fbfbfa, #111614);
  --line: color-mix(in srgb, var(--text) 14%, var(--bg)); --quiet: color-mix(in srgb, var(--text) 66%, var(--bg)); }
body { max-width: 860px; margin: 0 auto; padding: 32px 20px 80px; background: var(--bg); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
h1 { margin: 0 0 4px; font-size: 28px; } h2 { margin: 36px 0 10px; font-size: 18px; }
.facts, .who, td:first-child { color: var(--quiet); } .who { margin: 0; font-size: 13px; } .who b { color: var(--text); }
.turn { margin: 0 0 14px; max-width: 46em; overflow-wrap: anywhere; white-space: pre-wrap; }
table { width: 100%; border-collapse: collapse; font-size: 14px; }
td { padding: 5px 12px 5px 0; border-top: 1px solid var(--line); vertical-align: top;
  overflow-wrap: anywhere; white-space: pre-wrap; }
td:first-child { overflow-wrap: break-word; } .settings td:first-child { min-width: min(14em, 36vw); }
"""


def page(record: SessionRecord, review: Review, timeline: Mapping[str, Any], script: str) -> str:
    """``script`` is the built timeline. All session content is escaped, in markup and data."""
    session = record.session
    name = escape(session.agent_name)
    when = session.created_at.strftime("%B %-d, %Y, %H:%M:%S UTC")
    median = session.median_latency_ms
    parts = [
        f"<h1>{name}</h1>",
        f'<p class="facts">{when} · {_versions(session)} · from {escape(session_labels.origin(session.origin))} · '
        f"{_clock(1000 * (session.length_s or 0))} long · "
        f"{escape(session_labels.PLACES[session.place])} · {escape(session_labels.how_it_ended(session))}"
        + (f" ({escape(session.end_detail)})" if session.end_detail else "")
        + (f" · {session.turn_count} turns · median latency {median:,} ms" if median else "")
        + "</p>",
        _rating_and_tags(review),
        '<div id="timeline"></div>',
        f"<h2>Transcript</h2>{_transcript(record)}",
        f"<h2>Tool calls</h2>{_table(_tool_calls(record))}" if record.tool_calls else "",
        f"<h2>Notes</h2>{_notes(review)}" if review.notes else "",
        f"<h2>Settings used</h2><div class=settings>{_table(_settings(record))}</div>",
        f"<h2>Events</h2>{_events(record)}",
    ]
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{name}, {when}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head><body>\n'
        + "\n".join(parts)
        + f'\n<script type="application/json" id="data">{_in_script(timeline)}</script>\n{_runner(script)}\n</body></html>\n'
    )


def _runner(script: str) -> str:
    """Embed the timeline module as a data URI, which works without a server."""
    address = f"data:text/javascript;base64,{base64.b64encode(script.encode()).decode()}"
    return (
        f'<script type="module">import draw from "{address}";\n'
        'draw({ data: JSON.parse(document.getElementById("data").textContent), '
        'parentElement: document.getElementById("timeline"), setTriggerValue() {} });</script>'
    )


def _in_script(value: Any) -> str:
    """JSON escaped for embedding in a script element."""
    return json.dumps(value, ensure_ascii=True).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _versions(session: Session) -> str:
    applied = session.applied_version
    return f"version {session.version_number}" + (f", then {applied}" if applied is not None else "")


def _rating_and_tags(review: Review) -> str:
    stars = f"{'★' * review.rating}{'☆' * (5 - review.rating)} " if review.rating else ""
    tags = " · ".join(escape(tag) for tag in review.tags)
    return f"<p>{stars}{tags}</p>" if stars or tags else ""


def _transcript(record: SessionRecord) -> str:
    if not record.turns:
        return "<p>No speech in this session.</p>"
    lines = []
    for turn in record.turns:
        who = record.session.name_of(turn.speaker)
        facts = [_clock(turn.started_ms)]
        facts += [turn.source] if turn.source != "voice" else []
        facts += [f"latency {turn.latency_ms:,} ms"] if turn.latency_ms is not None else []
        facts += [f"version {turn.version_number}"] if turn.version_number is not None else []
        facts += ["interrupted"] if turn.interrupted else []
        lines.append(
            f'<p class="who"><b>{escape(who)}</b> {escape(" · ".join(facts))}{_parts(turn)}</p>'
            f'<p class="turn" dir="auto">{escape(turn.text) or "(no speech)"}</p>'
        )
    return "\n".join(lines)


def _parts(turn: Turn) -> str:
    """What the latency is made of, with Agora's names of it on hover."""
    parts = " · ".join(f"{part} {ms:,} ms" for part, ms in latency_parts(turn.stages).items())
    names = " · ".join(f"{name} {ms:,} ms" for name, ms in turn.stages.items())
    return f' · <span title="{escape(names)}">{escape(parts)}</span>' if parts else ""


def _tool_calls(record: SessionRecord) -> Iterable[tuple[str, str]]:
    for call in record.tool_calls:
        facts = [
            call.tool,
            session_labels.TOOL_STATUSES[call.status],
            f"{call.duration_ms:,} ms",
            *(["mocked"] if call.mocked else []),
        ]
        yield _clock(call.started_ms), f"{' · '.join(facts)}\nArguments: {call.arguments}\nResult: {call.result}"


def _notes(review: Review) -> str:
    return _table(
        ("Whole session" if n.at_ms is None else _clock(n.at_ms), f"{n.author}: {n.text}" if n.author else n.text)
        for n in review.notes
    )


def _events(record: SessionRecord) -> str:
    """The event log, with each event's own name on hover."""
    rows = (
        f'<tr title="{escape(event.kind)}"><td>{_clock(event.at_ms)}</td>'
        f"<td>{escape(' · '.join(filter(None, (session_labels.event(event), event.detail))))}</td></tr>"
        for event in record.events
    )
    return f"<table>{''.join(rows)}</table>"


def _settings(record: SessionRecord) -> Iterable[tuple[str, str]]:
    values = document("", record.settings)["settings"]
    for field in rules.fields(values):
        value = rules.value_of(field, values)
        if field.setting.kind == "secret" or value is None or value == "":
            continue
        shown = without_secrets({paths.last(field.setting.path) or field.setting.name: value})
        text = next(iter(shown.values()))
        unit = f" {field.setting.unit}" if field.setting.unit else ""
        yield f"{field.group.label}: {field.setting.label}", f"{text if isinstance(text, str) else json.dumps(text)}{unit}"


def _table(rows: Iterable[tuple[str, str]]) -> str:
    return "<table>" + "".join(f"<tr><td>{escape(a)}</td><td>{escape(b)}</td></tr>" for a, b in rows) + "</table>"


def _clock(ms: int) -> str:
    seconds = max(ms, 0) // 1000
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}:{minutes:02d}:{seconds % 60:02d}" if hours else f"{minutes}:{seconds % 60:02d}"
