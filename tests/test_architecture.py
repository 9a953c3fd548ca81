"""The walls of the house: who may import whom, how long a file and a function may be, which names are no names."""

from __future__ import annotations

import ast
import functools
import graphlib
import importlib
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

#: room → the rooms of ours that it may import.
MAY_IMPORT: dict[str, set[str]] = {
    "pages": {"components", "services", "rehearsal", "model", "catalog", "errors", "options"},
    "components": {
        "access",
        "byte_size",
        "components",
        "services",
        "prompting",
        "rehearsal",
        "model",
        "catalog",
        "tools",
        "portraits",
        "errors",
        "open_files",
        "plurals",
        "preflight",
        "redaction",
        "security_log",
        "spreadsheet_text",
        "startup",
        "__version__",
    },
    "http_security": {"loopback", "http_security", "errors", "open_files", "security_log"},
    "web": {
        "loopback",
        "access",
        "web",
        "http_security",
        "services",
        "model",
        "errors",
        "agora.webhooks",
        "clock",
        "__version__",
        "outside_json",
        "redaction",
        "security_log",
    },
    "recording": {"recording", "errors"},
    "services": {
        "loopback",
        "access",
        "byte_size",
        "http_security",
        "lazy_exports",
        "services",
        "prompting",
        "rehearsal",
        "callers",
        "recording",
        "formats",
        "store",
        "agora",
        "tools",
        "catalog",
        "model",
        "errors",
        "clock",
        "config",
        "outside_json",
        "paths",
        "plurals",
        "redaction",
        "security_log",
        "spreadsheet_text",
        "bounded_zip",
    },
    "agora": {"loopback", "agora", "catalog", "model", "errors", "outside_json", "paths", "redaction"},
    "store": {"store", "model", "errors", "redaction"},
    "portraits": {"portraits"},
    "access": {"access"},
    "tools": {"tools", "bounded_regex", "catalog", "paths"},
    "catalog": {"loopback", "catalog", "portraits", "errors", "paths", "redaction"},
    "formats": {"formats", "errors", "paths"},
    "pytest_plugin": {"cli", "errors", "headless", "rehearsal", "services"},
    "headless": {
        "backup",
        "clock",
        "composition",
        "config",
        "errors",
        "security_log",
        "services",
        "store",
    },
    "cli": {
        "byte_size",
        "cli",
        "headless",
        "rehearsal",
        "services",
        "store",
        "catalog",
        "model",
        "errors",
        "clock",
        "config",
        "plurals",
        "redaction",
        "__version__",
    },
    "__main__": {"cli"},
    "prompting": {"prompting"},
    "rehearsal": {"rehearsal", "bounded_regex", "errors", "plurals"},
    "speech": {"speech", "catalog"},
    "callers": {"callers", "speech", "catalog", "model"},
    "model": {"loopback", "model"},
    "twin": {
        "loopback",
        "byte_size",
        "twin",
        "speech",
        "errors",
        "http_security",
        "open_files",
        "outside_json",
        "paths",
        "redaction",
        "tools",
        "catalog",
        "portraits",
        "model",
        "clock",
        "agora.tokens",
        "agora.older_tokens",
    },
    "byte_size": set(),
    "errors": set(),
    "lazy_exports": set(),
    "redaction": set(),
    "spreadsheet_text": set(),
    "startup": {"errors", "redaction"},
    "preflight": {"errors"},
    "bounded_zip": set(),
    "bounded_regex": {"errors"},
    "security_log": set(),
    "loopback": set(),
    "open_files": {"errors"},
    "outside_json": set(),
    "paths": set(),
    "plurals": set(),
    "clock": set(),
    "config": {"loopback", "access", "options"},
    "options": set(),
    "lambda_handler": {"composition", "config", "errors", "model", "redaction", "services", "web"},
    "lifespan": {"backup", "errors", "http_security", "open_files", "services", "startup", "store"},
    "backup": {"byte_size", "config", "errors", "plurals", "store"},
    "composition": {
        "config",
        "agora",
        "clock",
        "http_security",
        "lifespan",
        "redaction",
        "security_log",
        "services",
        "store",
        "web",
    },
}
#: Packages with a door: a module outside imports what ``__all__`` of the package lists, and none of its modules.
DOORS = (
    *(f"greenroom.services.{shelf}" for shelf in ("agents", "calls", "operations", "rehearsals", "sessions", "sharing", "team")),
    *(f"greenroom.twin.{part}" for part in ("agent", "edge", "rest")),
    "greenroom.callers",
    "greenroom.recording",
)
#: ``composition`` wires the parts; the shelves of services build on each other's modules.
INSIDE = {"greenroom.services": ("greenroom/services/", "greenroom/composition.py")}
LONGEST_FILE, LONGEST_FUNCTION, MOST_BY_POSITION = 300, 40, 6
#: What takes a list of any length: columns of a table, expressions of a query, a thread's arguments; and a vendor's function.
TAKES_ANY_NUMBER = {"Table", "select", "languages", "in_daemon_thread", "run_in_threadpool", "_operation", "dsp.synth"}
NO_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "handler"}
FOLDERS = ("greenroom", "components", "pages")
SOURCES = sorted(p for folder in FOLDERS for p in Path(folder).rglob("*.py") if "frontend" not in p.parts)


