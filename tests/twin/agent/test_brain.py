"""Brains: a real server's stream in all its forms, the scripted one and the built-in one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from greenroom.catalog.templates import AVA
from greenroom.http_security.addresses import place_of
from greenroom.model.brain_choice import BrainChoice
from greenroom.twin.agent.brain import courtesies, facts, free_talk
from greenroom.twin.agent.brain.assigned import AssignedBrains
from greenroom.twin.agent.brain.base import BrainError, in_time
from greenroom.twin.agent.brain.builtin import BuiltinBrain
from greenroom.twin.agent.brain.growing_answer import GrowingAnswer, end_of
from greenroom.twin.agent.brain.openai_compatible import OpenAICompatible, _lines
from greenroom.twin.agent.brain.pool import BrainPool
from greenroom.twin.agent.brain.prompt_facts import facts_in
from greenroom.twin.agent.brain.scripted import UNKNOWN, ScriptedBrain
from tests.twin.agent.model_server import HEAD, event, refuses, says, writes

pytestmark = pytest.mark.twin

ASK = [{"role": "user", "content": "Hello?"}]
PROMPT = AVA.values["prompt.system"]


async def answer(brain, messages=ASK, params=None, timeout_s: float = 15.0) -> str:
    return "".join([str(token) async for token in in_time(brain.stream(messages, params or {}), timeout_s)])


@pytest_asyncio.fixture
async def model(server):
    brain = OpenAICompatible(server.url)
    yield brain
    await brain.close()


# ── somebody's server


async def test_text_comes_as_it_is_written(server, model):
    server.behavior = says("Hel", "lo, ", "wörld\u2028!")
    assert await answer(model, params={"model": "m", "stream": False}) == "Hello, wörld\u2028!"
    assert server.bodies == [{"model": "m", "stream": True, "messages": ASK}]


async def test_an_agents_own_server_inside_the_network_is_asked_where_that_was_allowed_and_nowhere_else(server, monkeypatch):
    server.behavior = says("Hello.")
    llm = {"url": server.url.replace("127.0.0.1", "localhost")}
    brains = AssignedBrains(BrainPool(lambda: None), BrainChoice("scripted"))
    for allowed, said in (((), "isn't allowed"), ((place_of(llm["url"]),), "")):
        brain = brains.own_server(llm, "ava", allowed)
        assert brain is not None
        if said:
            with pytest.raises(BrainError, match=said):
                await answer(brain)
            assert server.bodies == []
        else:
            assert await answer(brain) == "Hello."
        await brain.close()
    inside = "http://127.1:9/v1"  # a name with a dot that leads inside
    for proxied, why in (
        ("http://10.0.0.8/v1", "isn't allowed"),
        (inside, "isn't allowed"),
        ("http://model.example/v1", "reached"),
    ):
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        brain = brains.own_server({"url": proxied}, "ava")
        assert brain is not None
        with pytest.raises(BrainError, match=why):  # what only the proxy knows is left to it
            await answer(brain)
        await brain.close()


@pytest.mark.parametrize("size", [1, 2, 7])
async def test_lines_and_letters_cut_anywhere_are_put_together(server, model, size):
    end = b'data: {"choices": []}\n\ndata: [DONE]\n\n'
    stream = HEAD + b": ping\r\n\r\nevent: x\r\n" + event("h€llo ") + b"data: \n\n" + event("🎉") + end
    server.behavior = writes(*(stream[i : i + size] for i in range(0, len(stream), size)))
    assert await answer(model) == "h€llo 🎉"


async def test_a_server_that_does_not_stream_is_understood(server, model):
    body = b'{"choices": [{"message": {"role": "assistant", "content": "All at once."}}]}'
    server.behavior = writes(HEAD.replace(b"text/event-stream", b"application/json") + body)
    assert await answer(model) == "All at once."


@pytest.mark.parametrize(
    ("behavior", "code", "text"),
    [
        (refuses(401), 401, "answered 401"),
        (refuses(302), 302, "answered 302"),
        (says(), 0, "empty"),
        (says("  ", "\n"), 0, "empty"),
        (writes(HEAD + b'data: {"error": {"message": "prompt: secret"}}\n\n'), 0, "error in the stream"),
        (writes(b""), 0, "can't be reached"),
        (writes(b"nonsense\r\n\r\n"), 0, "can't be reached"),
        (writes(HEAD + b"x" * (2 << 20)), 0, "server-sent events"),
        (writes(HEAD, b": still thinking\n\n", b": still thinking\n\n", every_s=0.2), 0, "within 0.3 s"),
    ],
)
async def test_no_answer_is_said_without_repeating_anything_secret(server, model, behavior, code, text):
    server.behavior = behavior
    with pytest.raises(BrainError, match=text) as caught:
        await answer(model, timeout_s=0.3)
    assert caught.value.code == code
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "nonsense", "http://[broken", "ftp://x/", ""])
async def test_an_address_that_leads_nowhere_is_no_crash(url):
    brain = OpenAICompatible(url)
    with pytest.raises(BrainError):
        await answer(brain)
    await brain.close()


@pytest.mark.parametrize(("headers", "params"), [({"x": "ü\n"}, {}), ({}, {"x": float}), ({}, {"x": float("nan")})])
async def test_what_cannot_be_sent_is_no_crash(server, headers, params):
    brain = OpenAICompatible(server.url, headers=headers)
    with pytest.raises(BrainError):
        await answer(brain, params=params)
    await brain.close()


async def test_own_headers_win_over_the_key(server):
    brain = OpenAICompatible(server.url, api_key="sk-1", headers={"Authorization": "Custom 2"})
    await answer(brain)
    await brain.close()
    assert server.headers[0]["authorization"] == "Custom 2"


async def test_a_listener_who_has_had_enough_hangs_up(server, model):
    server.behavior = says(*["word "] * 500, every_s=0.02)
    async with aclosing(in_time(model.stream(ASK, {}))) as tokens:
        assert await anext(tokens) == "word "
    async with asyncio.timeout(3):
        while not server.hung_up:
            await asyncio.sleep(0.01)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.integers(1, 9))
def test_lines_do_not_depend_on_how_they_arrive(data, size):
    async def lines(step: int) -> list[str]:
        async def source():
            for start in range(0, len(data), step):
                yield data[start : start + step]

        return [line async for line in _lines(source())]

    assert asyncio.run(lines(size)) == asyncio.run(lines(1000))


# ── the scripted one


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("What time is breakfast served?", "Breakfast is served from seven"),
        ("And on Sunday, when is breakfast?", "Breakfast is served from seven"),
        ("How much is a double room?", "A double room costs"),
        ("May I bring my dog?", "Dogs are welcome."),
        ("Where can I park?", "Parking is free"),
        ("How far is the old town?", "The old town is ten minutes"),
        ("When is check out?", "Check-in starts at three"),
        ("What is your name?", "I am Ava"),
        ("Who am I speaking to?", "I am Ava"),
        ("Hello!", "Hello. How can I help you?"),
        ("Thanks a lot.", "You are welcome."),
        ("Thank you, goodbye.", "Thank you, and goodbye."),
        ("Great, I'll see you tomorrow.", "Thank you, and goodbye."),
        ("Can I see you tomorrow?", courtesies.DEFERRALS[0]),
        ("Do you repair bicycles?", courtesies.DEFERRALS[0]),
        ("Well, I must say.", UNKNOWN),
        ("How are you today?", "I'm well"),
        ("Can you hear me?", "Yes, I can hear you."),
    ],
)
async def test_the_scripted_brain_reads_the_fact_that_fits(asked, said):
    told = [{"role": "system", "content": PROMPT}, {"role": "user", "content": asked}]
    assert (await answer(ScriptedBrain(), told)).startswith(said)


@pytest.mark.parametrize("more", ["And tomorrow?", "And on Sunday?", "And on Sunday.", "What about Sunday"])
async def test_a_question_that_goes_on_with_the_one_before_is_understood_with_any_mark_at_its_end(more):
    """Speech recognition ends a short question with a period at times."""
    talked = [{"role": "system", "content": PROMPT}, {"role": "user", "content": "When is breakfast?"}]
    said = await answer(ScriptedBrain(), talked)
    talked += [{"role": "assistant", "content": said}, {"role": "user", "content": more}]
    assert await answer(ScriptedBrain(), talked) == said


def stated(prompt: str) -> list[str]:
    return [fact.text for fact in facts_in(prompt)]


async def test_instructions_are_not_read_out():
    assert not any(fact.startswith(("You ", "When ", "If ", "Never ", "What you know")) for fact in stated(PROMPT))


@pytest.mark.parametrize(
    "sentence",
    [
        "For a delivery also ask for the street and the number.",
        "When the kitchen is closed, offer a cold plate.",
        "Checkout is at eleven; remind guests politely.",
        "Find out what they want, how many and which size.",
        "Before you answer, think.",
        "Then move on.",
        "- Greet the caller by name.",
        "At the end, thank them and say goodbye.",
    ],
)
def test_an_instruction_is_told_from_a_fact(sentence):
    assert stated(sentence) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Guests can ask for a late checkout until noon.",
        "For groups of more than six, the deposit is fifty euros.",
        "Rooms with a view start at 120 euros.",
        "Help is available at the desk.",
        "Take-away is possible until nine.",
        "The guide starts at ten.",
        "We offer breakfast from seven.",
    ],
)
def test_a_fact_is_no_instruction(sentence):
    assert stated(sentence) == [sentence]


def asked(*lines: str, prompt: str = PROMPT) -> list[dict[str, str]]:
    """The prompt, then what caller and agent said in turn."""
    talk = [{"role": ("user", "assistant")[place % 2], "content": line} for place, line in enumerate(lines)]
    return [{"role": "system", "content": prompt}, *talk]


@pytest.mark.parametrize("question", ["Do you have a swimming pool?", "Is there a gym?", "Tell me about the spa."])
def test_what_the_prompt_does_not_say_is_left_to_a_colleague(question):
    messages = asked(question)
    assert facts.reply(messages) == ""
    assert courtesies.deferral(messages) == courtesies.DEFERRALS[0]


def test_two_deferrals_in_a_row_differ_and_a_yes_is_taken_up():
    first, second = courtesies.DEFERRALS[:2]
    assert courtesies.deferral(asked("Is there a pool?", first, "And a sauna?")) == second
    assert courtesies.deferral(asked("Is there a pool?", first, "Yes, please.")) == courtesies.CALLBACK


@pytest.mark.parametrize(
    "prompt", ["You are a friendly assistant.", "You are Owl. The story is about a mouse. There is a puzzle."]
)
def test_a_prompt_that_serves_no_business_is_left_to_the_model(prompt):
    assert courtesies.deferral(asked("What did the mouse do?", prompt=prompt)) == ""


MESSAGE = {"role": st.sampled_from(["system", "user", "assistant"]), "content": st.text() | st.none()}


@given(st.lists(st.fixed_dictionaries(MESSAGE)))
def test_any_messages_get_an_answer_or_none(messages):
    assert isinstance(facts.reply(messages), str)


# ── the built-in one


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def builtin():
    pytest.importorskip("xllamacpp")
    brain = BuiltinBrain()
    yield brain
    await brain.close()


async def test_the_built_in_model_says_something_short(builtin):
    told = [{"role": "system", "content": PROMPT}, {"role": "user", "content": "Tell me something about the weather."}]
    said = await answer(builtin, told, {"max_tokens": 500, "model": "gpt-4o"})
    assert 1 <= len(said.split()) <= 60
    assert "\n\n" not in said


async def test_the_built_in_model_does_not_invent_what_the_prompt_does_not_say(builtin):
    assert await answer(builtin, asked("Do you have a swimming pool?")) == courtesies.DEFERRALS[0]
    assert await answer(builtin, asked("Who won in 1998?", prompt="You are a history tutor.")) == free_talk.NOT_KNOWN[0]


async def test_the_built_in_model_shows_that_it_works_however_slow_the_machine(builtin):
    """Reading a long prompt takes longer than the time-out here; signs of life come in between."""
    long = [{"role": "system", "content": "You are a poet. " + "The sea is wide and the night is long. " * 40}, *ASK[:0]]
    said = await answer(builtin, [*long, {"role": "user", "content": "A poem, now."}], {"max_tokens": 4}, timeout_s=10.0)
    assert said.strip()


async def test_the_built_in_model_does_not_garble_what_the_prompt_says(builtin):
    told = [{"role": "system", "content": PROMPT}, {"role": "user", "content": "Can I bring my dog?"}]
    assert await answer(builtin, told) == "Dogs are welcome."


class Watched:
    """The model's server, with what each callback told it: True = stop now."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self.told: list[bool] = []

    def handle_chat_completions(self, body: str, take: Callable[[Any], bool]) -> None:
        def watched(event: Any) -> bool:
            self.told.append(take(event))
            return self.told[-1]

        self._server.handle_chat_completions(body, watched)


