"""What a docstring promises of more than its own file: each sentence of this kind has its test here, or goes."""

from __future__ import annotations

import ast
import hashlib
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

SOURCES = {str(p): ast.parse(p.read_text(encoding="utf8")) for p in sorted(Path("greenroom").rglob("*.py"))}

#: Of each released migration: what it does, without its words.
RELEASED = {
    "0001_initial": "728e13863b6a3be1",
    "0002_steps": "f7d4ac748a7e9a8c",
    "0003_search": "b9f704e33c9df755",
    "0004_judging": "4a1bb2e7636e35a7",
    "0005_recordings": "c6f0ef4959d6252b",
    "0006_deleted": "0c3bb17b2f55f0d8",
    "0007_person": "ad920cddf33a3a93",
}


def where(match) -> list[str]:  # noqa: ANN001 - a question to a node
    return sorted(path for path, tree in SOURCES.items() if any(match(node) for node in ast.walk(tree)))


def test_one_module_of_the_agora_room_handles_httpxs_errors():
    """greenroom/agora/wire.py"""
    handling = where(lambda node: isinstance(node, ast.ExceptHandler) and node.type and "httpx." in ast.unparse(node.type))
    assert [path for path in handling if path.startswith("greenroom/agora/")] == ["greenroom/agora/wire.py"]


def test_one_file_knows_aiortcs_insides():
    """greenroom/twin/edge/transport.py; the packets of ``aiortc.rtp`` are plain data."""
    inside = where(
        lambda node: (
            isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "aiortc" and node.module != "aiortc.rtp"
        )
    )
    assert inside == ["greenroom/twin/edge/transport.py"]


def test_the_time_of_day_comes_from_the_clock():
    """greenroom/clock.py. Tokens have it as a default, and the name of a folder that a restore sets aside holds it."""
    asking = where(
        lambda node: isinstance(node, ast.Call) and ast.unparse(node.func) in {"time.time", "datetime.now", "date.today"}
    )
    tokens = ["greenroom/agora/older_tokens.py", "greenroom/agora/tokens.py"]
    assert asking == [*tokens, "greenroom/backup.py", "greenroom/clock.py"]


def test_agents_are_started_by_calls_alone():
    """greenroom/services/calls/calls.py: ``Calls.launch`` checks the limits, freezes a version and opens a session first."""
    starting = where(lambda node: isinstance(node, ast.Call) and ast.unparse(node.func).endswith("agora().join"))
    assert starting == ["greenroom/services/calls/agent_runs.py"]
    using = where(lambda node: isinstance(node, ast.Name) and node.id == "AgentRuns")
    assert using == ["greenroom/composition.py", "greenroom/services/calls/calls.py"]


def test_no_released_migration_has_changed():
    """greenroom/store/migrations/versions/__init__.py: databases out there have taken these steps as they were."""
    now = {Path(path).stem: digest(tree) for path, tree in SOURCES.items() if "/versions/0" in path}
    assert {name: now[name] for name in RELEASED} == RELEASED


def digest(tree: ast.Module) -> str:
    """Of the code without its docstrings, so that words may be mended."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
    return hashlib.sha256(ast.unparse(tree).encode()).hexdigest()[:16]
