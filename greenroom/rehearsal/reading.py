"""Reads scenario files (``*.rehearse.yaml``). Faults come with their line and the nearest known name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache, partial

from greenroom.plurals import counted
from greenroom.rehearsal import judging, scenario_faults
from greenroom.rehearsal.caller_reading import read_caller, relative_date
from greenroom.rehearsal.check_reading import read_checks
from greenroom.rehearsal.field_reading import number, one_of, speech, text, text_map, texts, whole
from greenroom.rehearsal.filling import misspelled
from greenroom.rehearsal.mock_reading import read_mocks, read_world
from greenroom.rehearsal.scenario import (
    DEFAULT_USD,
    FORMAT,
    CallBudget,
    FileFault,
    Gate,
    JudgeChoice,
    Mode,
    PassRule,
    PriorTurn,
    Provenance,
    Scenario,
    ScenarioFile,
    SimulatedCaller,
    Where,
)
from greenroom.rehearsal.shared_fields import SharedFields
from greenroom.rehearsal.statistics import runs_needed
from greenroom.rehearsal.yaml_nodes import FaultList, Include, UnreadableFile, YamlValue, compose, entries_of, report_names

_FILE = ("rehearse", "name", "agent", "where", "scenarios")
#: At the top of a file these are the defaults of all its scenarios.
_SHARED = ("mode", "clock", "variables", "repeat", "pass", "limits", "judge", "world", "tools", "otherwise", "tags", "gate")
_SCENARIO = ("id", "title", "from", "start", "caller", "expect", *_SHARED)
_MODES: tuple[Mode, ...] = ("text", "voice")
_GATES: tuple[Gate, ...] = ("block", "watch")
_WHERE: tuple[Where, ...] = ("twin", "agora")
MOST_SCENARIOS, MOST_REPEATS, MOST_VOTES = 1000, 1000, 9
LOWEST_USD, HIGHEST_USD = 0.01, 10_000
_DATE = re.compile(r"\d{4}-\d")


@dataclass(frozen=True, slots=True)
class ReadFile:
    """``content`` is None if a fault is blocking. ``spans``: where each scenario stands in the text, by id. ``included``: the
    files that ``!include`` named, with their text."""

    content: ScenarioFile | None
    faults: tuple[FileFault, ...]
    spans: Mapping[str, tuple[int, int]]
    included: Mapping[str, str] = field(default_factory=dict)


def read(source: str, include: Include | None = None) -> ReadFile:
    """Read a file. Never raises for its content."""
    if include is None:
        return _cached(source)
    included: dict[str, str] = {}

    def noted(name: str) -> str:
        return included.setdefault(name, include(name))

    return replace(_read(source, noted), included=included)


def read_again(source: str, included: Mapping[str, str]) -> ReadFile:
    """Read a file whose included files were kept; see :attr:`ReadFile.included`."""

    def kept(name: str) -> str:
        if name not in included:
            raise OSError("it wasn't there when the run began")
        return included[name]

    return read(source, kept if included else None)


@lru_cache(maxsize=64)
def _cached(source: str) -> ReadFile:
    """The page reads the same text several times in each rerun, and YAML takes a tenth of a second for forty tests."""
    return _read(source, None)


def _read(source: str, include: Include | None) -> ReadFile:
    faults = FaultList()
    try:
        document = compose(source, include)
        content, spans = _file(document, faults)
    except UnreadableFile as error:
        return ReadFile(None, (*faults.found, error.fault), {})
    except RecursionError:
        return ReadFile(None, (FileFault(1, "The file is nested too deeply."),), {})
    sorted_faults = tuple(sorted(faults.found, key=lambda fault: fault.line))
    return ReadFile(None if any(fault.blocking for fault in sorted_faults) else content, sorted_faults, spans)


def _file(document: YamlValue, faults: FaultList) -> tuple[ScenarioFile, dict[str, tuple[int, int]]]:
    report_names(document, faults)
    top = entries_of(document, (*_FILE, *_SHARED), "A scenario file", faults)
    for name in ("rehearse", "name", "scenarios"):
        if name not in top and document.is_mapping:
            faults.add(document.line, f"“{name}” is missing.")
    if "rehearse" in top and top["rehearse"].plain() != FORMAT:
        faults.add(top["rehearse"].line, f"This Greenroom reads format {FORMAT}.")
    shared = SharedFields({name: value for name, value in top.items() if name in _SHARED})
    listed = top["scenarios"].entries() if "scenarios" in top else []
    if listed and not listed[0].is_mapping and listed[0].plain() is None:  # "scenarios:" with nothing below
        listed = listed[1:]
    if "scenarios" in top and not listed:
        faults.add(top["scenarios"].line, "There is no scenario in this file.")
    if len(listed) > MOST_SCENARIOS:
        faults.add(top["scenarios"].line, f"A file can have {MOST_SCENARIOS} scenarios; this one has {len(listed)}.")
    agent = text(top.get("agent"), "agent", faults)
    scenarios, spans = [], {}
    for entry in listed[:MOST_SCENARIOS]:
        scenario = _scenario(entry, shared, faults)
        if scenario.id in spans:
            faults.add(entry.line, f"Two scenarios have the ID “{scenario.id}”.")
        spans[scenario.id] = entry.span
        scenarios.append(scenario)
    usd = _cap(top.get("limits"), faults)
    where: Where = one_of(top.get("where"), "where", _WHERE, faults, "twin")
    silent = [one for one in scenarios if one.mode == "text" and ("mode" in shared or "mode" in one.own)]
    for one in silent if where == "agora" else ():
        faults.add(one.line, f"“{one.id}” is in text mode. Tests on Agora run by voice: write mode: voice.")
    return ScenarioFile(_required_text("name", top, faults), tuple(scenarios), agent, where, usd), spans


def _scenario(entry: YamlValue, shared: SharedFields, faults: FaultList) -> Scenario:
    entries = entries_of(entry, _SCENARIO, "A scenario", faults)
    given = partial(shared.value, own=entries)
    mocks = given("tools", how=lambda value: read_mocks(value, faults))
    if "limits" in entries and (line := _line_of("usd", entries["limits"])):
        faults.add(line, "usd limits a whole run. Write it in limits at the top of the file.")
    for name in ("id", "caller"):
        if name not in entries and entry.is_mapping:
            faults.add(entry.line, f"A scenario needs {'an' if name == 'id' else 'a'} {name}.")
    identity = _required_text("id", entries, faults)
    before = len(faults.found)
    scenario = Scenario(
        id=identity,
        title=text(entries.get("title"), "title", faults, identity),
        line=entry.line,
        caller=read_caller(entries["caller"], faults, mocks) if "caller" in entries else SimulatedCaller(),
        expect=read_checks(entries["expect"], faults, mocks) if "expect" in entries else (),
        digest=shared.digest(entries),
        tags=given("tags", how=lambda value: texts(value, "tags", faults)),
        gate=given("gate", how=lambda value: one_of(value, "gate", _GATES, faults, "block")),
        mode=given("mode", how=lambda value: one_of(value, "mode", _MODES, faults, "text")),
        clock=given("clock", how=lambda value: _clock(value, faults)),
        variables=given("variables", how=lambda value: text_map(value, "variables", faults)),
        variable_lines=given("variables", how=_lines_of, part="lines"),
        mock_lines=given("tools", how=_lines_of, part="lines"),
        repeat=given("repeat", how=lambda value: whole(value, "repeat", faults, 1, 1, MOST_REPEATS)),
        passing=given("pass", how=lambda value: _pass_rule(value, faults)),
        budget=given("limits", how=lambda value: _budget(value, faults)),
        start=_start(entries.get("start"), faults),
        mocks=mocks,
        otherwise=given("otherwise", how=lambda value: one_of(value, "otherwise", ("stop", "live", "error"), faults, "stop")),
        world=given("world", how=lambda value: read_world(value, faults)),
        origin=_provenance(entries.get("from"), faults),
        judging=given("judge", how=lambda value: _judging(value, faults)),
        own=frozenset(entries),
    )
    if not scenario.checks and entry.is_mapping and not _blocking(faults.found[before:]):  # else its checks have faults
        faults.add(entry.line, f"“{scenario.id}” has no checks, so it can never pass. Add expect.")
    _hints(scenario, entry, faults)
    return scenario


def _hints(scenario: Scenario, entry: YamlValue, faults: FaultList) -> None:
    """What makes a scenario worthless without being an error of the format."""
    if braces := misspelled(scenario):
        faults.add(entry.line, f"“{braces}” isn't a variable. Write {{{{name}}}}: letters, digits and _, without spaces.")
    spoken = " ".join(
        (scenario.caller.opening, *(line.say for line in scenario.caller.lines), *(c.say for c in scenario.caller.cues))
    )
    if not scenario.clock and (word := relative_date(spoken)):
        faults.add(entry.line, f"“{word}” is a different day each time. Set clock, or write a date.", blocking=False)
    if scenario.passing.sure is not None:
        least = runs_needed(scenario.passing.rate, scenario.passing.sure)
        if scenario.repeat < least:
            few = f"{counted(scenario.repeat, 'run')}"
            faults.add(entry.line, f"{few} can never prove this rate: it needs {least} without a failure.")
    scenario_faults.report(scenario, faults)


def _required_text(name: str, entries: Mapping[str, YamlValue], faults: FaultList) -> str:
    given = text(entries.get(name), name, faults)
    if name in entries and not given and entries[name].plain() == entries[name].written():
        faults.add(entries[name].line, f"{name} is empty.")
    return given


def _blocking(found: Sequence[FileFault]) -> bool:
    return any(fault.blocking for fault in found)


def _clock(value: YamlValue | None, faults: FaultList) -> str:
    given = text(value, "clock", faults)
    if value is not None and (word := relative_date(given)):
        faults.add(value.line, f"“{word}” in clock is a different day each time. Write a date.")
    elif value is not None and value.plain() is not None and (not given or (_DATE.match(given) and not _is_moment(given))):
        faults.add(value.line, f"“{given}” in clock isn't a date. Write it as in 2026-06-08T09:00.")
    return given


def _is_moment(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _pass_rule(value: YamlValue | None, faults: FaultList) -> PassRule:
    if value is None or value.plain() == "all":
        return PassRule()
    if not value.is_mapping:
        return PassRule(number(value, "pass", faults, 1.0, 0.01, 1.0))
    entries = entries_of(value, ("rate", "sure"), "pass", faults)
    sure = number(entries["sure"], "sure", faults, 0.95, 0.5, 0.999) if "sure" in entries else None
    rate = number(entries.get("rate"), "rate", faults, 0.9 if sure else 1.0, 0.01, 0.999 if sure else 1.0)
    return PassRule(rate, sure)


def _budget(value: YamlValue | None, faults: FaultList) -> CallBudget:
    if value is None:
        return CallBudget()
    entries = entries_of(value, ("turns", "seconds", "silence", "usd"), "limits", faults)
    return CallBudget(
        whole(entries.get("turns"), "turns", faults, 20, 1, 200),
        number(entries.get("seconds"), "seconds", faults, 180, 5, 3600),
        number(entries.get("silence"), "silence", faults, 15, 1, 300),
    )


def _cap(value: YamlValue | None, faults: FaultList) -> float:
    """The spending cap of a run on Agora."""
    given = {name: inner for name, _, inner in value.items()} if value is not None and value.is_mapping else {}
    return number(given.get("usd"), "usd", faults, DEFAULT_USD, LOWEST_USD, HIGHEST_USD)


def _judging(value: YamlValue | None, faults: FaultList) -> JudgeChoice:
    if value is None:
        return JudgeChoice()
    entries = entries_of(value, ("model", "votes"), "judge", faults)
    votes = whole(entries.get("votes"), "votes", faults, judging.VOTES, 1, MOST_VOTES)
    if not votes % 2:
        faults.add(entries["votes"].line, f"votes must be an odd number, so that most can agree, not {votes}.")
    return JudgeChoice(text(entries.get("model"), "model", faults), votes)


def _start(value: YamlValue | None, faults: FaultList) -> tuple[PriorTurn, ...]:
    turns: list[PriorTurn] = []
    for entry in value.entries() if value is not None else []:
        entries = entries_of(entry, ("caller", "agent"), "start", faults)
        turns += [
            PriorTurn("agent" if name == "agent" else "caller", speech(inner, name, faults)) for name, inner in entries.items()
        ]
    return tuple(turns)


def _provenance(value: YamlValue | None, faults: FaultList) -> Provenance | None:
    if value is None:
        return None
    entries = entries_of(value, ("session", "turn", "version", "failed"), "from", faults)
    numbers = {n: whole(entries[n], n, faults, 0, 0, 10**6) for n in ("turn", "version") if n in entries}
    failed = entries["failed"].plain() if "failed" in entries else False
    if not isinstance(failed, bool):
        faults.add(entries["failed"].line, f"failed must be true or false, not {failed}.")
    return Provenance(
        text(entries.get("session"), "session", faults), numbers.get("turn"), numbers.get("version"), failed is True
    )


def _lines_of(value: YamlValue | None) -> dict[str, int]:
    return {name: line for name, line, _ in value.items()} if value is not None and value.is_mapping else {}


def _line_of(name: str, value: YamlValue) -> int:
    return next((line for one, line, _ in value.items() if one == name), 0) if value.is_mapping else 0
