"""``greenroom sessions …``: list and export past sessions."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from greenroom.cli.opening import mask_stored_keys, services
from greenroom.cli.output import BadUsage, CliResult, table
from greenroom.errors import NotFound
from greenroom.model.session_query import SessionQuery
from greenroom.services.agents import AgentService
from greenroom.services.sessions import export


def list_sessions(options: argparse.Namespace) -> CliResult:
    """The newest sessions."""
    with services() as open_services:
        found, _ = open_services.sessions.page(_query(options, open_services.agents), options.limit)
    rows = [row.session for row in found]
    data = [
        {
            "id": session.id,
            "agent": session.agent_name,
            "version": session.version_number,
            "place": session.place,
            "began": session.created_at.isoformat(),
            "ended": session.ended_at.isoformat() if session.ended_at else None,
            "end": session.end_reason,
        }
        for session in rows
    ]
    lines = [(s.id, s.agent_name, s.version_number, s.place, f"{s.created_at:%Y-%m-%d %H:%M}", s.end_reason or "") for s in rows]
    return CliResult(data, table(lines, ("ID", "AGENT", "VERSION", "PLACE", "BEGAN", "END")))


def export_sessions(options: argparse.Namespace) -> CliResult:
    """All sessions as CSV, JSON lines or Parquet, to a file or to stdout."""
    with services() as open_services:
        mask_stored_keys()
        raw = export(open_services.sessions, _query(options, open_services.agents), options.form)
    if options.output:
        try:
            Path(options.output).write_bytes(raw)
        except OSError as error:
            raise BadUsage(f"{options.output}: {error.strerror or 'cannot be written'}.") from None
        return CliResult({"as": options.form, "file": options.output, "bytes": len(raw)}, f"Wrote {options.output}.")
    if options.form == "parquet":
        raise BadUsage("Parquet is binary: name a file with --output.")
    text = raw.decode("utf8")
    if not options.json:
        sys.stdout.write(text)
        return CliResult(None, "")
    return CliResult({"as": options.form, "text": text}, "")


def _query(options: argparse.Namespace, agents: AgentService) -> SessionQuery:
    if not options.agent:
        return SessionQuery(words=options.search)
    agent_ids = frozenset(agent.id for agent in agents.list() if options.agent in (agent.id, agent.name))
    if not agent_ids:
        raise NotFound(f"There is no agent {options.agent!r}.", advice="Run greenroom agents list to see them all.")
    return SessionQuery(words=options.search, agents=agent_ids)
