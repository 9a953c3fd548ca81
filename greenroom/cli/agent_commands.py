"""``greenroom agents …``: list, show, import, export and check agents."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from greenroom.catalog import rules
from greenroom.catalog.reading import Entry
from greenroom.cli.opening import CliServices, mask_stored_keys, services
from greenroom.cli.output import REFUSED, SUCCESS, BadUsage, CliResult, table
from greenroom.errors import GreenroomError, NotFound, Problem
from greenroom.model.agent import Agent, Settings
from greenroom.plurals import counted
from greenroom.services.agents import agent_files

WRITERS: Mapping[str, Callable[[str, Settings], str]] = {
    "json": agent_files.to_json,
    "yaml": agent_files.to_yaml,
    "curl": agent_files.curl,
    "python": agent_files.python,
    "js": agent_files.javascript,
}


def list_agents(options: argparse.Namespace) -> CliResult:
    """All agents, last edited first."""
    with services() as open_services:
        agents = open_services.agents.list()
    data = [{"id": agent.id, "name": agent.name, "updated_at": agent.updated_at.isoformat()} for agent in agents]
    return CliResult(data, table([(a.id, a.name, f"{a.updated_at:%Y-%m-%d %H:%M}") for a in agents], ("ID", "NAME", "EDITED")))


def show_agent(options: argparse.Namespace) -> CliResult:
    """One agent's draft, or one of its versions."""
    with services() as open_services:
        agent, number, settings = _agent_and_settings(open_services, options.id)
    data = {
        "id": agent.id,
        "name": agent.name,
        "version": number,
        "settings": agent_files.document(agent.name, settings)["settings"],
    }
    return CliResult(data, agent_files.to_yaml(agent.name, settings).rstrip())


def import_agent(options: argparse.Namespace) -> CliResult:
    """A new agent from a file, or the draft of an existing one; with ``--dry-run`` the report alone."""
    imported = _read(options)
    body = agent_files.marked_body(imported.name or "agent", imported.settings)
    report = [{"path": entry.path, "fate": entry.fate, "note": entry.note} for entry in imported.entries]
    if options.dry_run:
        return CliResult({"format": imported.format, "report": report, "body": body}, _report_text(imported))
    with services() as open_services:
        agents = open_services.agents
        if options.into:
            agent = _agent(open_services, options.into)
            agents.save(agent.id, dict(imported.settings), agents.draft(agent.id).revision, "Import")
        else:
            agent = agents.import_agent(options.name or imported.name or _file_name(options.file), imported.settings)
    data = {
        "id": agent.id,
        "name": agent.name,
        "format": imported.format,
        "report": report,
        "credentials": list(imported.credentials),
    }
    return CliResult(data, f"{_report_text(imported)}\n\n{'Updated' if options.into else 'Created'} {agent.name} ({agent.id}).")


def export_agent(options: argparse.Namespace) -> CliResult:
    """An agent as a document or as code, without keys."""
    with services() as open_services:
        mask_stored_keys()
        agent, number, settings = _agent_and_settings(open_services, options.id)
    text = WRITERS[options.form](agent.name, settings)
    data = {"id": agent.id, "name": agent.name, "version": number, "as": options.form, "text": text}
    if options.output:
        _write(Path(options.output), text.encode("utf8"))
        return CliResult(data, f"Wrote {options.output}.")
    return CliResult(data, text.rstrip("\n"))


def check_file(options: argparse.Namespace) -> CliResult:
    """Whether the agent in a file can be launched."""
    imported = _read(options)
    problems, hints = rules.check(imported.settings), rules.hints(imported.settings)
    data = {
        "format": imported.format,
        "name": imported.name,
        "problems": [_problem(problem) for problem in problems],
        "hints": [_problem(hint) for hint in hints],
        "credentials": list(imported.credentials),
    }
    lines = [f"problem  {p.message} {p.advice}".rstrip() for p in problems] + [
        f"hint     {h.message} {h.advice}".rstrip() for h in hints
    ]
    lines.append(f"{options.file}: {counted(len(problems), 'problem')}.")
    return CliResult(data, "\n".join(lines), REFUSED if problems else SUCCESS)


def _problem(problem: Problem) -> dict[str, str]:
    return {"setting": problem.setting, "message": problem.message, "advice": problem.advice}


def _read(options: argparse.Namespace) -> agent_files.Import:
    """The agent in the file, or the one of the reference profile."""
    if options.file == "-":
        text, name = agent_files.file_text(sys.stdin.buffer.read()), ""
    else:
        path = Path(options.file)
        try:
            text, name = agent_files.file_text(path.read_bytes()), path.name
        except OSError as error:
            raise BadUsage(f"{path}: {error.strerror or 'cannot be read'}.") from None
    profiles = agent_files.understand_all(text, name)
    if options.profile is None:
        return replace(profiles[0], entries=(*profiles[0].entries, *map(_other, profiles[1:])))
    named = next((agent for agent in profiles if agent.name.lower() == options.profile.lower()), None)
    if named is None:
        names = ", ".join(agent.name or "(no name)" for agent in profiles)
        raise NotFound(f"This file has no profile {options.profile!r}.", advice=f"It has: {names}.")
    return named


def _file_name(file: str) -> str:
    """A name for an agent that has none."""
    return "Imported agent" if file == "-" else Path(file).stem


def _other(agent: agent_files.Import) -> Entry:
    """The report's line for another agent of the same text."""
    how = f"Select it with --profile {agent.name}." if agent.name else "To import it, save it in a separate file."
    return Entry(f"agent {agent.name or '(no name)'}", "left_out", "", f"Another agent in this file. {how}")


def _report_text(imported: agent_files.Import) -> str:
    rows: list[tuple[Any, ...]] = [(entry.fate.replace("_", " "), entry.path, entry.note) for entry in imported.entries]
    needed = f"\nCredentials: {', '.join(imported.credentials)}." if imported.credentials else ""
    return f"Format: {imported.format}\n{table(rows, ('RESULT', 'FIELD', 'NOTE'))}{needed}"


def _agent_and_settings(open_services: CliServices, reference: str) -> tuple[Agent, int | None, Settings]:
    """The agent and settings of ``ID`` or ``ID@VERSION``; the number is None for the draft."""
    name, mark, version = reference.rpartition("@")
    if not mark:
        agent = _agent(open_services, reference)
        return agent, None, open_services.agents.draft(agent.id).settings
    if not (version.isdecimal() and len(version) <= 9):
        raise BadUsage(f"{version!r} isn't a version. Write ID@NUMBER.")
    agent = _agent(open_services, name)
    frozen = next((v for v in open_services.agents.versions.of(agent.id) if v.number == int(version)), None)
    if frozen is None:
        raise NotFound(f"{agent.name} has no version {version}.", advice="See the versions in the Studio.")
    return agent, frozen.number, frozen.settings


def _agent(open_services: CliServices, reference: str) -> Agent:
    """By id, or by a name that one agent has."""
    agents = open_services.agents.list()
    matches = [agent for agent in agents if agent.id == reference] or [agent for agent in agents if agent.name == reference]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise GreenroomError(f"{len(matches)} agents are named {reference!r}.", advice="Use the ID of one of them.")
    raise NotFound(f"There is no agent {reference!r}.", advice="Run greenroom agents list to see them all.")


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise BadUsage(f"{path}: {error.strerror or 'cannot be written'}.") from None
