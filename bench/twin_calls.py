"""Calls with a twin of our own, without a browser: started one by one, asked on a schedule, weighed."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Iterator

import psutil

from bench.participant import BenchParticipant, BenchSeat, Question
from bench.speech import spoken
from greenroom.agora.auth import TokenAuth
from greenroom.agora.body import CallParticipants, join_body
from greenroom.agora.client import AgoraClient
from greenroom.agora.tokens import rtc_rtm_token
from greenroom.callers.media_path import CallerCertificate
from greenroom.catalog.templates import TEMPLATES
from tests.conftest import RunningTwin, run_twin, until

ASKED = "What time is breakfast served?"
#: The ready agent with little to say, so that the next question need not wait long.
SETTINGS = {**TEMPLATES[0].values, "prompt.system": "Breakfast is served from seven.", "prompt.greeting": "", "turns.idle": 600}
AGENT_S = 20.0


class TwinCalls:
    """All calls with one twin."""

    def __init__(self, twin: RunningTwin) -> None:
        self.callers: list[BenchParticipant] = []
        self._twin = twin
        self._process = psutil.Process(twin.child.pid)
        self._certificate = CallerCertificate()
        self._question = Question.of(spoken(ASKED))
        self._rest = AgoraClient(twin.url, twin.app_id, TokenAuth(twin.app_id, twin.certificate))

    @property
    def rss_mb(self) -> int:
        """The twin's resident memory in MiB."""
        return round(self._process.memory_info().rss / 2**20)

    @property
    def cpu_s(self) -> float:
        """The twin's CPU time so far, user and system, in seconds."""
        times = self._process.cpu_times()
        return times.user + times.system

    async def add(self) -> BenchParticipant:
        """One more call: a person in a channel of their own, then their agent, as the studio does it."""
        channel, uid, agent = f"bench-{secrets.token_hex(6)}", 1000 + len(self.callers), 2000 + len(self.callers)
        token = rtc_rtm_token(self._twin.app_id, self._twin.certificate, channel, uid)
        caller = BenchParticipant(
            BenchSeat(self._twin.url, self._twin.app_id, channel, uid, token), self._question, self._certificate
        )
        self.callers.append(caller)
        await caller.join()
        agent_token = rtc_rtm_token(self._twin.app_id, self._twin.certificate, channel, agent)
        body = join_body(channel, SETTINGS, CallParticipants(channel, agent, agent_token, uid), {})
        await asyncio.to_thread(self._rest.join, **body)
        await asyncio.wait_for(caller.hears_agent.wait(), AGENT_S)
        return caller

    async def ask_for(self, seconds: float, every_s: float) -> list[float | None]:
        """Everybody asks every ``every_s``, one after the other within it; their waits in milliseconds."""
        loop = asyncio.get_running_loop()
        before = [len(caller.waits) for caller in self.callers]
        begin, asked = loop.time(), 0
        while True:
            at = asked * every_s / len(self.callers)
            if at > seconds - every_s:
                break
            await asyncio.sleep(max(0.0, begin + at - loop.time()))
            self.callers[asked % len(self.callers)].ask()
            asked += 1
        await asyncio.sleep(max(0.0, begin + seconds - loop.time()))
        for caller in self.callers:
            caller.stop_asking()
        return [wait for caller, known in zip(self.callers, before, strict=True) for wait in caller.waits[known:]]

    async def close(self) -> None:
        """All callers leave; the twin goes on."""
        await asyncio.gather(*(caller.leave() for caller in self.callers))
        self._rest.close()


@contextlib.contextmanager
def twin(brain: str = "scripted") -> Iterator[RunningTwin]:
    """A twin of its own with its models loaded."""
    with run_twin("--brain", brain, "--max-agents", "100") as process:
        until(lambda: process.health()["ready"], within_s=60.0)
        yield process


@contextlib.asynccontextmanager
async def calls(process: RunningTwin) -> AsyncIterator[TwinCalls]:
    """Calls with this twin, all ended on exit."""
    open_calls = TwinCalls(process)
    try:
        yield open_calls
    finally:
        await open_calls.close()
