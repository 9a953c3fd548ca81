"""A hung caller process isn't mistaken for a slow agent."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import PIPE

import pytest

from greenroom.callers import CallerLost
from greenroom.services.rehearsals import caller_process
from greenroom.services.rehearsals.caller_process import CallerProcess

pytestmark = pytest.mark.unit


def test_a_process_that_answers_nothing_is_ended_and_named(monkeypatch):
    monkeypatch.setattr(caller_process, "HERE_S", 0.1)

    async def work() -> int:
        child = await asyncio.create_subprocess_exec("sleep", "60", stdin=PIPE, stdout=PIPE)
        process = CallerProcess()
        process._child, process._reading = child, asyncio.create_task(process._read(child))
        pending = asyncio.create_task(process.ask("say", "c1"))
        with pytest.raises(CallerLost, match="isn't responding"):
            await process.require_responding()
        with pytest.raises(CallerLost, match="stopped"):
            await pending
        assert process.pid is None, "the next run starts another"
        return await child.wait()

    assert asyncio.run(work()) != 0, "it was killed"