async def test_a_cancelled_answer_frees_the_built_in_model_at_once(builtin, monkeypatch):
    """While it writes, and while it still reads a long prompt."""
    server = Watched(builtin._server)
    monkeypatch.setattr(builtin, "_server", server)
    async with aclosing(builtin.stream([{"role": "user", "content": "Tell me a long story."}], {})) as tokens:
        while not await anext(tokens):
            pass
    long = [{"role": "system", "content": "You are a poet. " + "The sea is wide and the night is long. " * 100}, *ASK[:0]]
    reading = asyncio.create_task(answer(builtin, [*long, {"role": "user", "content": "A poem."}]))
    await asyncio.sleep(0.05)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    assert await answer(builtin, [{"role": "user", "content": "Say yes."}], {"max_tokens": 2}, timeout_s=60.0)
    assert server.told.count(True) >= 1


async def test_two_agents_share_the_built_in_model(builtin):
    first, second = await asyncio.gather(
        answer(builtin, [{"role": "user", "content": "Say something about rivers."}], {"max_tokens": 8}),
        answer(builtin, [{"role": "user", "content": "Say something about hills."}], {"max_tokens": 8}),
    )
    assert first
    assert second


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("No, no, no, no, no", "No,"),
        ("I see. Yes yes yes", "I see. Yes"),
        ("and then and then and then", "and then"),
        ("I went to the sea with you, I went to the sea with you", "I went to the sea with you,"),
        ("I'm a little guy, and I'm a little guy", "I'm a little guy,"),
        ("Tea and coffee and tea and cake", None),
        ("No. No, thank you, no", None),
        ("That is very, very good", None),
    ],
)
def test_an_answer_ends_where_it_runs_in_circles(said, kept):
    end = end_of(said)
    assert (None if end is None else said[:end].strip()) == kept


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("I'm sorry, I'm sorry, I'm sorry, I'm", "I'm sorry."),
        ("No, no, no, no", "No."),
        ("I'm a little guy, and I'm a little guy.", "I'm a little guy."),
        ("That is very, very good", "That is very, very good"),
        ("The end of the day", "The end of the day"),
        ("It is so so", "It is so so"),
        ("One. Two. Three.", "One. Two."),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 100])
