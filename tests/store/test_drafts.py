"""Undo and redo: every save is a step that can be taken back, in every order, also after a restart."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from greenroom.errors import Conflict, NotFound
from greenroom.model.agent import AgentId, DraftHistory, Step
from greenroom.store import AgentStore, Database, DraftMoved
from greenroom.store.drafts import JOIN_WITHIN, STEPS_MAX
from tests.store.conftest import SteppingClock

pytestmark = pytest.mark.unit


class ManualClock(SteppingClock):
    """Stands still unless it is told to go on."""

    def now(self):
        return self._next

    def pass_by(self, time: timedelta) -> None:
        self._next += time


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def agent(agents: AgentStore) -> AgentId:
    return agents.create("Ava", {"a": 1, "b": "x"}).id


def save(agents: AgentStore, agent: AgentId, what: str = "", **changes: Any) -> None:
    draft = agents.draft(agent)
    merged = {**draft.settings, **changes}
    kept = {key: value for key, value in merged.items() if value is not None}
    agents.save_draft(agent, kept, draft.revision, what)


def undo(agents: AgentStore, agent: AgentId) -> dict[str, Any]:
    return dict(agents.undo(agent, agents.draft(agent).revision).settings)


def redo(agents: AgentStore, agent: AgentId) -> dict[str, Any]:
    return dict(agents.redo(agent, agents.draft(agent).revision).settings)


def test_undo_takes_back_the_last_save_and_redo_repeats_it(agents: AgentStore, agent: AgentId) -> None:
    save(agents, agent, a=2, c=[1])
    save(agents, agent, b=None)
    assert undo(agents, agent) == {"a": 2, "b": "x", "c": [1]}
    assert undo(agents, agent) == {"a": 1, "b": "x"}
    assert redo(agents, agent) == {"a": 2, "b": "x", "c": [1]}
    assert redo(agents, agent) == {"a": 2, "c": [1]}


def test_history_says_what_would_be_undone_and_redone(agents: AgentStore, agent: AgentId) -> None:
    assert agents.history(agent) == DraftHistory(None, None)
    save(agents, agent, a=2)
    save(agents, agent, "Restore version 1", b="y")
    assert agents.history(agent) == DraftHistory(Step(("b",), "Restore version 1"), None)
    undo(agents, agent)
    assert agents.history(agent) == DraftHistory(Step(("a",)), Step(("b",), "Restore version 1"))


def test_a_save_after_an_undo_ends_what_could_be_redone(agents: AgentStore, agent: AgentId) -> None:
    save(agents, agent, a=2)
    undo(agents, agent)
    save(agents, agent, b="y")
    assert agents.history(agent) == DraftHistory(Step(("b",)), None)
    with pytest.raises(Conflict, match="redo"):
        redo(agents, agent)


def test_with_nothing_to_undo_the_draft_stays_as_it_is(agents: AgentStore, agent: AgentId) -> None:
    before = agents.draft(agent)
    with pytest.raises(Conflict, match="undo"):
        undo(agents, agent)
    assert agents.draft(agent) == before


def test_undo_and_redo_raise_the_revision_and_refuse_an_old_one(agents: AgentStore, agent: AgentId) -> None:
    """row 88: what another tab saved is never taken back by a tab that has not seen it."""
    save(agents, agent, a=2)
    assert agents.undo(agent, 2).revision == 3
    for step in (agents.undo, agents.redo):
        with pytest.raises(DraftMoved) as caught:
            step(agent, 2)
        assert caught.value.draft == agents.draft(agent)
    assert agents.redo(agent, 3).revision == 4


def test_quick_saves_of_one_setting_are_one_step(agents: AgentStore, agent: AgentId, clock: ManualClock) -> None:
    for value in range(2, 7):
        save(agents, agent, a=value)
        clock.pass_by(JOIN_WITHIN)
    assert agents.draft(agent).revision == 6
    assert undo(agents, agent) == {"a": 1, "b": "x"}
    assert redo(agents, agent) == {"a": 6, "b": "x"}


def test_a_setting_that_quickly_came_back_leaves_no_step(agents: AgentStore, agent: AgentId) -> None:
    save(agents, agent, a=2)
    save(agents, agent, a=1)
    assert agents.history(agent) == DraftHistory(None, None)


@pytest.mark.parametrize(
    ("between", "what", "second"),
    [
        pytest.param(2 * JOIN_WITHIN, "", {"a": 3}, id="later"),
        pytest.param(timedelta(0), "", {"b": "y"}, id="another-setting"),
        pytest.param(timedelta(0), "", {"a": 3, "b": "y"}, id="several-settings"),
        pytest.param(timedelta(0), "Apply link", {"a": 3}, id="with-a-name"),
    ],
)
def test_other_saves_are_steps_of_their_own(
    agents: AgentStore, agent: AgentId, clock: ManualClock, between, what, second
) -> None:
    save(agents, agent, a=2)
    clock.pass_by(between)
    save(agents, agent, what, **second)
    assert undo(agents, agent) == {"a": 2, "b": "x"}


def test_a_save_right_after_an_undo_joins_nothing(agents: AgentStore, agent: AgentId, clock: ManualClock) -> None:
    save(agents, agent, a=2)
    save(agents, agent, b="y")
    undo(agents, agent)
    save(agents, agent, a=3)
    assert undo(agents, agent) == {"a": 2, "b": "x"}


def test_a_save_without_a_change_is_no_step(agents: AgentStore, agent: AgentId) -> None:
    save(agents, agent, a=2)
    save(agents, agent)
    save(agents, agent, b="x\x00")
    assert undo(agents, agent) == {"a": 1, "b": "x"}


@pytest.mark.parametrize(("before", "after"), [(1, True), (0, False), ([], {}), ({"a": [1]}, {"a": [True]})])
def test_values_that_only_python_takes_for_equal_are_a_step(agents: AgentStore, before: Any, after: Any) -> None:
    agent = agents.create("Ava", {"a": before}).id
    save(agents, agent, a=after)
    assert json.dumps(undo(agents, agent)) == json.dumps({"a": before})


def test_only_the_last_steps_are_kept(agents: AgentStore, agent: AgentId, clock: ManualClock) -> None:
    for value in range(STEPS_MAX + 5):
        clock.pass_by(2 * JOIN_WITHIN)
        save(agents, agent, a=value + 10)
    for _ in range(STEPS_MAX):
        undo(agents, agent)
    assert agents.draft(agent).settings["a"] == 14
    assert agents.history(agent).undo is None
    assert agents.history(agent).redo is not None


def test_agents_have_steps_of_their_own(agents: AgentStore, agent: AgentId) -> None:
    other = agents.create("Ben", {"a": 5}).id
    save(agents, agent, a=2)
    assert agents.history(other) == DraftHistory(None, None)
    save(agents, other, a=6)
    assert undo(agents, agent)["a"] == 1
    assert agents.draft(other).settings == {"a": 6}


def test_steps_survive_a_restart(url: str, agents: AgentStore, agent: AgentId, clock: ManualClock) -> None:
    save(agents, agent, a=2)
    save(agents, agent, b="y")
    undo(agents, agent)
    database = Database(url)
    again = AgentStore(database, clock)
    assert redo(again, agent) == {"a": 2, "b": "y"}
    undo(again, agent)
    assert undo(again, agent) == {"a": 1, "b": "x"}
    database.close()


def test_nobody_has_nothing_to_undo(agents: AgentStore) -> None:
    with pytest.raises(NotFound):
        agents.undo(AgentId("nobody"), 1)
    assert agents.history(AgentId("nobody")) == DraftHistory(None, None)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text('aé"\\ ', max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("xy"), inner, max_size=2),
    max_leaves=4,
)
SETTINGS = st.dictionaries(st.sampled_from("abc"), JSON, max_size=3)
MOVES = st.lists(st.sampled_from(["undo", "redo"]) | st.tuples(SETTINGS, st.booleans(), st.sampled_from(["", "Apply link"])))


@dataclass
class Reference:
    """The same as a list of all states, with a finger on the present one."""

    states: list[str]
    at: int = 0
    joins: set[str] = field(default_factory=set)

    def save(self, state: str, in_time: bool, what: str) -> None:
        now, then = ({k: json.dumps(v) for k, v in json.loads(s).items()} for s in (self.states[self.at], state))
        keys = {k for k in {*now, *then} if now.get(k) != then.get(k)}
        if not keys:
            self.joins = set()  # the draft moved on without a step
            return
        del self.states[self.at + 1 :]
        if in_time and not what and len(keys) == 1 and keys == self.joins:
            self.states[self.at] = state
            if self.states[self.at - 1] == state:
                del self.states[self.at]
                self.at -= 1
                self.joins = set()
            return
        self.states.append(state)
        self.at += 1
        self.joins = keys if not what else set()

    def move(self, by: int) -> bool:
        if not 0 <= self.at + by < len(self.states):
            return False
        self.at, self.joins = self.at + by, set()
        return True


@given(MOVES)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_sequence_of_saves_undos_and_redos_is_a_walk_along_the_list_of_states(
    agents: AgentStore, clock: ManualClock, moves
) -> None:
    agent = agents.create("Ava", {}).id
    reference, revision = Reference(["{}"]), 1
    for move in moves:
        if isinstance(move, str):
            walk = agents.undo if move == "undo" else agents.redo
            if not reference.move(-1 if move == "undo" else 1):
                with pytest.raises(Conflict):
                    walk(agent, revision)
                continue
            draft = walk(agent, revision)
        else:
            state, in_time, what = move
            clock.pass_by(timedelta(0) if in_time else 2 * JOIN_WITHIN)
            reference.save(json.dumps(state, sort_keys=True), in_time, what)
            draft = agents.save_draft(agent, state, revision, what)
        assert draft.revision == revision + 1
        revision = draft.revision
        assert json.dumps(draft.settings, sort_keys=True) == reference.states[reference.at]
        history = agents.history(agent)
        assert (history.undo is not None) == (reference.at > 0)
        assert (history.redo is not None) == (reference.at + 1 < len(reference.states))