@functools.cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf8"))


def room_of(path: Path) -> str:
    return path.parts[0] if path.parts[0] != "greenroom" else path.parts[1].removesuffix(".py")


@functools.cache
def imports_of(path: Path) -> list[tuple[str, str]]:
    """Each imported module with the name taken from it; "" for a whole module. Without what is only for the type checker."""
    guards = (n for n in ast.walk(tree_of(path)) if isinstance(n, ast.If) and ast.unparse(n.test) == "TYPE_CHECKING")
    typing_only = {child for guard in guards for child in ast.walk(guard)}
    found = []
    for node in ast.walk(tree_of(path)):
        if node in typing_only:
            continue
        if isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names]
        if isinstance(node, ast.ImportFrom) and node.module:
            found += [(node.module, alias.name) for alias in node.names]
    return found


def rooms_imported(path: Path) -> set[str]:
    rooms = set()
    for module, name in imports_of(path):
        parts = [*module.split("."), *filter(None, [name])]
        if parts[0] == "greenroom" and len(parts) > 1:
            rooms.add(".".join(parts[1:3]))
        elif parts[0] in ("components", "pages"):
            rooms.add(parts[0])
    return rooms


def test_a_room_imports_only_what_it_may():
    wrong = {}
    for path in SOURCES:
        if path != Path("greenroom/__init__.py"):
            allowed = MAY_IMPORT[room_of(path)]
            beyond = {room for room in rooms_imported(path) if room not in allowed and room.split(".")[0] not in allowed}
            wrong |= {str(path): beyond} if beyond else {}
    assert wrong == {}


def test_nothing_is_allowed_that_no_file_needs():
    needed: dict[str, set[str]] = {room: {room} for room in MAY_IMPORT}
    for path in SOURCES:
        if path != Path("greenroom/__init__.py"):
            needed[room_of(path)] |= {part for room in rooms_imported(path) for part in (room, room.split(".")[0])}
    assert {room: beyond for room, allowed in MAY_IMPORT.items() if (beyond := allowed - needed[room])} == {}


def test_the_architecture_page_shows_the_rooms_and_what_each_may_import():
    rooms = {path.name for path in Path("greenroom").iterdir() if (path / "__init__.py").exists()} | {"pages", "components"}
    table = {room: sorted({part for part in MAY_IMPORT[room] if part.split(".")[0] in rooms} - {room}) or ["—"] for room in rooms}
    page = Path("docs/architecture.md").read_text(encoding="utf8")
    rows = re.findall(r"^\| `(?:greenroom/)?(\w+)/[^`]*` \|.*\| ([^|]+) \|$", page, re.MULTILINE)
    assert {room: shown.split(", ") for room, shown in rows} == table


def test_no_room_but_the_pages_and_components_knows_streamlit():
    knowing = [str(path) for path in SOURCES if any(module.split(".")[0] == "streamlit" for module, _ in imports_of(path))]
    assert [path for path in knowing if path.startswith("greenroom/")] == []


def test_files_and_functions_stay_short_and_say_what_they_are_for():
    wrong = {str(path): found for path in SOURCES if (found := oversized(path))}
    assert wrong == {}


def oversized(path: Path) -> list[str]:
    """What is too long or unnamed in a file. Catalog data may be long; migrations are a record."""
    text, tree = path.read_text(encoding="utf8"), tree_of(path)
    found = []
    if "catalog" not in path.parts and len(text.splitlines()) > LONGEST_FILE:
        found.append(f"{len(text.splitlines())} lines")
    if not ast.get_docstring(tree):
        found.append("does not open with what it is for")
    if path.stem in NO_NAMES:
        found.append("its name says nothing")
    if {"migrations", "catalog"} & set(path.parts):
        return found
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    return found + [f"{f.name}: {body_length(f)} lines" for f in functions if body_length(f) > LONGEST_FUNCTION]


def body_length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_more_than_six_values_are_passed_by_name():
    """At a call nobody can tell the seventh value from the eighth. Portraits, catalog and migrations are data."""
    wrong = []
    for path in (path for path in SOURCES if not {"portraits", "catalog", "migrations"} & set(path.parts)):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                places = [one.arg for one in (*node.args.posonlyargs, *node.args.args) if one.arg not in ("self", "cls")]
                wrong += [f"{path}:{node.lineno} {node.name}"] if len(places) > MOST_BY_POSITION else []
            elif isinstance(node, ast.Call) and len(node.args) > MOST_BY_POSITION:
                wrong += [f"{path}:{node.lineno}"] if ast.unparse(node.func) not in TAKES_ANY_NUMBER else []
    assert wrong == []


