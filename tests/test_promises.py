"""What a docstring promises of more than its own file: each sentence of this kind has its test here, or goes."""

from __future__ import annotations

import ast
import hashlib
import re
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

SOURCES = {str(p): ast.parse(p.read_text(encoding="utf8")) for p in sorted(Path("greenroom").rglob("*.py"))}
DRAWN = {
    str(p): ast.parse(p.read_text(encoding="utf8"))
    for root in ("components", "pages")
    for p in sorted(Path(root).rglob("*.py"))
    if "node_modules" not in p.parts
}

#: Whose docstring promises → the test that proves it.
PROVED: dict[str, str] = tomllib.loads(Path("tests/promises.toml").read_text(encoding="utf8"))
#: Functions that promise to take anything → the test that gives them anything.
NEVER_RAISE = {
    "catalog/compare.py:compare": "catalog/test_any_value.py",
    "catalog/faces.py:offline_face": "catalog/test_any_value.py",
    "catalog/faults.py:fault": "catalog/test_any_value.py",
    "catalog/key_use.py:key_uses": "catalog/test_any_value.py",
    "catalog/payload.py:payload": "catalog/test_any_value.py",
    "catalog/reading/body.py:read_properties": "catalog/test_reading.py",
    "catalog/rules.py:check": "catalog/test_any_value.py",
    "catalog/rules.py:hints": "catalog/test_any_value.py",
    "catalog/tool_checks.py:function_faults": "catalog/test_tool_checks.py",
    "catalog/tool_checks.py:server_faults": "catalog/test_tool_checks.py",
    "catalog/voices.py:stand_in": "catalog/test_any_value.py",
    "lambda_handler.py:handler": "test_lambda_handler.py",
    "outside_json.py:fit_or_default": "twin/agent/test_properties.py",
    "prompting/lint.py:findings": "catalog/test_any_value.py",
    "prompting/script.py:script_of": "catalog/test_any_value.py",
    "rehearsal/reading.py:read": "rehearsal/test_reading.py",
    "services/agents/links.py:read": "services/agents/test_links.py",
    "services/calls/costs.py:call_cost": "catalog/test_any_value.py",
    "services/operations/credentials.py:test": "services/operations/test_credentials.py",
    "twin/agent/brain/assigned.py:borrow": "twin/test_brain_control.py",
    "twin/agent/brain/offers.py:offer_of_file": "twin/agent/brain/test_gguf_file.py",
    "twin/agent/properties.py:read": "twin/agent/test_properties.py",
}
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


def where(match, sources=SOURCES) -> list[str]:
    return sorted(path for path, tree in sources.items() if any(match(node) for node in ast.walk(tree)))


def imports(package: str):
    """Whether a node imports from this package."""

    def match(node: ast.AST) -> bool:
        named = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        named += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        return any(name == package or name.startswith(f"{package}.") for name in named)

    return match


def test_one_module_of_the_agora_room_handles_httpxs_errors():
    """greenroom/agora/wire.py"""
    handling = where(lambda node: isinstance(node, ast.ExceptHandler) and node.type and "httpx." in ast.unparse(node.type))
    assert [path for path in handling if path.startswith("greenroom/agora/")] == ["greenroom/agora/wire.py"]


def test_one_file_on_each_side_of_a_media_path_knows_aiortcs_insides():
    """greenroom/twin/edge/transport.py and greenroom/callers/media_path.py; the packets of ``aiortc.rtp`` are plain data."""
    inside = where(
        lambda node: (
            isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "aiortc" and node.module != "aiortc.rtp"
        )
    )
    assert inside == ["greenroom/callers/media_path.py", "greenroom/twin/edge/transport.py"]


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
    assert using == [f"greenroom/services/calls/{module}.py" for module in ("assembly", "call_closing", "calls")]
    ending = ast.unparse(SOURCES["greenroom/services/calls/call_closing.py"])
    assert "runs.start" not in ending