def test_of_a_loop_nothing_is_said_but_its_first_round(said, heard, size):
    answer, out = GrowingAnswer(), ""
    for at in range(0, len(said), size):
        out += answer.add(said[at : at + size])
        if answer.ended:
            break
    assert (out + answer.rest()).strip() == heard


@pytest.mark.parametrize("size", [1, 3, 100])
def test_a_sentence_is_not_said_again_neither_in_an_answer_nor_in_the_next(size):
    for said, heard in (
        ("You can get it. You can get it.", "You can get it."),
        ("The first month is free. Bye.", ""),
        ("The first month", "The first month"),
    ):
        answer, out = GrowingAnswer(["The first month is free."]), ""
        for at in range(0, len(said), size):
            out += answer.add(said[at : at + size])
            if answer.ended:
                break
        assert (out + answer.rest()).strip() == heard


@pytest.mark.parametrize(
    ("said", "end"),
    [("One. Two. Three.", 4 + 5), ("One. One. One.", 5), ("One", None), ("One.", None), ("One.\nTwo", 5), ("\n\nOne", None)],
)
def test_an_answer_ends_after_two_sentences_a_line_or_a_repetition(said, end):
    found = end_of(said)
    assert (found is None) is (end is None)
    if end is not None:
        assert said[:found].strip() == said[:end].strip()
