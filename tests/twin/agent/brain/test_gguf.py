"""A model file as a brain, with the packaged model as the file: it answers, it may crash, the next answer is there again."""

from __future__ import annotations

import os
import signal

import psutil
import pytest
import pytest_asyncio

from greenroom.clock import Clock
from greenroom.twin.agent.brain import fit, gguf
from greenroom.twin.agent.brain.base import BrainError
from greenroom.twin.agent.brain.gguf import GgufBrain
from greenroom.twin.agent.brain.trial import try_brain

pytestmark = pytest.mark.twin

ASK = [{"role": "user", "content": "Tell me a very long story about ships."}]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def brain(packaged_model):
    brain = GgufBrain(packaged_model)
    yield brain
    await brain.close()


async def said(brain, tokens: int) -> str:
    return "".join([token async for token in brain.stream(ASK, {"max_tokens": tokens, "model": "gpt-4o-mini"})])


@pytest.mark.asyncio(loop_scope="module")
async def test_it_answers_and_is_measured(brain):
    trial = await try_brain(brain, "What is the capital of France?", Clock())
    assert trial.answer
    assert trial.first_token_ms > 0
    assert trial.tokens > 1
    assert brain.loaded


@pytest.mark.asyncio(loop_scope="module")
async def test_a_crash_in_the_middle_is_said_and_the_next_answer_comes(brain):
    await brain.load()
    answer = brain.stream(ASK, {"max_tokens": 400})
    while not await anext(answer):
        pass
    os.kill(brain._running.child.pid, signal.SIGSEGV)
    with pytest.raises(BrainError, match="stopped working"):
        [token async for token in answer]
    assert await said(brain, 4)


@pytest.mark.asyncio(loop_scope="module")
async def test_other_programs_of_this_computer_cannot_use_it(brain):
    await brain.load()
    client = brain._running.client
    del client._headers["authorization"]
    with pytest.raises(BrainError, match="401"):
        await said(brain, 1)
    await brain.close()


async def test_its_process_ends_with_it_and_sleeps_while_it_waits(packaged_model):
    brain = GgufBrain(packaged_model)
    await brain.load()
    assert brain._running is not None
    child = brain._running.child
    assert psutil.Process(child.pid).environ()["OMP_WAIT_POLICY"] == "PASSIVE"
    await brain.close()
    assert child.returncode is not None


async def test_a_damaged_model_is_said_and_nothing_hangs(make_model):
    brain = GgufBrain(make_model())
    with pytest.raises(BrainError, match="could not be loaded"):
        await said(brain, 4)
    await brain.close()


async def test_a_model_that_became_too_large_is_not_loaded(make_model):
    brain = GgufBrain(make_model("huge", size=900_000_000_000))
    assert fit.refusal(fit.need_bytes(brain.file))
    with pytest.raises(BrainError, match="is free"):
        await brain.load()
    await brain.close()


async def test_a_process_that_cannot_be_started_is_an_error_of_the_model(make_model, monkeypatch):
    monkeypatch.setattr(gguf.sys, "executable", "/nowhere/python")
    brain = GgufBrain(str(make_model()))
    with pytest.raises(BrainError, match="couldn't be started"):
        await brain.load()
    await brain.close()
