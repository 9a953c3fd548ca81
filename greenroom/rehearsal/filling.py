"""Variables in a scenario: ``{{name}}`` in what is said, expected and asked of a judge, as in the agent's own texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from greenroom.rehearsal import text_match
from greenroom.rehearsal.scenario import Scenario

Part = TypeVar("Part")

_BRACES = re.compile(r"\{\{([^{}\n]*)\}\}")
_PHRASES = ("says", "not_says", "say_do")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")


def filled(scenario: Scenario, values: Mapping[str, str]) -> Scenario:
    """The scenario with the values in place of their names; in a pattern they are looked for as written."""

    def fill(text: str) -> str:
        escape = re.escape if text_match.is_regex(text) else str
        return _BRACES.sub(lambda braces: escape(values[braces[1]]) if values.get(braces[1]) else braces[0], text)

    return replace(
        scenario,
        caller=_mapped(scenario.caller, fill),
        expect=_mapped(scenario.expect, fill),
        start=_mapped(scenario.start, fill),
    )


def names_in(scenario: Scenario) -> tuple[str, ...]:
    """The names that the scenario uses, each once."""
    return tuple(dict.fromkeys(name for name in _inside(scenario) if _NAME.fullmatch(name)))


def line_of(name: str, scenario: Scenario) -> int:
    """The line of the first check that uses the name; the scenario's if no check does."""
    return next((check.line for check in scenario.checks if name in _braces_in(check)), scenario.line)


def misspelled(scenario: Scenario) -> str:
    """Braces around what can't be a name, as written; "" if there are none."""
    return next((f"{{{{{inside}}}}}" for inside in _inside(scenario) if not _NAME.fullmatch(inside)), "")


def spoiled(scenario: Scenario, values: Mapping[str, str]) -> str:
    """A fault of a variable's value that would turn a phrase into a pattern, or leave it without a word; "" if there is none."""
    for (written, _), (made, is_phrase) in zip(_looked_for(scenario), _looked_for(filled(scenario, values)), strict=True):
        if made == written:
            continue
        if text_match.is_regex(made) and not text_match.is_regex(written):
            return f"{written} becomes {made}, which is a pattern."
        if text_match.is_regex(made) and (fault := text_match.pattern_fault(made)):
            return f"{written} becomes {made}, which {fault}."
        if is_phrase and not text_match.is_regex(made) and not text_match.words(made):
            return f"{written} becomes “{made}”, which has no word to look for."
    return ""


def _looked_for(scenario: Scenario) -> Iterator[tuple[str, bool]]:
    """All texts that are compared with what is said or called, and whether they are phrases."""
    texts: list[str] = []
    for check in scenario.checks:
        if check.kind != "judge":
            _mapped(check.value, lambda text: texts.append(text) or text)
            yield from ((text, check.kind in _PHRASES) for text in texts)
            texts.clear()
    for cue in scenario.caller.cues:
        yield from ((text, True) for text in cue.hear)
    yield scenario.caller.end_on, scenario.caller.persona is None


def _inside(scenario: Scenario) -> Iterator[str]:
    return iter(_braces_in((scenario.caller, scenario.expect, scenario.start)))


def _braces_in(part: Any) -> list[str]:
    texts: list[str] = []
    _mapped(part, lambda text: texts.append(text) or text)
    return [braces[1] for text in texts for braces in _BRACES.finditer(text)]


def _mapped(part: Part, fill: Callable[[str], str]) -> Part:
    """The part with ``fill`` applied to each text. Names of arguments and of values in the mocks' data stay."""
    made: Any = part
    if isinstance(part, str):
        made = fill(part)
    elif isinstance(part, tuple | list):
        made = type(part)(_mapped(one, fill) for one in part)
    elif isinstance(part, Mapping):
        made = {name: _mapped(one, fill) for name, one in part.items()}
    elif is_dataclass(part) and not isinstance(part, type):
        made = replace(part, **{one.name: _mapped(getattr(part, one.name), fill) for one in fields(part)})
    return made
