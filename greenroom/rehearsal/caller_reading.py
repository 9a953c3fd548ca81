"""Reads the simulated caller of a scenario."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from greenroom.rehearsal import text_match
from greenroom.rehearsal.check_reading import read_checks
from greenroom.rehearsal.field_reading import number, one_of, text, text_map, texts, whole
from greenroom.rehearsal.scenario import NOISES, VOICES, CallerLine, CallerVoice, Cue, FirstSpeaker, Persona, SimulatedCaller
from greenroom.rehearsal.yaml_nodes import FaultList, YamlValue, entries_of

_PLAYED = ("persona", "goal", "facts", "do", "react", "withhold", "patience", "model")
_CALLER = ("first", "lines", "cues", "open", "otherwise", "end_on", "voice", *_PLAYED)
#: Which way of playing reads these.
_ONLY = {"cues": ("open", "otherwise"), "cues or persona": ("end_on",), "persona": _PLAYED[1:]}
_LINE = ("say", "audio", "wait", "after", "expect")
_SPEAKERS: tuple[FirstSpeaker, ...] = ("agent", "caller")
_RELATIVE = re.compile(r"\b(today|tomorrow|tonight|yesterday|next (?:week|month|monday|tuesday|friday))\b", re.IGNORECASE)


def read_caller(value: YamlValue, faults: FaultList, mocks: Mapping[str, Any]) -> SimulatedCaller:
    """The caller. Exactly one way of playing it: lines, cues or a persona."""
    found = entries_of(value, _CALLER, "caller", faults)
    ways = [name for name in ("lines", "cues", "persona") if name in found]
    if len(ways) != 1 and value.is_mapping:
        given = " and ".join(ways) or "none of them"
        faults.add(value.line, f"A caller has lines, cues or a persona; this one has {given}.")
    for way, names in _ONLY.items():
        for name in names:
            if name in found and ways and not set(ways) & set(way.split(" or ")):
                faults.add(found[name].line, f"“{name}” is for a caller with {way}; this one has {ways[0]}.")
    caller = SimulatedCaller(
        first=one_of(found.get("first"), "first", _SPEAKERS, faults, "agent"),
        lines=tuple(_line(entry, faults, mocks) for entry in found["lines"].entries()) if "lines" in found else (),
        cues=tuple(_cue(entry, faults) for entry in found["cues"].entries()) if "cues" in found else (),
        opening=text(found.get("open"), "open", faults),
        otherwise=text(found.get("otherwise"), "otherwise", faults),
        end_on=_pattern(found.get("end_on"), faults) if "persona" not in found else text(found.get("end_on"), "end_on", faults),
        persona=_persona(found, faults) if "persona" in found else None,
        voice=_voice(found.get("voice"), faults),
    )
    if "cues" in found and not caller.opening and not caller.otherwise and not caller.cues:
        faults.add(value.line, "A caller with cues needs open, cues or otherwise.")
    return caller


def relative_date(value: str) -> str:
    """A date that means another day each time the test runs; "" if there is none."""
    found = _RELATIVE.search(value)
    return found.group() if found else ""


def _line(entry: YamlValue, faults: FaultList, mocks: Mapping[str, Any]) -> CallerLine:
    found = entries_of(entry, _LINE, "A line", faults)
    if not {"say", "audio", "wait"} & set(found) and entry.is_mapping:
        faults.add(entry.line, "A line needs say, audio or wait.")
    says = {"say", "audio"} & set(found)
    if "wait" in found and says:
        faults.add(found["wait"].line, "A line says something or waits. Write two lines.")
    if "after" in found and not says and entry.is_mapping:
        faults.add(found["after"].line, "after needs say or audio: it is when the line talks over the agent.")
    wait = text(found.get("wait"), "wait", faults)
    if wait and wait != "greeting" and not wait.isdigit():
        faults.add(found["wait"].line, f"wait must be greeting or milliseconds, not “{wait}”.")
    return CallerLine(
        say=text(found.get("say"), "say", faults),
        wait=wait,
        audio=text(found.get("audio"), "audio", faults),
        after_ms=_barge_in(found.get("after"), faults),
        expect=read_checks(found["expect"], faults, mocks) if "expect" in found else (),
    )


def _barge_in(value: YamlValue | None, faults: FaultList) -> int | None:
    if value is None:
        return None
    found = entries_of(value, ("event", "ms"), "after", faults)
    one_of(found.get("event"), "event", ("agent_speaking",), faults, "agent_speaking")
    return whole(found.get("ms"), "ms", faults, 0, 0, 60_000)


def _cue(entry: YamlValue, faults: FaultList) -> Cue:
    found = entries_of(entry, ("hear", "say"), "A cue", faults)
    for name in ("hear", "say"):
        if name not in found and entry.is_mapping:
            faults.add(entry.line, f"A cue needs {name}.")
    hear = texts(found.get("hear"), "hear", faults)
    for pattern in hear:
        _check_pattern(pattern, found["hear"].line, faults)
    return Cue(hear, text(found.get("say"), "say", faults))


def _persona(found: Mapping[str, YamlValue], faults: FaultList) -> Persona:
    return Persona(
        persona=text(found["persona"], "persona", faults),
        goal=text(found.get("goal"), "goal", faults),
        facts=text_map(found.get("facts"), "facts", faults),
        do=texts(found.get("do"), "do", faults),
        react=texts(found.get("react"), "react", faults),
        withhold=texts(found.get("withhold"), "withhold", faults),
        patience=whole(found.get("patience"), "patience", faults, 3, 1, 20),
        model=text(found.get("model"), "model", faults),
    )


def _voice(value: YamlValue | None, faults: FaultList) -> CallerVoice:
    if value is None:
        return CallerVoice()
    found = entries_of(value, ("name", "speed", "noise", "snr_db", "loss"), "voice", faults)
    return CallerVoice(
        name=one_of(found.get("name"), "name", VOICES, faults, ""),
        speed=number(found.get("speed"), "speed", faults, 1.0, 0.5, 2.0),
        noise=one_of(found.get("noise"), "noise", NOISES, faults, ""),
        snr_db=number(found["snr_db"], "snr_db", faults, 20.0, -10.0, 60.0) if "snr_db" in found else None,
        loss=number(found.get("loss"), "loss", faults, 0.0, 0.0, 0.5),
    )


def _pattern(value: YamlValue | None, faults: FaultList) -> str:
    found = text(value, "end_on", faults)
    if value is not None:
        _check_pattern(found, value.line, faults)
    return found


def _check_pattern(pattern: str, line: int, faults: FaultList) -> None:
    if fault := text_match.regex_fault(pattern):
        faults.add(line, f"{pattern} isn't a valid regular expression: {fault}.")
