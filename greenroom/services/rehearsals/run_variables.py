"""The variables of a run: what its scenario and its agent's version say, and names that neither of them uses."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial

from greenroom.model.agent import Settings
from greenroom.prompting.script import script_of
from greenroom.prompting.variables import names, variables
from greenroom.rehearsal.filling import line_of, names_in, spoiled
from greenroom.rehearsal.scenario import FileFault, Scenario
from greenroom.rehearsal.yaml_nodes import MOST_FAULTS, nearest
from greenroom.services.rehearsals.run_settings import VARIABLES


def values_of(scenario: Scenario, settings: Settings) -> Mapping[str, str]:
    """The test's value of each variable, else the agent's."""
    return {**_values(settings), **scenario.variables}


def faults(chosen: Iterable[Scenario], file: Iterable[Scenario], versions: Sequence[Settings]) -> tuple[FileFault, ...]:
    """Variables of the chosen scenarios that neither a version nor their file uses, such as have no value in a version, and
    values that would change what a check looks for."""
    known = {name for settings in versions for name in _known(settings)}
    known |= {name for scenario in file for name in names_in(scenario)}
    given = set.intersection(*(set(filter(_values(one).get, _values(one))) for one in versions)) if versions else set[str]()
    chosen = list(chosen)
    every = (
        fault
        for look in (partial(_faults, known=known, given=given), partial(_spoiled, versions=versions))
        for one in chosen
        for fault in look(one)
    )
    # What all scenarios of a file inherit is reported once.
    found: dict[FileFault, None] = {}
    for fault in every:
        found[fault] = None
        if len(found) >= MOST_FAULTS:
            break
    return tuple(found)


def _faults(scenario: Scenario, known: set[str], given: set[str]) -> Iterator[FileFault]:
    used = names_in(scenario)
    for name in scenario.variables:
        if name not in known:
            line = scenario.variable_lines.get(name, scenario.line)
            yield FileFault(line, f"Neither the agent nor this test uses a variable “{name}”.{_nearest(name, known)}")
    values = given | {name for name, value in scenario.variables.items() if value}
    for name in used:
        if name not in values:
            yield FileFault(line_of(name, scenario), f"{{{{{name}}}}} has no value in “{scenario.id}”.{_nearest(name, values)}")


def _spoiled(scenario: Scenario, versions: Sequence[Settings]) -> Iterator[FileFault]:
    for settings in versions:
        if fault := spoiled(scenario, values_of(scenario, settings)):
            yield FileFault(scenario.line, f"In “{scenario.id}” {fault} Change the value of the variable.")


def _nearest(name: str, known: set[str]) -> str:
    return _suggestion(name, tuple(sorted(known)))


@lru_cache(maxsize=1000)  # all scenarios of a file may inherit the same names
def _suggestion(name: str, known: tuple[str, ...]) -> str:
    return nearest(name, known) or " Correct the name, or remove it."


def _values(settings: Settings) -> Mapping[str, str]:
    values = settings.get(VARIABLES)
    return {str(name): str(value or "") for name, value in values.items()} if isinstance(values, Mapping) else {}


def _known(settings: Settings) -> set[str]:
    raw = json.dumps(dict(settings), default=str)
    return {*names(raw), *(one.name for one in variables(script_of(settings)))}
