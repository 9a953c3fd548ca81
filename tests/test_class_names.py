"""One class name, one meaning in the whole repository: Python, its tests and benchmarks, and the stage's TypeScript."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

_PYTHON = ("greenroom", "components", "pages", "bench", "tests")
_STAGE = Path("components/call/frontend/src")
#: Foreign code that tests read as data.
_CORPUS = Path("tests/corpus")


def python_classes() -> dict[str, list[str]]:
    """Class name → where it is defined; private ones included, classes inside functions not."""
    found: dict[str, list[str]] = defaultdict(list)
    for root in _PYTHON:
        for path in sorted(Path(root).rglob("*.py")):
            if path.is_relative_to(_CORPUS) or "node_modules" in path.parts:
                continue
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.ClassDef):
                    found[node.name.lstrip("_")].append(f"{path}:{node.lineno}")
    return found


def stage_classes() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(_STAGE.rglob("*.ts*")):
        for number, line in enumerate(path.read_text().split("\n"), 1):
            if match := re.match(r"(?:export )?(?:default )?(?:abstract )?class (\w+)", line):
                found[match[1]].append(f"{path}:{number}")
    return found


@pytest.mark.parametrize("classes", [python_classes, stage_classes])
def test_no_class_name_is_defined_twice(classes):
    found = classes()
    assert found, "no class was found at all"
    assert {name: places for name, places in found.items() if len(places) > 1} == {}


def test_no_class_of_the_stage_has_the_name_of_a_python_class():
    python, stage = python_classes(), stage_classes()
    assert {name: [*python[name], *stage[name]] for name in python.keys() & stage.keys()} == {}
