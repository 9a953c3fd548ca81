"""Labels of own sessions: what is offered, what is kept, and that the judge is examined on them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from greenroom.config import read
from greenroom.errors import GreenroomError
from greenroom.model.session import Turn
from greenroom.rehearsal import judging
from greenroom.services.rehearsals import JudgeService
from greenroom.store.judge_labels import FILE, JudgeLabelStore
from tests.pages.test_sessions import ended_session
from tests.services.rehearsals.test_judge_service import ScriptedJudge, server  # noqa: F401 - a fixture

pytestmark = [pytest.mark.unit, pytest.mark.any_database]

CRITERION = "says that dogs are welcome"


def test_a_label_is_kept_once_and_its_reply_is_offered_no_more(harness):
    ended_session(harness)
    labels, agent = harness.services.rehearsals.labels, harness.agents.list()[0].id
    (reply,) = labels.open(agent, CRITERION)
    assert ("dogs" in reply.caller, reply.reply) == (True, "Dogs are")
    labels.give(CRITERION, reply, "fail")
    made = labels.give(f" {CRITERION} ", reply, "pass")
    assert labels.own() == [made]
    assert labels.open(agent, CRITERION) == []
    assert labels.open(agent, "another") == [reply]
    labels.take_back(made)
    assert labels.own() == []
    with pytest.raises(GreenroomError, match="criterion"):
        labels.give("  ", reply, "pass")


def test_a_reply_that_runs_repeat_is_offered_once_and_hides_no_older_one(harness):
    session_id = harness.launch()
    harness.calls.record_turn(session_id, Turn(1, "user", "Is there a pool?", 0, 900))
    harness.calls.record_turn(session_id, Turn(1, "agent", "Not here.", 1000, 1900))
    harness.calls.end(session_id, "ended")
    for _ in range(31):
        ended_session(harness)
    labels, agent = harness.services.rehearsals.labels, harness.agents.list()[0].id
    dogs, pool = labels.open(agent, CRITERION)
    assert (dogs.reply, pool.reply) == ("Dogs are", "Not here.")
    labels.give(CRITERION, dogs, "pass")
    ended_session(harness)
    assert labels.open(agent, CRITERION) == [pool], "the same words in a newer session have their label"


def test_a_damaged_file_counts_as_missing(tmp_path):
    (tmp_path / FILE).write_text('[{"criterion": 1}]')
    assert JudgeLabelStore(tmp_path).all() == []


def test_the_exam_asks_about_own_labels_too_and_a_new_label_asks_for_a_new_exam(server, tmp_path):
    own: list[judging.LabeledReply] = []
    config = replace(read({"GREENROOM_DATA_DIR": str(tmp_path)}), judge_url=server.url, judge_model="m-1")
    judge = JudgeService(config, lambda: own)
    assert judge.exam().labels == len(judging.starter_exam())
    assert judge.result() is not None
    own.append(judging.LabeledReply(CRITERION, "May I bring a dog?", "No.", "fail"))
    assert judge.result() is None
    progress = judge.start_exam()
    assert progress.over.wait(60)
    assert (progress.done, progress.questions) == (len(judging.starter_exam()) + 1,) * 2
    found = judge.result()
    assert found is not None
    assert found.missed_fail == 1, "this judge passes what it doesn't know"
