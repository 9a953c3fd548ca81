"""Reads the simulated caller of a scenario."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from greenroom.rehearsal import text_match
from greenroom.rehearsal.check_reading import read_checks
from greenroom.rehearsal.field_reading import number, one_of, speech, text, text_map, texts, whole
from greenroom.rehearsal.scenario import NOISES, VOICES, CallerLine, CallerVoice, Cue, FirstSpeaker, Persona, SimulatedCaller
from greenroom.rehearsal.yaml_nodes import FaultList, YamlValue, entries_of

_PLAYED = ("persona", "goal", "facts", "do", "react", "withhold", "patience", "model")
_CALLER = ("first", "lines", "cues", "open", "otherwise", "end_on", "voice", *_PLAYED)
#: Which way of playing reads these.
_ONLY = {"cues": ("open", "otherwise"), "cues or persona": ("end_on",), "persona": _PLAYED[1:]}
_LINE = ("say", "audio", "wait", "after", "expect")
_MILLISECONDS = re.compile(r"[0-9]{1,6}")
_SPEAKERS: tuple[FirstSpeaker, ...] = ("agent", "caller")
_RELATIVE = re.compile(r"\b(today|tomorrow|tonight|yesterday|next (?:week|month|monday|tuesday|friday))\b", re.IGNORECASE)


def read_caller(value: YamlValue, faults: FaultList, mocks: Mapping[str, Any]) -> SimulatedCaller:
    """The caller. Exactly one way of playing it: lines, cues or a persona."""
    entries = entries_of(value, _CALLER, "caller", faults)
    ways = [name for name in ("lines", "cues", "persona") if name in entries]
    if len(ways) != 1 and value.is_mapping:
        given = " and ".join(ways) or "none of them"
        faults.add(value.line, f"A caller has lines, cues or a persona; this one has {given}.")
    for way, names in _ONLY.items():
        for name in names:
            if name in entries and ways and not set(ways) & set(way.split(" or ")):
                faults.add(entries[name].line, f"“{name}” is for a caller with {way}; this one has {ways[0]}.")
    caller = SimulatedCaller(
        first=one_of(entries.get("first"), "first", _SPEAKERS, faults, "agent"),
        lines=tuple(_line(entry, faults, mocks) for entry in entries["lines"].entries()) if "lines" in entries else (),
        cues=tuple(_cue(entry, faults) for entry in entries["cues"].entries()) if "cues" in entries else (),
        opening=speech(entries.get("open"), "open", faults),
        otherwise=speech(entries.get("otherwise"), "otherwise", faults),
        end_on=_pattern(entries.get("end_on"), faults)
        if "persona" not in entries
        else speech(entries.get("end_on"), "end_on", faults),
        persona=_persona(entries, faults) if "persona" in entries else None,
        voice=_voice(entries.get("voice"), faults),
    )
    for entry in entries["lines"].entries()[1:] if "lines" in entries else []:
        given = {name: inner for name, _, inner in entry.items()} if entry.is_mapping else {}
        if "wait" in given and given["wait"].plain() == "greeting":
            faults.add(given["wait"].line, "Only the first line can wait for the greeting.")
    if "lines" in entries and not caller.lines:
        faults.add(entries["lines"].line, "lines is empty. Write what the caller says.")
    if "cues" in entries and not caller.opening and not caller.otherwise and not caller.cues:
        faults.add(value.line, "A caller with cues needs open, cues or otherwise.")
    return caller


def relative_date(value: str) -> str:
    """A date that means another day each time the test runs; "" if there is none."""
    match = _RELATIVE.search(value)
    return match.group() if match else ""


def _line(entry: YamlValue, faults: FaultList, mocks: Mapping[str, Any]) -> CallerLine:
    entries = entries_of(entry, _LINE, "A line", faults)
    if not {"say", "audio", "wait"} & set(entries) and entry.is_mapping:
        faults.add(entry.line, "A line needs say, audio or wait.")
    says = {"say", "audio"} & set(entries)
    if "wait" in entries and says:
        faults.add(entries["wait"].line, "A line either says something or waits. Write two lines.")
    if "after" in entries and not says and entry.is_mapping:
        faults.add(entries["after"].line, "after needs say or audio: it sets when the line talks over the agent.")
    wait = text(entries.get("wait"), "wait", faults)
    if wait and wait != "greeting" and not _MILLISECONDS.fullmatch(wait):
        faults.add(entries["wait"].line, f"wait must be greeting or up to 999999 milliseconds, not “{wait[:40]}”.")
    return CallerLine(
        say=speech(entries.get("say"), "say", faults),
        wait=wait,
        audio=text(entries.get("audio"), "audio", faults),
        after_ms=_barge_in(entries.get("after"), faults),
        expect=read_checks(entries["expect"], faults, mocks) if "expect" in entries else (),
    )


def _barge_in(value: YamlValue | None, faults: FaultList) -> int | None:
    if value is None:
        return None
    entries = entries_of(value, ("event", "ms"), "after", faults)
    one_of(entries.get("event"), "event", ("agent_speaking",), faults, "agent_speaking")
    return whole(entries.get("ms"), "ms", faults, 0, 0, 60_000)


def _cue(entry: YamlValue, faults: FaultList) -> Cue:
    entries = entries_of(entry, ("hear", "say"), "A cue", faults)
    for name in ("hear", "say"):
        if name not in entries and entry.is_mapping:
            faults.add(entry.line, f"A cue needs {name}.")
    hear = texts(entries.get("hear"), "hear", faults)
    if "hear" in entries and not hear:
        faults.add(entries["hear"].line, "hear is empty, so this cue would never be used.")
    for pattern in hear:
        _check_pattern(pattern, "hear", entries["hear"].line, faults)
    return Cue(hear, speech(entries.get("say"), "say", faults))


def _persona(entries: Mapping[str, YamlValue], faults: FaultList) -> Persona:
    facts = text_map(entries.get("facts"), "facts", faults)
    known = {one.casefold(): one for one in facts}
    for entry in entries["withhold"].entries() if "withhold" in entries else []:
        name = str(entry.plain()).casefold()
        if name not in known and (close := faults.close(name, known, 0.8)):
            faults.add(entry.line, f"There is no fact “{name}” to withhold. Did you mean “{known[close]}”?")
    return Persona(
        persona=speech(entries["persona"], "persona", faults),
        goal=text(entries.get("goal"), "goal", faults),
        facts=facts,
        do=texts(entries.get("do"), "do", faults),
        react=texts(entries.get("react"), "react", faults),
        withhold=texts(entries.get("withhold"), "withhold", faults),
        patience=whole(entries.get("patience"), "patience", faults, 3, 1, 20),
        model=text(entries.get("model"), "model", faults),
    )


def _voice(value: YamlValue | None, faults: FaultList) -> CallerVoice:
    if value is None:
        return CallerVoice()
    entries = entries_of(value, ("name", "speed", "noise", "snr_db", "loss"), "voice", faults)
    return CallerVoice(
        name=one_of(entries.get("name"), "name", VOICES, faults, ""),
        speed=number(entries.get("speed"), "speed", faults, 1.0, 0.5, 2.0),
        noise=one_of(entries.get("noise"), "noise", NOISES, faults, ""),
        snr_db=number(entries["snr_db"], "snr_db", faults, 20.0, -10.0, 60.0) if "snr_db" in entries else None,
        loss=number(entries.get("loss"), "loss", faults, 0.0, 0.0, 0.5),
    )


def _pattern(value: YamlValue | None, faults: FaultList) -> str:
    pattern = text(value, "end_on", faults)
    if value is not None:
        _check_pattern(pattern, "end_on", value.line, faults)
        every = f"{pattern} is found in every reply, so the call would end after the first."
        if fault := faults.pattern(value.line, lambda: every if text_match.matches_everything(pattern) else ""):
            faults.add(value.line, fault)
    return pattern


def _check_pattern(pattern: str, what: str, line: int, faults: FaultList) -> None:
    if fault := faults.pattern(line, lambda: text_match.pattern_fault(pattern)):
        faults.add(line, f"“{pattern}” in {what} {fault}.")
