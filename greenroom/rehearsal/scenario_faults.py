"""Faults of a whole scenario: checks that can't pass or can't fail, because its call doesn't come to them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from greenroom.plurals import counted
from greenroom.rehearsal import text_match
from greenroom.rehearsal.scenario import CheckSpec, FileFault, Scenario
from greenroom.rehearsal.spoken_numbers import spelled
from greenroom.rehearsal.tool_checks import MISSING, value_at
from greenroom.rehearsal.yaml_nodes import FaultList

_BRACES = "{{"


def report(scenario: Scenario, faults: FaultList) -> None:
    """Add the scenario's faults to those of its file."""
    for fault in (*_of_the_call(scenario), *_of_checks(scenario, faults), *_of_state(scenario, faults)):
        faults.add(fault.line, fault.message)


def _of_the_call(scenario: Scenario) -> Iterator[FileFault]:
    lines = scenario.caller.lines
    said, most = sum(bool(line.say or line.audio) for line in lines), scenario.budget.turns
    if said > most:
        reason = f"The caller has {said} lines, but limits only allows {most}. Raise turns in limits."
        yield FileFault(scenario.line, reason)
    if (why := _no_greeting(scenario)) and any(line.wait == "greeting" for line in lines):
        yield FileFault(scenario.line, f"This call {why}, so there is no greeting to wait for.")


def _no_greeting(scenario: Scenario) -> str:
    """Why the agent doesn't greet; "" if it may."""
    if scenario.start:
        return "starts in the middle"
    return "starts with the caller" if scenario.caller.first == "caller" else ""


def _of_checks(scenario: Scenario, faults: FaultList) -> Iterator[FileFault]:
    caller, lines = scenario.caller, scenario.caller.lines
    said = [line for line in lines if line.say or line.audio]
    last = len(said) if lines else scenario.budget.turns
    for check in scenario.checks:
        if check.turn == 0 and (why := _no_greeting(scenario)):
            yield FileFault(check.line, f"This call {why}, so there is no greeting (turn 0) to check.")
        if isinstance(check.turn, int) and check.turn > last:
            why = f"the caller has {counted(last, 'line')}" if lines else f"limits allows {counted(last, 'turn')}"
            yield FileFault(check.line, f"There is no reply {check.turn}: {why}.")
        if check.kind == "ms" and "yield" in check.value and all(line.after_ms is None for line in lines):
            yield FileFault(check.line, "yield needs a line with after, which talks over the agent. No line does.")
    texts = [line.say for line in lines] if lines else [caller.opening, caller.otherwise, *(cue.say for cue in caller.cues)]
    if caller.persona is None and all(line.say for line in said):
        for line in lines:
            yield from _never_said(line.expect, [line.say], faults)
        yield from _never_said(scenario.expect, texts, faults)


def _never_said(checks: Iterable[CheckSpec], texts: Sequence[str], faults: FaultList) -> Iterator[FileFault]:
    """Words that recognition is to hear, but nobody says."""
    said = "\n".join((*texts, *map(spelled, texts)))
    for check in checks:
        for word in check.value.get("words", ()) if check.kind == "heard" and not isinstance(check.turn, int) else ():
            if _BRACES in word + said:
                continue
            never = f"The caller doesn't say “{word}”, so it can't be heard."
            if fault := faults.pattern(check.line, partial(_unless, never, word, said)):
                yield FileFault(check.line, fault)


def _unless(fault: str, word: str, said: str) -> str:
    """The fault unless the word is in the text. Of a longer text the end isn't looked at."""
    return "" if text_match.too_long(said) or text_match.find(word, said) else fault


def _of_state(scenario: Scenario, faults: FaultList) -> Iterator[FileFault]:
    """Paths of the mocks' data that look misspelled, and values that any data has."""
    checks = [check for check in scenario.checks if check.kind == "state"]
    if not checks:  # a thousand scenarios may inherit the same large data
        return
    rules = [rule for rows in scenario.mocks.values() for rule in rows if isinstance(rule, dict)]
    changed = [path for rule in rules if isinstance(rule.get("set"), dict) for path in rule["set"]]
    roots = {str(path).strip("+").partition(".")[0] for path in (*scenario.world, *changed)}
    for check in checks:
        for path, wanted in check.value.items():
            root = path.partition(".")[0]
            if root not in roots and (close := faults.close(root, roots, 0.8)):
                yield FileFault(check.line, f"Neither world nor set has “{root}”. Did you mean “{close}”?")
            there = isinstance(wanted, str) and value_at(path, scenario.world) is not MISSING
            if there and (fault := faults.pattern(check.line, partial(_fits_all, path, wanted))):
                yield FileFault(check.line, fault)


def _fits_all(path: str, wanted: str) -> str:
    fault = f"{path} is in world from the start, and {wanted} fits any value."
    return fault if text_match.matches_everything(wanted) else ""
