"""Agents, drafts that notice when somebody saved in between, and versions."""

from __future__ import annotations

import math
import threading
from dataclasses import replace
from typing import Any

import pytest

from greenroom.errors import Conflict, InvalidAgent, NotFound
from greenroom.model.agent import AgentId, Draft, Version, VersionId
from greenroom.model.session import SessionId
from greenroom.store import AgentStore, Database, DraftMoved, SessionStore
from tests.store.conftest import SteppingClock
from tests.store.records import NOON, a_session

pytestmark = pytest.mark.unit

NOBODY = AgentId("nobody")
HARD_TEXTS = [
    pytest.param("Grüße 👩‍👩‍👧‍👦🏳️‍🌈 مرحبا 你好", id="emoji-and-scripts"),
    pytest.param("<script>alert('x')</script> & \"quotes\" 'single' \\ %s :name ?", id="html-and-sql"),
    pytest.param("x" * 100_000, id="100-kB"),
    pytest.param("line\r\nline\ttab \u2028 \ufeff", id="control-characters"),
    pytest.param("", id="empty"),
]


@pytest.mark.parametrize("text", HARD_TEXTS)
def test_any_text_comes_back_as_it_was(agents: AgentStore, text: str) -> None:
    settings = {"prompt.system": text, text: {"deep": [text, {text: None}]}}
    agent = agents.create(text, settings)
    version = agents.freeze(agent.id)
    assert agents.get(agent.id).name == text
    assert agents.draft(agent.id) == Draft(agent.id, 1, settings)
    assert agents.version(version.id).settings == settings


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        pytest.param("be\x00 kind\x00", "be kind", id="nul"),
        pytest.param("cut \ud83d", "cut \ufffd", id="half-an-emoji"),
        pytest.param("\ud83d\ude00", "😀", id="two-halves-of-an-emoji"),
    ],
)
def test_what_a_database_cannot_hold_is_dropped_and_the_rest_is_kept(agents: AgentStore, typed: str, stored: str) -> None:
    agent = agents.create(typed, {"prompt.system": typed, "extra": [{typed: typed}]})
    assert agent.name == stored
    draft = agents.save_draft(agent.id, {"prompt.system": typed}, 1)
    assert draft.settings == {"prompt.system": stored}
    assert agents.freeze(agent.id).settings == {"prompt.system": stored}


def test_an_id_with_nul_finds_nobody(agents: AgentStore) -> None:
    agent = agents.create("Ava", {})
    with pytest.raises(NotFound):
        agents.get(AgentId(agent.id + "\x00"))


def test_json_values_keep_their_kind(agents: AgentStore) -> None:
    settings = {"i": 1, "f": 0.5, "t": True, "n": None, "list": [1, "a", False], "big": 2**53}
    kept = agents.draft(agents.create("Ava", settings).id).settings
    assert {key: (value, type(value)) for key, value in kept.items()} == {
        key: (value, type(value)) for key, value in settings.items()
    }


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_json_cannot_hold_is_a_problem_of_its_setting(agents: AgentStore, number: float) -> None:
    agent = agents.create("Ava", {})
    for save in (lambda s: agents.save_draft(agent.id, s, 1), lambda s: agents.create("Ben", s)):
        with pytest.raises(InvalidAgent) as caught:
            save({"llm.temperature": {"deep": [number]}, "fine": 1.0})
        assert [problem.setting for problem in caught.value.problems] == ["llm.temperature"]
    assert agents.draft(agent.id).revision == 1


def test_the_list_is_last_edited_first_and_hides_the_archived(agents: AgentStore) -> None:
    ava, ben, cid = (agents.create(name, {}) for name in ("Ava", "Ben", "Cid"))
    agents.save_draft(ava.id, {"a": 1}, 1)
    agents.archive(cid.id)
    assert [agent.name for agent in agents.list()] == ["Ava", "Ben"]
    assert [agent.name for agent in agents.list(archived=True)] == ["Cid"]
    assert [agent.name for agent in agents.list(archived=None)] == ["Cid", "Ava", "Ben"]
    assert agents.archive(cid.id, archived=False).archived is False
    agents.rename(ben.id, "Bea")
    assert [agent.name for agent in agents.list()] == ["Bea", "Cid", "Ava"]


def test_an_agent_comes_back_as_it_was_created(agents: AgentStore) -> None:
    agent = agents.create("Ava", {})
    assert agents.get(agent.id) == agent
    assert agent.created_at == agent.updated_at
    assert agent.created_at.utcoffset() is not None


def test_each_save_raises_the_revision_by_one(agents: AgentStore) -> None:
    agent = agents.create("Ava", {})
    revisions = [agents.save_draft(agent.id, {"n": n}, n).revision for n in (1, 2, 3)]
    assert revisions == [2, 3, 4]
    assert agents.draft(agent.id) == Draft(agent.id, 4, {"n": 3})


def test_a_save_of_an_old_revision_is_refused_and_shows_the_newer_draft(agents: AgentStore) -> None:
    agent = agents.create("Ava", {})
    newer = agents.save_draft(agent.id, {"by": "the other tab"}, 1)
    with pytest.raises(Conflict) as caught:
        agents.save_draft(agent.id, {"by": "this tab"}, 1)
    assert isinstance(caught.value, DraftMoved)
    assert caught.value.draft == newer == agents.draft(agent.id)


