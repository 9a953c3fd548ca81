"""Agents as a product manager handles them: duplicate, archive, undo, versions."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.catalog.templates import AVA
from greenroom.errors import Conflict, InvalidAgent, InvalidInput, NotFound
from greenroom.model.agent import AgentId
from greenroom.services.agents.agent_names import NAME_MAX, copy_name
from tests.services.conftest import Harness, make_harness

pytestmark = pytest.mark.unit


@pytest.fixture
def harness(tmp_path: Path) -> Harness:
    return make_harness("http://127.0.0.1:9", tmp_path)


@pytest.fixture
def ava(harness: Harness) -> AgentId:
    return harness.agents.list()[0].id


def save(harness: Harness, agent: AgentId, **changes: object) -> None:
    draft = harness.agents.draft(agent)
    harness.agents.save(agent, {**draft.settings, **changes}, draft.revision)


def test_a_duplicate_has_the_same_draft_and_a_life_of_its_own(harness: Harness, ava: AgentId) -> None:
    save(harness, ava, **{"brain.temperature": 1.2})
    copy = harness.agents.duplicate(ava)
    assert copy.name == "Ava, front desk copy"
    assert harness.agents.draft(copy.id).settings == harness.agents.draft(ava).settings
    assert harness.agents.history(copy.id).undo is None
    assert harness.agents.versions.of(copy.id) == []
    save(harness, copy.id, **{"brain.temperature": 0.1})
    assert harness.agents.draft(ava).settings["brain.temperature"] == 1.2
    assert [harness.agents.duplicate(a).name for a in (ava, copy.id)] == ["Ava, front desk copy 2", "Ava, front desk copy 3"]


@given(st.text(max_size=NAME_MAX), st.integers(0, 12))
def test_a_copys_name_is_new_and_not_too_long(name: str, copies: int) -> None:
    taken = {name}
    for _ in range(copies):
        new = copy_name(name, taken)
        assert new not in taken
        assert len(new) <= NAME_MAX
        taken.add(new)


def test_an_archived_agent_keeps_its_versions_and_comes_back(harness: Harness, ava: AgentId) -> None:
    ben = harness.agents.create(AVA, "Ben")
    version = harness.agents.versions.freeze(ava)
    harness.agents.archive(ava)
    assert [a.name for a in harness.agents.list()] == ["Ben"]
    assert [a.id for a in harness.agents.archived()] == [ava]
    assert harness.agents.versions.of(ava) == [version]
    harness.agents.unarchive(ava)
    assert {a.id for a in harness.agents.list()} == {ava, ben.id}
    assert harness.agents.archived() == []


def test_a_version_is_restored_into_the_draft_and_that_can_be_undone(harness: Harness, ava: AgentId) -> None:
    version = harness.agents.versions.freeze(ava)
    save(harness, ava, **{"prompt.system": "Other.", "turns.idle": 60})
    changed = harness.agents.draft(ava)
    restored = harness.agents.versions.restore(version.id, changed.revision)
    assert restored.settings == version.settings
    step = harness.agents.history(ava).undo
    assert step is not None
    assert step.what == "Restore version 1"
    assert harness.agents.undo(ava, restored.revision).settings == changed.settings
    assert harness.agents.versions.freeze(ava).number == 2


def test_a_version_is_not_restored_over_what_another_tab_saved(harness: Harness, ava: AgentId) -> None:
    version = harness.agents.versions.freeze(ava)
    seen = harness.agents.draft(ava).revision
    save(harness, ava, **{"prompt.system": "Theirs."})
    with pytest.raises(Conflict):
        harness.agents.versions.restore(version.id, seen)
    assert harness.agents.draft(ava).settings["prompt.system"] == "Theirs."


@pytest.mark.parametrize(("typed", "kept"), [("  Before\nthe fair ", "Before the fair"), ("", "")])
def test_a_versions_name_is_one_line(harness: Harness, ava: AgentId, typed: str, kept: str) -> None:
    version = harness.agents.versions.freeze(ava)
    assert harness.agents.versions.name(version.id, typed).name == kept


def test_a_name_that_is_too_long_is_refused_and_never_cut(harness: Harness, ava: AgentId) -> None:
    version, long = harness.agents.versions.freeze(ava), "x" * (NAME_MAX + 3)
    with pytest.raises(InvalidInput, match="longer than 80 characters") as refused:
        harness.agents.versions.name(version.id, long)
    assert (refused.value.field, refused.value.advice) == ("name", "Shorten it by 3.")
    with pytest.raises(InvalidAgent, match="longer than 80 characters"):
        harness.agents.rename(ava, long)
    assert harness.agents.get(ava).name != long[:NAME_MAX]


def test_undo_and_redo_step_through_the_saved_drafts(harness: Harness, ava: AgentId) -> None:
    before = harness.agents.draft(ava)
    save(harness, ava, **{"turns.idle": 60})
    undone = harness.agents.undo(ava, before.revision + 1)
    assert undone.settings == before.settings
    assert harness.agents.redo(ava, undone.revision).settings["turns.idle"] == 60


def test_nobody_can_be_duplicated_or_archived(harness: Harness) -> None:
    for ask in (harness.agents.duplicate, harness.agents.archive, harness.agents.unarchive):
        with pytest.raises(NotFound):
            ask(AgentId("nobody"))
