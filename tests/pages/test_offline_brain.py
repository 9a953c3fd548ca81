"""Settings → Offline brain, as drawn over a real twin: found servers, figures, refusals, try, use and consent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import greenroom.services as door
from greenroom.model.brain_choice import BrainChoice
from greenroom.services import install
from greenroom.services.operations import TwinProcess
from tests.pages.test_settings import PAGE, said
from tests.services.conftest import Harness, make_harness, twin  # noqa: F401 - a fixture
from tests.twin.agent.brain.conftest import make_model  # noqa: F401 - a fixture
from tests.twin.agent.brain.shelf import OLLAMA, LocalModels, serving

pytestmark = [pytest.mark.twin, pytest.mark.any_database]


@pytest.fixture(scope="module")
def models() -> Iterator[LocalModels]:
    with serving(OLLAMA) as server:
        yield server


@pytest.fixture
def harness(twin: TwinProcess, tmp_path) -> Iterator[Harness]:
    made = make_harness(twin.url, tmp_path)
    install(made.services)
    yield made
    made.services.brains.choose(BrainChoice("scripted"))
    door._current.clear()


@pytest.fixture
def ours(models: LocalModels) -> BrainChoice:
    return BrainChoice("server", url=f"http://127.0.0.1:{models.port}/v1", model="llama3.2:3b")


def read(test) -> str:
    """The page's text without what keeps it from being read as Markdown."""
    return said(test).replace("\\", "")


def click(test, label: str, key: str):
    button = next(one for one in test.button if label in one.label and str(one.key).startswith(key))
    button.click().run()
    assert [e.value for e in test.exception] == []
    return test


def test_a_server_is_added_tried_and_used(open_page, harness, ours):
    test = open_page(PAGE)
    test.session_state["brain/server"] = True  # unfolded
    test.run()
    test.text_input(key="tab/brain_url").input(ours.url).run()
    test.text_input(key="tab/brain_model").input(ours.model).run()
    click(test, "Try", "brain/try/server")
    next(field for field in test.text_input if field.label == "Question").input("Hello?")
    click(test, "Ask", "FormSubmitter")
    assert "Hi there." in read(test)
    assert "First token after" in read(test)
    click(test, "Use", "brain/use/server")
    assert harness.services.brains.chosen().everyone == ours
    assert "Answering now: **llama3.2:3b" in read(test)


def test_words_that_would_leave_this_computer_are_announced(open_page):
    test = open_page(PAGE)
    test.session_state["brain/server"] = True  # unfolded
    test.run()
    test.text_input(key="tab/brain_url").input("https://llm.example/v1").run()
    test.text_input(key="tab/brain_model").input("m").run()
    assert "leaves this computer and goes to llm.example." in read(test)


def test_a_key_goes_nowhere_before_it_is_allowed(open_page, harness, ours):
    harness.credentials.store("OPENAI_API_KEY", "sk-canary-1")
    test = open_page(PAGE)
    test.session_state["brain/server"] = True  # unfolded
    test.run()
    test.text_input(key="tab/brain_url").input(ours.url).run()
    test.text_input(key="tab/brain_model").input(ours.model).run()
    test.selectbox(key="brain/key").select("OPENAI_API_KEY").run()
    assert not [one for one in test.button if str(one.key) == "brain/try/server"]
    click(test, "", "brain/allow")
    assert [one for one in test.button if str(one.key) == "brain/try/server"]
    assert "sk-canary-1" not in said(test)


def test_a_model_too_large_is_refused_with_the_figures(open_page, make_model):
    test = open_page(PAGE)
    test.session_state["brain/file"] = True  # unfolded
    test.run()
    test.text_input(key="tab/brain_path").input(make_model("huge", size=900_000_000_000)).run()
    assert "Needs 900." in read(test)
    assert "is free." in read(test)
    assert not [one for one in test.button if str(one.key) == "brain/use/file"]


def test_a_choice_for_one_agent_leaves_the_others(open_page, harness):
    agent = harness.agents.list()[0]
    test = open_page(PAGE)
    test.selectbox(key="brain_target").select(agent.id).run()
    number = next(n for n in range(1, 9) if any("Scripted" in m.value for m in test.container(key=f"brain_row_{n}").markdown))
    click(test, "Use", f"brain/use/{number}")
    chosen = harness.services.brains.chosen()
    assert (chosen.agents[agent.id].kind, chosen.everyone.kind) == ("scripted", "auto")
    click(test, "Use the model for all agents", "brain/reset")
    assert harness.services.brains.chosen().agents == {}