def test_of_many_saves_of_one_revision_exactly_one_succeeds(agents: AgentStore) -> None:
    agent = agents.create("Ava", {})
    outcomes = at_once(8, lambda n: agents.save_draft(agent.id, {"by": n}, 1))
    saved = [outcome for outcome in outcomes if isinstance(outcome, Draft)]
    refused = [outcome for outcome in outcomes if isinstance(outcome, DraftMoved)]
    assert (len(saved), len(refused)) == (1, 7)
    assert all(error.draft == saved[0] for error in refused)


def test_a_version_is_numbered_from_one_and_an_unchanged_draft_reuses_it(agents: AgentStore) -> None:
    agent = agents.create("Ava", {"a": 1, "b": 2})
    first = agents.freeze(agent.id)
    assert first == Version(first.id, agent.id, 1, {"a": 1, "b": 2}, first.created_at)
    agents.save_draft(agent.id, {"b": 2, "a": 1}, 1)
    assert agents.freeze(agent.id) == first
    agents.save_draft(agent.id, {"a": 1}, 2)
    second = agents.freeze(agent.id)
    agents.save_draft(agent.id, {"a": 1, "b": 2}, 3)
    third = agents.freeze(agent.id)
    assert [version.number for version in (first, second, third)] == [1, 2, 3]
    assert agents.versions(agent.id) == [third, second, first]


@pytest.mark.parametrize(("before", "after"), [(1, True), (0, False), (None, False), ([], {})])
def test_values_that_only_python_takes_for_equal_make_a_new_version(agents: AgentStore, before: Any, after: Any) -> None:
    agent = agents.create("Ava", {"a": before})
    agents.freeze(agent.id)
    agents.save_draft(agent.id, {"a": after}, 1)
    assert agents.freeze(agent.id).number == 2


def test_launches_at_once_share_one_version(agents: AgentStore) -> None:
    agent = agents.create("Ava", {"a": 1})
    versions = at_once(8, lambda n: agents.freeze(agent.id))
    assert {version.number for version in versions} == {1}
    assert len(agents.versions(agent.id)) == 1


def test_a_version_does_not_change_with_the_draft(agents: AgentStore) -> None:
    agent = agents.create("Ava", {"prompt.system": "old"})
    version = agents.freeze(agent.id)
    agents.save_draft(agent.id, {"prompt.system": "new"}, 1)
    assert agents.version(version.id).settings == {"prompt.system": "old"}


def test_a_version_can_be_named_and_named_again(agents: AgentStore) -> None:
    version = agents.freeze(agents.create("Ava", {"a": 1}).id)
    assert agents.name_version(version.id, "Before the fair") == replace(version, name="Before the fair")
    assert agents.name_version(version.id, "").name == agents.version(version.id).name == ""


def test_the_sessions_of_each_version_are_counted_without_the_deleted(agents: AgentStore, sessions: SessionStore) -> None:
    agent = agents.create("Ava", {"a": 1})
    first = agents.freeze(agent.id)
    agents.save_draft(agent.id, {"a": 2}, 1)
    second = agents.freeze(agent.id)
    agents.save_draft(agent.id, {"a": 3}, 2)
    agents.freeze(agent.id)
    for number, version in enumerate((first, first, first, second)):
        sessions.open(a_session(version, f"s{number}"))
    sessions.close(SessionId("s0"), reason="ended", detail="", at=NOON)
    sessions.delete(SessionId("s0"))
    assert agents.session_counts(agent.id) == {first.id: 2, second.id: 1}
    assert agents.session_counts(agents.create("Ben", {}).id) == {}


def test_what_does_not_exist_is_not_found(agents: AgentStore) -> None:
    asks = [
        lambda: agents.get(NOBODY),
        lambda: agents.rename(NOBODY, "x"),
        lambda: agents.archive(NOBODY),
        lambda: agents.draft(NOBODY),
        lambda: agents.save_draft(NOBODY, {}, 1),
        lambda: agents.freeze(NOBODY),
        lambda: agents.version(VersionId("none")),
        lambda: agents.name_version(VersionId("none"), "x"),
    ]
    for ask in asks:
        with pytest.raises(NotFound):
            ask()
    assert agents.versions(NOBODY) == []


def test_everything_is_there_after_reopening(url: str, agents: AgentStore, clock: SteppingClock) -> None:
    agent = agents.create("Ava", {"prompt.system": "kept"})
    version = agents.freeze(agent.id)
    again = Database(url)
    assert AgentStore(again, clock).version(version.id) == version
    assert AgentStore(again, clock).list() == [agent]
    again.close()


def at_once(count: int, work: Any) -> list[Any]:
    """What ``work(0)``…``work(count - 1)``, started together in threads, returned or raised."""
    outcomes: list[Any] = [None] * count
    start = threading.Barrier(count)

    def one(number: int) -> None:
        start.wait(10)
        try:
            outcomes[number] = work(number)
        except Exception as error:
            outcomes[number] = error

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes
