"""The model's process crashes while it answers: the agent apologizes, the call goes on, and the next question is answered."""

from __future__ import annotations

import os
import signal

import pytest

from greenroom.model.brain_choice import BrainChoice
from greenroom.twin.agent.brain.assigned import Assignment
from greenroom.twin.agent.brain.gguf import GgufBrain

pytestmark = pytest.mark.twin

FAILURE = "One moment, please."


async def test_a_crash_of_the_model_does_not_end_the_call(call, engines, packaged_model):
    engines.brains.assign("ava", Assignment(BrainChoice("gguf", path=packaged_model)))
    talk, room = await call(failure_message=FAILURE, params={"max_tokens": 400})
    brain = talk._context.brain
    assert isinstance(brain, GgufBrain)
    await brain.load()
    assert brain._running is not None
    first = brain._running.child
    await talk.think("Tell me a very long story about ships.")
    await room.until(lambda: "thinking" in room.states())
    os.kill(first.pid, signal.SIGSEGV)
    await room.until(lambda: room.of("message.error"))
    (error,) = room.of("message.error")
    assert error["module"] == "llm"
    assert "stopped working" in error["message"]
    await room.until(lambda: any(FAILURE in text for text in room.said()) and room.states()[-1] == "listening")
    assert not talk.ended.done()
    talk.update({"llm": {"params": {"max_tokens": 8}}})
    await talk.think("Are dogs welcome?")
    await room.until(lambda: len(talk.turns()) == 2 and room.states()[-1] == "listening")
    assert talk.turns()[1]["end"]["type"] != "error"
    assert brain._running is not None
    assert brain._running.child.pid != first.pid
    assert not talk.ended.done()
