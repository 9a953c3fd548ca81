"""The choice of an offline brain: kept, carried out by the real twin, and keys leave only for where they may go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from greenroom.catalog.templates import AVA
from greenroom.errors import NotAllowed
from greenroom.model.brain_choice import BrainChoice
from greenroom.services.operations import KeyNotAllowed, own_server, stand_in_for
from greenroom.services.operations.twin_brains import BrainListing, BrainRefused
from greenroom.store.brain_choices import FILE, BrainChoiceStore
from tests.services.conftest import Harness, make_harness
from tests.twin.agent.brain.shelf import OLLAMA, LocalModels, serving
from tests.twin.agent.model_server import refuses

pytestmark = pytest.mark.twin

SCRIPTED = BrainChoice("scripted")
OWN = {"llm.vendor": "compatible", "llm.compatible.url": "https://llm.example/v1/chat/completions"}


@pytest.fixture(scope="module")
def models() -> Iterator[LocalModels]:
    with serving(OLLAMA) as server:
        yield server


@pytest.fixture
def choice(models: LocalModels) -> BrainChoice:
    return BrainChoice("server", url=f"http://127.0.0.1:{models.port}/v1", model="llama3.2:3b", name="Ollama")


@pytest.fixture(autouse=True)
def as_before(harness: Harness) -> Iterator[None]:
    yield
    harness.services.brains.choose(SCRIPTED)


def test_a_choice_for_all_is_used_and_kept_across_restarts(harness, choice, tmp_path):
    brains = harness.services.brains
    brains.choose(choice)
    assert brains.listing().answering == "llama3.2:3b (Ollama)"
    again = make_harness(harness.config.twin_url, tmp_path).services.brains
    assert again.chosen().everyone == choice
    brains.choose(SCRIPTED)
    again.preload()
    assert again.listing().answering.startswith("Scripted")


def test_what_a_search_finds_to_answer_is_said_at_once(harness, monkeypatch):
    brains, ava = harness.services.brains, harness.agents.list()[0]
    brains._store.put(BrainChoice())
    monkeypatch.setattr(brains._twin, "health", lambda: {"engines": {"brain": "SmolLM2"}})
    assert brains.engine(ava.id, AVA.values).label == "SmolLM2"
    monkeypatch.setattr(brains._brains, "listing", lambda: BrainListing("qwen (model file)", []))
    brains.listing()
    assert brains.engine(ava.id, AVA.values).label == "qwen (model file)"


def test_one_agent_may_have_its_own(harness, choice):
    brains, agents = harness.services.brains, harness.agents.list()
    brains.choose(choice, agents[0].id)
    assert (brains.chosen().agents, brains.chosen().everyone) == ({agents[0].id: choice}, BrainChoice())
    brains.reset(agents[0].id)
    assert brains.chosen().agents == {}


def test_the_call_says_what_answers_and_the_record_keeps_it(harness, choice):
    agent = harness.agents.list()[0]
    harness.services.brains.choose(choice, agent.id)
    session = harness.run()
    events = [event.detail for event in harness.records.get(session).events if event.kind == "brain"]
    assert events == [f"llama3.2:3b (Ollama) · This computer ({choice.host})"]
    harness.calls.end(session, "stopped")


def test_a_question_is_tried(harness, choice):
    assert harness.services.brains.chat(choice, [{"role": "user", "content": "Hello?"}]).strip()
    trial = harness.services.brains.try_it(choice, "Hello?")
    assert (trial.answer, trial.tokens) == ("Hi there.", 2)


def test_a_brain_that_does_not_answer_says_why(harness, choice, models):
    before, models.chat = models.chat, refuses(500)
    with pytest.raises(BrainRefused, match="answered 500"):
        harness.services.brains.try_it(choice, "Hello?")
    models.chat = before


@pytest.mark.parametrize("name", ["gone.gguf", "holiday.gguf"])
def test_a_file_that_is_no_model_is_not_taken(harness, tmp_path, name):
    (tmp_path / "holiday.gguf").write_bytes(b"not a model" * 9)
    with pytest.raises(NotAllowed, match=name):
        harness.services.brains.choose(BrainChoice("gguf", path=str(tmp_path / name)))
    assert harness.services.brains.chosen().everyone == BrainChoice()


def test_a_studio_open_to_other_computers_opens_no_files_outside_its_folder(twin, tmp_path):
    brains = make_harness(twin.url, tmp_path, public_url="https://studio.example.com").services.brains
    with pytest.raises(NotAllowed, match="own folder"):
        brains.look(BrainChoice("gguf", path="/etc/passwd"))
    assert "can't be read" in brains.look(BrainChoice("gguf", path=str(brains.folder / "x.gguf"))).refused


def test_a_stored_key_goes_to_a_host_only_with_consent(harness, choice, models):
    harness.credentials.store("OPENAI_API_KEY", "sk-canary-1")
    keyed = BrainChoice("server", url=choice.url, model="m", key_name="OPENAI_API_KEY")
    brains = harness.services.brains
    seen = len(models.headers)
    for ask in (lambda: brains.try_it(keyed, "Hello?"), lambda: brains.choose(keyed)):
        with pytest.raises(KeyNotAllowed, match=f"would be sent to http://{choice.host}"):
            ask()
    assert len(models.headers) == seen
    use = harness.keys.undecided_at("OPENAI_API_KEY", choice.url)
    assert use is not None
    harness.keys.decide(use.name, use.destination, "allowed")
    brains.choose(keyed)
    assert brains.try_it(keyed, "Hello?").answer == "Hi there."
    assert models.headers[-1]["authorization"] == "Bearer sk-canary-1"
    assert "sk-canary-1" not in (harness.config.data_dir / FILE).read_text()
    assert harness.keys.undecided_at("OPENAI_API_KEY", "https://api.openai.com/v1") is None


def test_words_that_leave_this_computer_are_said_to(harness):
    agent = harness.agents.list()[0]
    away = BrainChoice("server", url="https://llm.example/v1", model="gpt-x")
    harness.services.brains.choose(away, agent.id)
    engine = harness.services.brains.engine(agent.id, AVA.values)
    assert engine is not None
    assert (engine.here, engine.where, engine.billed_by) == (False, "llm.example", "llm.example")


def test_an_agents_own_server_answers_unless_another_is_chosen_for_it(harness):
    agent = harness.agents.list()[0]
    brains = harness.services.brains
    brains.choose(SCRIPTED)
    assert own_server({**AVA.values, **OWN}) == OWN["llm.compatible.url"]
    assert brains.engine(agent.id, {**AVA.values, **OWN}) is None
    brains.choose(SCRIPTED, agent.id)
    engine = brains.engine(agent.id, {**AVA.values, **OWN})
    assert engine is not None
    assert engine.here


def test_the_model_it_stands_in_for_is_named():
    assert stand_in_for(AVA.values) == "gpt-4o-mini"
    assert stand_in_for({**AVA.values, **OWN, "llm.compatible.model": "llama"}) == "llama"


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", "[" * 100_000, '{"everyone": {"kind": "magic"}, "agents": {}}', '{"everyone": 5, "agents": 5}'],
)
def test_a_damaged_choice_is_none(tmp_path: Path, content):
    (tmp_path / FILE).write_text(content)
    store = BrainChoiceStore(tmp_path)
    assert store.read().everyone == BrainChoice()
    store.put(SCRIPTED)
    assert store.read().everyone == SCRIPTED


def test_a_call_whose_key_has_no_consent_ends_with_the_reason_and_starts_no_agent(harness, choice):
    agent = harness.agents.list()[0]
    harness.credentials.store("OPENAI_API_KEY", "sk-canary-1")
    keyed = BrainChoice("server", url=choice.url, model="m", key_name="OPENAI_API_KEY")
    use = harness.keys.undecided_at("OPENAI_API_KEY", choice.url)
    assert use is not None
    harness.keys.decide(use.name, use.destination, "allowed")
    harness.services.brains.choose(keyed, agent.id)
    harness.keys.revoke(use.name, use.destination)
    session = harness.launch()
    with pytest.raises(NotAllowed, match="would be sent to"):
        harness.calls.start_agent(session)
    assert (harness.session(session).state, harness.session(session).end_reason) == ("ended", "refused")


def test_a_model_that_a_server_names_by_its_path_is_shown_by_its_name():
    def label(model: str) -> str:
        return BrainChoice("server", url="http://127.0.0.1:8080/v1", model=model, name="llama.cpp").label

    assert label("/home/me/models/qwen-1.5b.gguf") == label("C:\\models\\qwen-1.5b.gguf") == "qwen-1.5b (llama.cpp)"
    assert label("hf.co/maker/qwen:Q4") == "hf.co/maker/qwen:Q4 (llama.cpp)"
