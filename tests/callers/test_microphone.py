"""A caller's microphone that ends in the middle of a line."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from greenroom.callers import CallerLost
from greenroom.callers.microphone import CallerMicrophone
from tests.conftest import PATIENCE_S

pytestmark = pytest.mark.unit


async def test_a_line_whose_microphone_has_ended_is_lost_and_not_waited_for():
    microphone = CallerMicrophone(lambda packet: None, lambda pcm, at: None, np.zeros(4800, np.int16), 0.0, 1)
    line = np.full(48_000, 3000, np.int16)
    running, saying = asyncio.create_task(microphone.run()), asyncio.create_task(microphone.say(line))
    async with asyncio.timeout(PATIENCE_S):
        while not microphone.speaking:
            await asyncio.sleep(0)
        running.cancel()
        with pytest.raises(CallerLost):
            await saying
        with pytest.raises(CallerLost):
            await microphone.say(line)
