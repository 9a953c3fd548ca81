"""The audit log in words: each action has some, a search finds them, and every download is an action."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from components.settings.audit_labels import ACTION_WORDS, actions_like, words_of
from components.studio import agent_files
from greenroom import services as door
from greenroom.access.audited import AUDITED
from greenroom.access.members import Members
from greenroom.model.audit import AuditQuery
from tests.services.conftest import make_harness

pytestmark = pytest.mark.unit

DRAWN = [path for folder in ("components", "pages") for path in Path(folder).rglob("*.py")]
ANN = Members.read("ann@firm.example", "", "").member("ann@firm.example")


def test_every_action_has_words_of_its_own():
    assert set(ACTION_WORDS) == set(AUDITED)
    assert len(set(ACTION_WORDS.values())) == len(ACTION_WORDS)
    assert words_of("of.another_release") == "of.another_release"


def test_entries_with_the_names_of_an_earlier_release_have_words_and_are_found():
    assert words_of("agents.restore") == "Restored a version"
    assert actions_like("restored a VERSION") == ("agents.versions.restore", "agents.restore")


@pytest.fixture
def harness(tmp_path):
    return make_harness("http://127.0.0.1:9", tmp_path)


def test_a_search_finds_the_words_and_the_export_keeps_the_name(harness):
    audit = harness.services.audit
    for action in ("calls.launch", "agents.rename"):
        audit.note("ann@firm.example", action, ("x",))
    query = AuditQuery(text="launched a CALL", actions=actions_like("launched a CALL"))
    assert [one.action for one in audit.page(query, 0, 9)] == ["calls.launch"]
    assert b"calls.launch" in audit.csv(query)
    assert actions_like("  ") == ()


def test_the_download_of_an_agent_is_kept(harness, monkeypatch):
    acting = door._behind_guards(harness.services, lambda: ANN)
    monkeypatch.setattr(agent_files, "current_for_later", lambda: acting)
    download = agent_files._logged("{}", "agents/a1.json")
    assert harness.services.audit.count(AuditQuery()) == 0, "not yet downloaded"
    assert download() == "{}"
    (entry,) = harness.services.audit.page(AuditQuery(), 0, 9)
    assert (entry.actor, entry.kind, entry.subject) == ("ann@firm.example", "exported", "agents/a1.json")


def test_every_download_is_an_action_that_is_kept():
    """Its data is made when it is downloaded, by an action in the table or with a word to the audit log."""
    found = [(path, data) for path in DRAWN for data in downloads(ast.parse(path.read_text(encoding="utf8")))]
    assert len(found) >= 5
    assert [f"{path}: {ast.unparse(data)}" for path, data in found if not kept(path, data)] == []


def downloads(tree):
    """The data of each download button."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("download_button"):
            yield next((one.value for one in node.keywords if one.arg == "data"), None) or node.args[1]


def kept(path, data):
    if isinstance(data, ast.Lambda):
        return any(f"services.{action}(" in ast.unparse(data) for action in AUDITED)
    return ".audit.exported(" in path.read_text(encoding="utf8")
