"""Reads the checks of a scenario file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from greenroom.rehearsal import text_match
from greenroom.rehearsal.field_reading import one_of
from greenroom.rehearsal.latency_checks import METRICS
from greenroom.rehearsal.scenario import CHECKS, CheckKind, CheckSpec, TurnScope, Untested
from greenroom.rehearsal.value_reading import read_values
from greenroom.rehearsal.yaml_nodes import FaultList, YamlValue, entries_of

_COMMON = ("name", "turn", "good", "bad", "untested")
_TALK = ("words", "questions", "cut_offs", "dead_air_ms")
_CALLS = ("tool", "args", "times", "before", "after_ok")
#: What only some checks look at. The others look at the whole call.
_OF_A_REPLY: tuple[CheckKind, ...] = ("says", "not_says", "talk", "heard", "ms")
#: Limits that every reply keeps. With "any", one good reply would excuse all others.
_LIMITS: tuple[CheckKind, ...] = ("not_says", "talk", "heard", "ms")
_SCOPES = ("last", "every", "any")
#: How often a tool is called.
_COUNT = re.compile(r"[0-9]{1,6}")
#: What a call may never come to; then these decide nothing, unless the file says otherwise.
_OF_AN_EVENT: tuple[CheckKind, ...] = ("calls", "state", "say_do")
_UNTESTED: tuple[Untested, ...] = ("unknown", "pass", "fail")
#: The highest limits: no reply comes near them, so a higher one checks nothing.
_HIGHEST = {"words": 2000, "questions": 100, "cut_offs": 200, "dead_air_ms": 60_000, "p50": 60_000, "p95": 60_000, "max": 60_000}


def read_checks(value: YamlValue, faults: FaultList, tools: Mapping[str, Any]) -> tuple[CheckSpec, ...]:
    """The checks of an ``expect`` list. ``tools``: the names of the mocks, to find misspelled ones."""
    return tuple(check for entry in value.entries() for check in _checks(entry, faults, tools))


def _checks(entry: YamlValue, faults: FaultList, tools: Mapping[str, Any]) -> Iterator[CheckSpec]:
    before = len(faults.found)
    entries = entries_of(entry, (*CHECKS, *_COMMON), "A check", faults)
    kinds: list[CheckKind] = [kind for kind in CHECKS if kind in entries]
    if not kinds and len(faults.found) == before:  # a misspelled kind was named already
        faults.add(entry.line, f"This check is empty. Add one of: {', '.join(CHECKS)}.")
    if len(kinds) > 1:
        faults.add(entry.line, f"Each item can have one check; this one has {' and '.join(kinds)}. Write two items.")
    name = _text(entries["name"], "name", faults) if "name" in entries else ""
    turn = _scope(entries["turn"], faults) if "turn" in entries else None
    good, bad = (tuple(_texts(entries[key], key, faults)) if key in entries else () for key in ("good", "bad"))
    untested: Untested = one_of(entries.get("untested"), "untested", _UNTESTED, faults, "unknown")
    for kind in kinds[:1]:
        _unused(kind, entries, faults)
        for value in _values(kind, entries[kind], faults, tools):
            yield CheckSpec(kind, value, entry.line, name, turn, good=good, bad=bad, untested=untested)


def _unused(kind: CheckKind, entries: Mapping[str, YamlValue], faults: FaultList) -> None:
    """Keys that this kind of check does not look at."""
    if "turn" in entries and kind not in _OF_A_REPLY:
        faults.add(entries["turn"].line, f"{kind} checks the whole call, so it can't have turn.")
    elif kind in _LIMITS and "turn" in entries and entries["turn"].plain() == "any":
        faults.add(
            entries["turn"].line, f"{kind} is a limit, and with any, one good reply would pass. Use every, last or a number."
        )
    if "untested" in entries and kind not in _OF_AN_EVENT:
        faults.add(entries["untested"].line, f"“untested” is for {', '.join(_OF_AN_EVENT)}; {kind} checks what was said.")
    for name in ("good", "bad"):
        if name in entries and kind != "judge":
            faults.add(entries[name].line, f"“{name}” is an example for a judge; {kind} has no judge.")


def _values(kind: CheckKind, value: YamlValue, faults: FaultList, tools: Mapping[str, Any]) -> list[Any]:
    """The value of a check as its evaluation needs it; latency checks of several metrics become one each."""
    if kind in ("says", "not_says"):
        return [tuple(_patterns(value, kind, faults))]
    if kind == "calls":
        return [_calls(value, faults, tools)]
    if kind == "state":
        return [read_values(value, "state", faults)]
    if kind == "ms":
        entries = _some(value, METRICS, "ms", faults)
        return [{metric: _limits(inner, metric, faults)} for metric, inner in entries.items()]
    if kind == "talk":
        entries = _some(value, _TALK, "talk", faults)
        return [{name: _number(inner, name, faults) for name, inner in entries.items()}]
    if kind == "heard":
        return [_heard(value, faults)]
    if kind == "say_do":
        return [_say_do(value, faults, tools)]
    if kind == "ended":
        who = _text(value, "ended", faults)
        if who not in ("agent", "caller"):
            faults.add(value.line, f"ended must be agent or caller, not “{who}”.")
        return [who]
    return [_spoken(value, "judge", faults)]


def _calls(value: YamlValue, faults: FaultList, tools: Mapping[str, Any]) -> Any:
    if value.is_list:
        if value.entries():
            faults.add(value.line, "calls must be one call, as in {tool: bookRoom}, or [] for no call at all.")
        return None
    entries = entries_of(value, _CALLS, "calls", faults)
    if "tool" not in entries:
        faults.add(value.line, "calls needs a tool.")
        return None
    wanted: dict[str, Any] = {"tool": _tool(entries["tool"], faults, tools)}
    for name in ("before", "after_ok"):
        if name in entries:
            wanted[name] = _tool(entries[name], faults, tools)
    if "args" in entries:
        wanted["args"] = read_values(entries["args"], "args", faults)
    if "times" in entries:
        wanted["times"] = _times(entries["times"], faults)
        if wanted["times"] == (0, None) and not {"before", "after_ok"} & set(wanted):
            faults.add(entries["times"].line, "times: 0.. allows any number of calls, so it checks nothing.")
    return wanted


def _say_do(value: YamlValue, faults: FaultList, tools: Mapping[str, Any]) -> Any:
    entries = entries_of(value, ("claim", "tool"), "say_do", faults)
    if set(entries) != {"claim", "tool"}:
        faults.add(value.line, "say_do needs a claim and a tool.")
        return {"claim": (), "tool": ""}
    return {"claim": tuple(_patterns(entries["claim"], "claim", faults)), "tool": _tool(entries["tool"], faults, tools)}


def _heard(value: YamlValue, faults: FaultList) -> Any:
    entries = _some(value, ("wer", "words"), "heard", faults)
    read: dict[str, Any] = {}
    if "wer" in entries:
        read["wer"] = _share(entries["wer"], faults)
    if "words" in entries:
        read["words"] = tuple(_spoken(entry, "words", faults) for entry in entries["words"].entries())
        if not read["words"]:
            faults.add(entries["words"].line, "words is empty.")
    return read


def _some(value: YamlValue, allowed: tuple[str, ...], what: str, faults: FaultList) -> dict[str, YamlValue]:
    """The entries of a mapping; without any there is nothing to check, which is a fault."""
    entries = entries_of(value, allowed, what, faults)
    if not entries and value.is_mapping:
        faults.add(value.line, f"{what} needs one of: {', '.join(allowed)}.")
    return entries


def _tool(value: YamlValue, faults: FaultList, tools: Mapping[str, Any]) -> str:
    """The name of a tool. The agent may have tools that the scenario doesn't mock: what looks misspelled is a fault."""
    name = _text(value, "tool", faults)
    if name not in tools and (close := faults.close(name, tools, 0.8)):
        faults.add(value.line, f"There is no tool “{name}” in this scenario. Did you mean “{close}”?")
    return name


