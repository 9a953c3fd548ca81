"""The suites that ship with Greenroom, one for each template that serves callers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from greenroom.rehearsal import reading

FOLDER = Path(reading.__file__).parent / "suites"
SUFFIX = ".rehearse.yaml"


@dataclass(frozen=True, slots=True)
class StarterSuite:
    """``label``: the suite's name and its number of tests."""

    label: str
    text: str


@cache
def starters() -> Mapping[str, StarterSuite]:
    """By the id of the template."""
    suites: dict[str, StarterSuite] = {}
    for file in sorted(FOLDER.glob(f"*{SUFFIX}")):
        text = file.read_text(encoding="utf8")
        content = reading.read(text).content
        assert content is not None, file
        suites[file.name.removesuffix(SUFFIX)] = StarterSuite(f"{content.name} ({len(content.scenarios)} tests)", text)
    return suites
