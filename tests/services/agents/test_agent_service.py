"""Agents as a product manager handles them: duplicate, archive, undo, versions."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.catalog.templates import AVA
from greenroom.errors import Conflict, NotFound
from greenroom.model.agent import AgentId
from greenroom.services.agents.agent_service import NAME_MAX, copy_name
from tests.services.conftest import Desk, make_desk

pytestmark = pytest.mark.unit


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk("http://127.0.0.1:9", tmp_path)


@pytest.fixture
def ava(desk: Desk) -> AgentId:
    return desk.agents.list()[0].id


def save(desk: Desk, agent: AgentId, **changes: object) -> None:
    draft = desk.agents.draft(agent)
    desk.agents.save(agent, {**draft.settings, **changes}, draft.revision)


def test_a_duplicate_has_the_same_draft_and_a_life_of_its_own(desk: Desk, ava: AgentId) -> None:
    save(desk, ava, **{"brain.temperature": 1.2})
    copy = desk.agents.duplicate(ava)
    assert copy.name == "Ava, front desk copy"
    assert desk.agents.draft(copy.id).settings == desk.agents.draft(ava).settings
    assert desk.agents.history(copy.id).undo is None
    assert desk.agents.versions(copy.id) == []
    save(desk, copy.id, **{"brain.temperature": 0.1})
    assert desk.agents.draft(ava).settings["brain.temperature"] == 1.2
    assert [desk.agents.duplicate(a).name for a in (ava, copy.id)] == ["Ava, front desk copy 2", "Ava, front desk copy 3"]


@given(st.text(max_size=NAME_MAX), st.integers(0, 12))
def test_a_copys_name_is_new_and_not_too_long(name: str, copies: int) -> None:
    taken = {name}
    for _ in range(copies):
        new = copy_name(name, taken)
        assert new not in taken
        assert len(new) <= NAME_MAX
        taken.add(new)


def test_an_archived_agent_keeps_its_versions_and_comes_back(desk: Desk, ava: AgentId) -> None:
    ben = desk.agents.create(AVA, "Ben")
    version = desk.agents.freeze(ava)
    desk.agents.archive(ava)
    assert [a.name for a in desk.agents.list()] == ["Ben"]
    assert [a.id for a in desk.agents.archived()] == [ava]
    assert desk.agents.versions(ava) == [version]
    desk.agents.unarchive(ava)
    assert {a.id for a in desk.agents.list()} == {ava, ben.id}
    assert desk.agents.archived() == []


def test_a_version_is_restored_into_the_draft_and_that_can_be_undone(desk: Desk, ava: AgentId) -> None:
    version = desk.agents.freeze(ava)
    save(desk, ava, **{"prompt.system": "Other.", "turns.idle": 60})
    changed = desk.agents.draft(ava)
    restored = desk.agents.restore(version.id, changed.revision)
    assert restored.settings == version.settings
    step = desk.agents.history(ava).undo
    assert step is not None
    assert step.what == "Restore version 1"
    assert desk.agents.undo(ava, restored.revision).settings == changed.settings
    assert desk.agents.freeze(ava).number == 2


def test_a_version_is_not_restored_over_what_another_tab_saved(desk: Desk, ava: AgentId) -> None:
    version = desk.agents.freeze(ava)
    seen = desk.agents.draft(ava).revision
    save(desk, ava, **{"prompt.system": "Theirs."})
    with pytest.raises(Conflict):
        desk.agents.restore(version.id, seen)
    assert desk.agents.draft(ava).settings["prompt.system"] == "Theirs."


@pytest.mark.parametrize(("typed", "kept"), [("  Before\nthe fair ", "Before the fair"), ("", ""), ("x" * 99, "x" * NAME_MAX)])
def test_a_versions_name_is_one_line(desk: Desk, ava: AgentId, typed: str, kept: str) -> None:
    version = desk.agents.freeze(ava)
    assert desk.agents.name_version(version.id, typed).name == kept


def test_undo_and_redo_go_through_the_desk(desk: Desk, ava: AgentId) -> None:
    before = desk.agents.draft(ava)
    save(desk, ava, **{"turns.idle": 60})
    undone = desk.agents.undo(ava, before.revision + 1)
    assert undone.settings == before.settings
    assert desk.agents.redo(ava, undone.revision).settings["turns.idle"] == 60


def test_nobody_can_be_duplicated_or_archived(desk: Desk) -> None:
    for ask in (desk.agents.duplicate, desk.agents.archive, desk.agents.unarchive):
        with pytest.raises(NotFound):
            ask(AgentId("nobody"))
