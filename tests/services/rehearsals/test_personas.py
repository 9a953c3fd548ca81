"""Callers that a model plays, in real calls: the model is a server on the wire, the agent the twin's."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from greenroom.rehearsal.scenario import Persona, SimulatedCaller
from greenroom.services.rehearsals import caller_models
from greenroom.services.rehearsals.caller_models import CallerModels, NoCallerModel
from greenroom.services.rehearsals.chat_model import ChatModel, ModelSilent
from tests.rehearsal.test_persona import good
from tests.services.conftest import make_harness
from tests.services.rehearsals.chat_server import ScriptedChat
from tests.services.rehearsals.suites import plan

pytestmark = [pytest.mark.twin, pytest.mark.sqlite_only]

SUITE = """rehearse: 1
name: Callers
scenarios:
- id: breakfast
  caller:
    persona: Maria, polite.
    goal: Learn when breakfast is.
    patience: 1
    end_on: the hours are named
  expect: [{says: seven to ten}, {ended: caller}]
"""
ASKS = '{"say": "When is breakfast?"}'
DONE = '{"say": "Thank you.", "hang_up": "goal", "quote": "from seven to ten on weekdays"}'


def caller(messages: list[dict[str, str]]) -> str:
    """Passes the exam, then asks for breakfast."""
    if "breakfast" not in messages[0]["content"]:
        return good(messages)
    return DONE if "seven" in messages[-1]["content"] else ASKS


@pytest.fixture
def model() -> Iterator[ScriptedChat]:
    chat = ScriptedChat(caller)
    yield chat
    chat.close()


def ends(twin_url, folder, model: ScriptedChat, answer=None) -> tuple[str, str, list[str]]:
    """Verdict, reason and the kinds of the outcomes of one run."""
    if answer is not None:
        model.answer = lambda messages: answer if "breakfast" in messages[0]["content"] else good(messages)
    harness = make_harness(twin_url, folder, caller_url=model.url, caller_model="m-1")
    rehearsals = harness.services.rehearsals
    batch = rehearsals.run(plan(harness, SUITE))
    assert rehearsals.wait(batch.id, 60)
    (run,) = rehearsals.results.report(batch.id).runs
    assert harness.sessions.unfinished() == []
    return run.verdict, run.reason, [str(one["kind"]) for one in run.outcomes]


def test_a_persona_talks_until_its_goal_is_reached(twin, tmp_path, model):
    assert ends(twin.url, tmp_path, model)[0] == "pass"
    last = model.asked[-1]
    assert "Linden House" in last[1]["content"], "it hears the greeting"
    assert "checkRooms" not in str(last), "and nothing of the tools"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (500, "refused (500)"),
        ("{}", "no usable answer"),
        ('{"say": "How can I help you?"}', "spoke as the agent"),
        ('{"say": "We are twenty guests."}', "invented “20”"),
        ('{"say": "Goodbye."}', "saying goodbye"),
        ('{"say": "Bye.", "hang_up": "goal", "quote": "there is a sauna"}', "hung up early"),
    ],
    ids=["down", "nonsense", "role flip", "invented", "goodbyes", "early"],
)
def test_a_caller_that_breaks_its_part_makes_an_error_never_a_fail(twin, tmp_path, model, answer, reason):
    verdict, why, kinds = ends(twin.url, tmp_path, model, answer)
    assert (verdict, kinds) == ("error", ["caller"])
    assert reason in why


def test_a_model_that_fails_its_exam_plays_nobody(twin, tmp_path, model):
    model.answer = lambda messages: '{"say": "Hello."}'
    verdict, why, _ = ends(twin.url, tmp_path, model)
    assert verdict == "error"
    assert "gives a fact when asked" in why
    assert ends(twin.url, tmp_path, model, ASKS)[0] == "error", "it asks for breakfast again and again"
    asked = len(model.asked)
    ends(twin.url, tmp_path, model, ASKS)
    assert not [one for one in model.asked[asked:] if "breakfast" not in one[0]["content"]], "it has passed once and for all"


def test_a_model_that_failed_its_exam_may_take_it_again(harness, model, monkeypatch):
    callers = CallerModels(replace(harness.config, caller_url=model.url, caller_model="m-1"), harness.services.brains)
    maria = SimulatedCaller(persona=Persona("Maria"))

    def refused() -> bool:
        try:
            callers.player(maria)
        except NoCallerModel:
            return True
        return False

    model.answer = lambda messages: '{"say": "Hello."}'
    assert refused()
    asked = len(model.asked)
    assert refused()
    assert len(model.asked) == asked, "at once it isn't asked anew: hundreds of runs may wait"
    model.answer = good
    now = time.monotonic()
    monkeypatch.setattr(caller_models.time, "monotonic", lambda: now + caller_models.RETAKE_AFTER_S + 1)
    assert not refused()


def test_the_built_in_model_is_refused_and_said_so(harness):
    callers = CallerModels(harness.config, harness.services.brains)
    with pytest.raises(NoCallerModel, match="135M"):
        callers.player(SimulatedCaller(persona=Persona("Maria")))


def test_a_server_that_refuses_bounds_is_asked_without_them(model):
    model.answer, model.strict = lambda messages: "{}", True
    chat = ChatModel(model.url, "m-1")
    assert [chat.ask([{"role": "user", "content": "Hello"}]) for _ in range(2)] == ["{}", "{}"]
    assert len(model.asked) == 3, "the refusal is remembered"
    model.answer = lambda messages: 400
    with pytest.raises(ModelSilent, match="400"):
        chat.ask([{"role": "user", "content": "Hello"}])
    chat.close()