def test_code_in_an_import_is_parsed_and_never_run():
    """greenroom/formats/__init__.py"""
    running = {"eval", "exec", "compile", "__import__", "import_module", "run", "Popen", "system"}
    called = where(
        lambda node: isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in running,
        {path: tree for path, tree in SOURCES.items() if path.startswith("greenroom/formats/")},
    )
    allowed = where(lambda node: isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile")
    assert [path for path in called if path not in allowed] == []
    assert where(lambda node: isinstance(node, ast.Call) and ast.unparse(node.func) in {"eval", "exec", "compile"}) == []


def test_keys_leave_through_the_broker():
    """greenroom/services/operations/key_broker.py. The credentials' own test sends a key to its vendor's fixed address."""
    taking = where(
        lambda node: isinstance(node, ast.Attribute) and node.attr == "values" and ast.unparse(node.value).endswith("credentials")
    )
    assert taking == ["greenroom/composition.py"]
    source = Path("greenroom/composition.py").read_text()
    assert source.count("credentials.values") == source.count("KeyBroker(credentials.values") == 1


def test_migrations_are_run_by_the_database():
    """greenroom/store/migrations/env.py"""
    running = where(imports("alembic"))
    assert [path for path in running if not path.startswith("greenroom/store/migrations/")] == ["greenroom/store/database.py"]


def test_one_page_carries_media_through_python():
    """components/join/sound_check.py: streamlit-webrtc"""
    assert where(imports("streamlit_webrtc"), {**SOURCES, **DRAWN}) == ["components/join/sound_check.py"]


def test_one_file_knows_streamlits_private_parts():
    """components/shell/uninterrupted.py"""
    private = where(imports("streamlit.runtime.scriptrunner_utils"), {**SOURCES, **DRAWN})
    private += where(imports("streamlit.runtime.scriptrunner"), {**SOURCES, **DRAWN})
    assert set(private) == {"components/shell/uninterrupted.py"}


def test_every_function_that_never_raises_is_given_anything():
    promising = {
        f"{path.removeprefix('greenroom/')}:{node.name}"
        for path, tree in SOURCES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and re.search(r"Never (raises|fails)", ast.get_docstring(node) or "")
    }
    assert promising == NEVER_RAISE.keys()
    for proof in set(NEVER_RAISE.values()):
        source = (Path("tests") / proof).read_text()
        assert "@given" in source or "parametrize" in source, proof


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


#: What Streamlit draws with a download button.
TABLES = ("st.dataframe", "st.data_editor")


def test_every_table_is_safe_in_a_spreadsheet():
    """components/shell/spreadsheet.py: a table's own download button writes its cells as they are."""
    drawing = where(lambda node: isinstance(node, ast.Call) and ast.unparse(node.func) in TABLES, DRAWN)
    safe = where(lambda node: isinstance(node, ast.Call) and ast.unparse(node.func) == "safe_row", DRAWN)
    assert [path for path in drawing if path not in safe] == []
    assert len(drawing) > 4


def promising() -> set[str]:
    """Whose docstrings have a sentence with "only", "never" or "the one place", outside of code."""
    found = set()
    for path, tree in {**SOURCES, **DRAWN}.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                text = re.sub(r"``.*?``|Never (raises|fails)", "", ast.get_docstring(node) or "", flags=re.DOTALL)
                if re.search(r"\b(only|never|the one place)\b", text, re.IGNORECASE):
                    found.add(path if isinstance(node, ast.Module) else f"{path}:{node.name}")
    return found


def test_every_promise_of_a_docstring_names_its_test():
    assert promising() == PROVED.keys(), "register it in tests/promises.toml, or say it without only and never"


def test_every_test_that_proves_a_promise_is_there():
    for proof in set(PROVED.values()):
        file, _, name = proof.partition("::")
        there = re.findall(r"def (test_\w+)", (Path("tests") / file).read_text(encoding="utf8"))
        assert f"test_{name}" in there, proof