def _times(value: YamlValue, faults: FaultList) -> tuple[int, int | None]:
    """``2`` exactly, ``1..`` at least, ``1..3`` between."""
    raw = value.plain()
    low, dots, high = str(raw).partition("..")
    if not _COUNT.fullmatch(low) or (high and not _COUNT.fullmatch(high)) or isinstance(raw, bool):
        faults.add(value.line, f"times must be a number, 1.. or 1..3, not “{str(raw)[:40]}”.")
        return 1, None
    if high and int(high) < int(low):
        faults.add(value.line, f"times: {raw} is empty. Write the lower number first.")
    return int(low), (int(high) if high else None) if dots else int(low)


def _limits(value: YamlValue, metric: str, faults: FaultList) -> dict[str, float]:
    entries = _some(value, ("p50", "p95", "max"), metric, faults)
    return {name: _number(inner, name, faults) for name, inner in entries.items()}


def _scope(value: YamlValue, faults: FaultList) -> TurnScope | None:
    raw = value.plain()
    if isinstance(raw, int) and not isinstance(raw, bool) and raw >= 0:
        return raw
    if raw in _SCOPES:
        return raw
    faults.add(value.line, f"turn must be last, every, any or a number (0 is the greeting), not “{raw}”.")
    return None


def _patterns(value: YamlValue, what: str, faults: FaultList) -> list[str]:
    patterns = _texts(value, what, faults)
    for pattern in filter(None, patterns):
        if fault := faults.pattern(value.line, lambda pattern=pattern: _pattern_fault(pattern, what)):
            faults.add(value.line, fault)
    return patterns


def _pattern_fault(pattern: str, what: str) -> str:
    if fault := text_match.pattern_fault(pattern):
        return f"“{pattern}” in {what} {fault}."
    return f"{pattern} is found in every reply, so {what} would check nothing." if text_match.matches_everything(pattern) else ""


def _texts(value: YamlValue, what: str, faults: FaultList) -> list[str]:
    texts = [_text(entry, what, faults) for entry in value.entries()]
    if not texts:
        faults.add(value.line, f"{what} is empty.")
    return texts


def _text(value: YamlValue, what: str, faults: FaultList) -> str:
    raw = value.plain()
    if isinstance(raw, dict | list) or raw is None or not str(raw).strip():
        faults.add(value.line, f"{what} must be text.")
        return ""
    return value.written()


def _spoken(value: YamlValue, what: str, faults: FaultList) -> str:
    """A text with a word in it."""
    given = _text(value, what, faults)
    if given and not text_match.words(given):
        faults.add(value.line, f"{what} contains no word.")
    return given


def _number(value: YamlValue, what: str, faults: FaultList) -> float:
    raw, most = value.plain(), _HIGHEST[what]
    if isinstance(raw, bool) or not isinstance(raw, int | float) or raw < 0:
        faults.add(value.line, f"{what} must be a number of 0 or more, not “{raw}”.")
        return 0.0
    if raw > most:
        faults.add(value.line, f"{what}: {raw} would check nothing: no reply comes near it. The highest limit is {most}.")
    return float(raw)


def _share(value: YamlValue, faults: FaultList) -> float:
    """A word error rate. At 1 every word may be wrong."""
    raw = value.plain()
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not 0 <= raw < 1:
        faults.add(value.line, f"wer must be a share from 0 to less than 1 (0.1 is 10%), not “{raw}”.")
        return 0.0
    return float(raw)