def module_of(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("door", DOORS)
def test_a_package_with_a_door_is_entered_through_it(door):
    room = next((room for room in INSIDE if door.startswith(room)), "")
    inside = INSIDE.get(room, (door.replace(".", "/") + "/",))
    offered = set(importlib.import_module(door).__all__)
    wrong = [
        f"{path}: {module} {name}"
        for path in SOURCES
        if not str(path).startswith(inside)
        for module, name in imports_of(path)
        if module.startswith(f"{door}.") or (module == door and name not in offered)
    ]
    assert wrong == []


def test_no_import_goes_in_a_circle():
    modules = {module_of(path): path for path in SOURCES}
    graph = {}
    for module, path in modules.items():
        named = {f"{source}.{name}" if f"{source}.{name}" in modules else source for source, name in imports_of(path)}
        graph[module] = named & set(modules)
    graphlib.TopologicalSorter(graph).prepare()


def test_the_rooms_form_no_circle():
    rooms = {room: {r.split(".")[0] for r in allowed} - {room} for room, allowed in MAY_IMPORT.items()}
    graphlib.TopologicalSorter(rooms).prepare()


def test_one_module_takes_dotted_paths_apart():
    splitting = [str(path) for path in SOURCES if '.split(".")' in path.read_text(encoding="utf8")]
    assert splitting == ["greenroom/paths.py"]


def test_where_agents_run_is_decided_in_the_configuration():
    """Elsewhere ``on_twin`` and ``on_cloud`` are asked. Of a stored session the place says what it cost; SQL needs the column."""
    may = [
        "greenroom/config.py",
        "greenroom/model/session.py",
        "greenroom/services/calls/costs.py",
        "greenroom/store/trends.py",
    ]
    comparing = {
        str(path)
        for path in SOURCES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Compare) and {"'twin'", "'cloud'"} & {ast.unparse(one) for one in (node.left, *node.comparators)}
    }
    assert sorted(comparing) == may


#: JSON that this program wrote for itself, for a moment or under its own signature.
OWN_JSON = {
    "greenroom/callers/__main__.py",
    "greenroom/callers/headless_browser.py",
    "greenroom/services/agents/links.py",
    "greenroom/services/agents/voice_preview.py",
    "greenroom/services/calls/client_keys.py",
    "greenroom/services/operations/alerts.py",
    "greenroom/services/operations/sound_check.py",
    "greenroom/services/sharing/translations/__init__.py",
    "greenroom/tools/text_mode.py",
    "greenroom/twin/agent/hearing/next_word.py",
    "greenroom/twin/config.py",
    "greenroom/twin/gguf_process.py",
}


def test_whoever_reads_json_or_toml_expects_it_to_be_nested_too_deeply():
    """Python raises RecursionError then, which is no ValueError."""
    unready = {str(path) for path in SOURCES if not all(_readings(tree_of(path)))}
    assert unready - OWN_JSON == set()


def _readings(tree: ast.AST, ready: bool = False) -> list[bool]:
    """Of each call of ``loads``: whether a handler around it names RecursionError."""
    found = []
    for node in ast.iter_child_nodes(tree):
        within = ready
        if isinstance(tree, ast.Try) and node in tree.body:
            within = ready or any("RecursionError" in ast.unparse(one.type) for one in tree.handlers if one.type)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("json.loads", "tomllib.loads"):
            found.append(within)
        found += _readings(node, within)
    return found


def test_no_test_relies_on_a_quiet_machine_to_be_answered():
    """httpx gives up after five seconds of its own accord, which a busy machine may need for a first answer."""
    hasty = [
        f"{path}:{node.lineno}"
        for path in sorted(Path("tests").rglob("*.py"))
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {f"httpx.{verb}" for verb in ("get", "post", "put", "delete", "Client", "AsyncClient")}
        and not {"timeout", "transport"} & {keyword.arg for keyword in node.keywords}
    ]
    assert hasty == []


def test_what_a_tab_remembers_has_types_and_an_owner():
    """Raw keys of ``st.session_state`` have neither; state.py gives them both, fields.py those of widgets."""
    shell = "components/shell"
    knowing = [str(path) for path in SOURCES if "session_state" in ast.unparse(tree_of(path))]
    assert knowing == [f"{shell}/fields.py", f"{shell}/state.py", f"{shell}/uninterrupted.py"]


def test_every_agent_starts_through_one_launch():
    """Whoever asked Agora for an agent past it would have no version, no session, no owner and no cap."""
    calls = [(str(path), node) for path in SOURCES for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]
    methods = [(path, node.func, node.keywords) for path, node in calls if isinstance(node.func, ast.Attribute)]
    joining = [path for path, func, keywords in methods if func.attr == "join" and any(word.arg is None for word in keywords)]
    assert joining == ["greenroom/services/calls/agent_runs.py"]
    starting = [path for path, func, _ in methods if func.attr == "start" and ast.unparse(func.value).endswith("runs")]
    assert starting == ["greenroom/services/calls/calls.py"]


def test_no_wait_swallows_a_cancellation() -> None:
    """Python 3.11's ``wait_for`` does when its result comes at once with it: a stopped rehearsal went on."""
    assert [str(path) for path in SOURCES if "asyncio.wait_for(" in path.read_text()] == []
