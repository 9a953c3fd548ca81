"""The route of the fields that save while one types."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from greenroom.services.agents.draft_texts import TextEdit
from greenroom.web.draft_text import AT_ONCE_MAX, BODY_MAX_BYTES
from tests.conftest import until

pytestmark = pytest.mark.twin


@pytest.fixture
def agent(harness):
    return harness.agents.list()[0].id


def body(harness, agent, **changes):
    was = harness.agents.draft(agent).settings["prompt.greeting"]
    capability = harness.texts.capability(agent)
    return {
        "key": "prompt.greeting",
        "text": "Hi.",
        "was": was,
        "revision": harness.agents.draft(agent).revision,
        "capability": capability,
        "tab": "t1",
        **changes,
    }


def test_a_text_is_saved_where_the_draft_still_says_what_the_page_saw(client, harness, agent):
    asked = body(harness, agent)
    answer = client.post(f"/api/drafts/{agent}/text", json=asked)
    draft = harness.agents.draft(agent)
    assert (answer.status_code, answer.json()) == (200, {"revision": draft.revision})
    assert draft.settings["prompt.greeting"] == "Hi."


def test_other_settings_may_have_been_saved_in_between(client, harness, agent):
    asked = body(harness, agent)
    draft = harness.agents.draft(agent)
    harness.agents.save(agent, {**draft.settings, "turns.semantic_silence": 900}, draft.revision)
    assert client.post(f"/api/drafts/{agent}/text", json=asked).status_code == 200
    settings = harness.agents.draft(agent).settings
    assert (settings["prompt.greeting"], settings["turns.semantic_silence"]) == ("Hi.", 900)


def test_a_text_that_was_changed_elsewhere_is_answered_and_not_overwritten(client, harness, agent):
    asked = body(harness, agent)
    draft = harness.agents.draft(agent)
    theirs = harness.agents.save(agent, {**draft.settings, "prompt.greeting": "Theirs."}, draft.revision)
    answer = client.post(f"/api/drafts/{agent}/text", json=asked)
    assert answer.status_code == 409
    assert (answer.json()["text"], answer.json()["revision"]) == ("Theirs.", theirs.revision)
    assert harness.agents.draft(agent) == theirs


def test_a_text_that_comes_after_its_own_undo_stays_undone_until_it_is_typed_again(client, harness, agent):
    """A click on Undo carries the words typed just before; the field sends them on its own way, too, and that may be slower."""
    asked = body(harness, agent, text="Typed just before.")
    draft = harness.agents.draft(agent)
    clicked = harness.agents.save(agent, {**draft.settings, "prompt.greeting": asked["text"]}, draft.revision)
    undone = harness.agents.undo(agent, clicked.revision)
    harness.texts.take_back(clicked, undone)
    answer = client.post(f"/api/drafts/{agent}/text", json=asked)
    assert (answer.status_code, answer.json()["text"], answer.json()["taken_back"]) == (409, asked["was"], True)
    assert harness.agents.draft(agent) == undone
    assert client.post(f"/api/drafts/{agent}/text", json={**asked, "text": "Others."}).status_code == 200
    harness.agents.undo(agent, harness.agents.draft(agent).revision)
    again = body(harness, agent, text="Typed just before.")
    assert client.post(f"/api/drafts/{agent}/text", json=again).status_code == 200


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"capability": "0" * 64}, 403),
        ({"key": "turns.semantic_silence"}, 400),
        ({"key": "no.such"}, 400),
        ({"text": 7}, 400),
        ({"revision": "new"}, 400),
        ({"text": "x" * 300_001}, 400),
    ],
)
def test_what_may_not_be_saved_changes_nothing(client, harness, agent, changes, status):
    before = harness.agents.draft(agent)
    assert client.post(f"/api/drafts/{agent}/text", json=body(harness, agent, **changes)).status_code == status
    assert harness.agents.draft(agent) == before


def test_another_agents_capability_and_another_sites_page_are_refused(client, harness, agent):
    other = harness.agents.duplicate(agent).id
    before = harness.agents.draft(agent)
    assert (
        client.post(
            f"/api/drafts/{agent}/text", json=body(harness, agent, capability=harness.texts.capability(other))
        ).status_code
        == 403
    )
    foreign = {"origin": "https://evil.example"}
    assert client.post(f"/api/drafts/{agent}/text", json=body(harness, agent), headers=foreign).status_code == 403
    assert client.post(f"/api/drafts/{agent}/text", content=b"x" * (BODY_MAX_BYTES + 1)).status_code == 400
    assert harness.agents.draft(agent) == before


def test_the_tab_that_saved_follows_its_own_texts_only(harness, agent):
    before = harness.agents.draft(agent)
    asked = body(harness, agent)
    mine = harness.texts.save(agent, TextEdit(asked["key"], "Mine.", asked["was"], before.revision), asked["capability"], "t1")
    assert harness.texts.only_saved_by("t1", before, mine)
    assert not harness.texts.only_saved_by("t2", before, mine)
    later = harness.texts.save(agent, TextEdit(asked["key"], "Theirs.", "Mine.", mine.revision), asked["capability"], "t2")
    assert not harness.texts.only_saved_by("t1", before, later)


def test_a_flood_of_saves_is_answered_with_words_and_holds_up_nobody_else(client, harness, agent, monkeypatch):
    other, slow, begun = harness.agents.duplicate(agent).id, threading.Event(), []

    def waits(*_):
        begun.append(1)
        slow.wait(30)
        return harness.agents.draft(agent)

    asked, elsewhere, save = body(harness, agent), body(harness, other), harness.texts.save
    monkeypatch.setattr(harness.texts, "save", lambda of, *rest: waits() if of == agent else save(of, *rest))
    with ThreadPoolExecutor(AT_ONCE_MAX) as pool:
        waiting = [pool.submit(client.post, f"/api/drafts/{agent}/text", json=asked) for _ in range(AT_ONCE_MAX)]
        until(lambda: len(begun) == AT_ONCE_MAX)
        refused = client.post(f"/api/drafts/{agent}/text", json=asked)
        assert (refused.status_code, "busy" in refused.json()["error"]) == (429, True)
        assert client.post(f"/api/drafts/{other}/text", json=elsewhere).status_code == 200
        slow.set()
        assert {answer.result().status_code for answer in waiting} == {200}
