"""Every method of every service for each role, generated from the services themselves: what a role may not do is refused
before the service sees it, whichever page, widget or callback asks."""

from __future__ import annotations

import ast
from dataclasses import fields, replace
from pathlib import Path

import pytest

from greenroom import services as door
from greenroom.access.actions import allowed, required_role
from greenroom.access.members import ROLES, Member
from greenroom.errors import NotAllowed
from tests.access.test_access import MEMBERS, WHO
from tests.pages.conftest import NOBODY
from tests.services.conftest import make_harness

pytestmark = pytest.mark.unit


class Reached(Exception):
    """A service was entered."""


class Tripwire:
    """Stands for a service of the real kind: every public attribute of it exists, and using one is noted."""

    def __init__(self, kind: type) -> None:
        self._kind = kind

    def __getattr__(self, name: str) -> object:
        def enter(*given: object, **named: object) -> None:
            raise Reached(name)

        return enter


def actions(services: door.Services) -> list[str]:
    """``service.method`` for everything public."""
    named = [(field.name, getattr(services, field.name)) for field in fields(services) if field.name != "config"]
    found = [f"{name}.{each}" for name, service in named for each in dir(type(service)) if not each.startswith("_")]
    return sorted(found)


@pytest.fixture
def services(tmp_path: Path) -> door.Services:
    return make_harness(NOBODY, tmp_path).services


@pytest.mark.parametrize("role", [None, *ROLES])
def test_a_role_reaches_what_the_table_gives_it_and_nothing_else(services: door.Services, role: str | None) -> None:
    member: Member | None = WHO[role] if role else None
    wires = {f.name: Tripwire(type(getattr(services, f.name))) for f in fields(services) if f.name != "config"}
    armed = replace(services, config=replace(services.config, members=MEMBERS), **wires)  # type: ignore[arg-type]
    door.install(armed)
    door.identify(lambda: member)
    try:
        wrong = []
        asked = actions(services)
        assert len(asked) > 150
        for action in asked:
            service, _, method = action.partition(".")
            try:
                getattr(getattr(door.current(), service), method)()
            except Reached:
                entered = True
            except NotAllowed:
                entered = False
            if entered != allowed(member, action):
                wrong.append(action)
        assert wrong == []
    finally:
        door._current.clear()
        door._who.clear()
        door._guarded.clear()


def test_a_viewer_changes_nothing(services: door.Services) -> None:
    """The names say what a method does; one that sounds like a change is not a viewer's, but for ratings and comments."""
    changing = ("save", "create", "delete", "archive", "restore", "launch", "start", "stop", "end", "store", "import", "publish")
    open_to_viewers = [a for a in actions(services) if required_role(a) == "viewer" and not a.startswith("reviews.")]
    assert [a for a in open_to_viewers if a.partition(".")[2].partition("_")[0] in changing] == []


def test_pages_and_callbacks_reach_services_through_the_guard_only() -> None:
    """``current()`` is the guarded door; the raw services, stores and the composition are out of reach of a callback."""
    wrong = []
    for path in [*Path("components").rglob("*.py"), *Path("pages").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
            if isinstance(node, ast.Attribute) and node.attr in ("_current", "_guarded", "_service"):
                wrong.append(f"{path}:{node.lineno}")
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("greenroom.store", "greenroom.composition")):
                wrong.append(f"{path}:{node.lineno}")
    assert wrong == []
