"""Every way in which Agora's API can fail, at each call of it: the right words, never a second agent, never an orphan."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import httpx
import pytest

from greenroom.errors import AgoraError, AgoraRefused, Conflict
from greenroom.model.session import SessionId
from greenroom.services.calls.watchdog import STATUS_EVERY_S, SWEEP_EVERY_S
from tests.services.conftest import Harness, make_harness

pytestmark = [pytest.mark.twin, pytest.mark.any_database]


@dataclass(frozen=True)
class AnswerFault:
    """``acted``: the twin has done what was asked before the answer went wrong."""

    name: str
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b'{"detail": "because of the test", "reason": "TestReason"}'
    breaks: type[httpx.TransportError] | None = None
    acted: bool = False

    def answer(self, request: httpx.Request) -> httpx.Response:
        if self.breaks:
            raise self.breaks("because of the test", request=request)
        return httpx.Response(self.status, headers=list(self.headers), content=self.body, request=request)


HTML = {"headers": (("content-type", "text/html"),), "body": b"<html><h1>Bad gateway</h1></html>"}
SURELY_REFUSED = [AnswerFault(str(status), status) for status in (400, 401, 403, 404, 409, 422, 429, 503)]
UNCLEAR = [
    *(
        AnswerFault(f"{status}{', acted' if acted else ''}", status, acted=acted)
        for status in (500, 504)
        for acted in (False, True)
    ),
    AnswerFault("time-out before", breaks=httpx.ReadTimeout),
    AnswerFault("time-out after", breaks=httpx.ReadTimeout, acted=True),
    AnswerFault("reset before", breaks=httpx.RemoteProtocolError),
    AnswerFault("reset in the body", breaks=httpx.ReadError, acted=True),
    AnswerFault("no JSON", 200, body=b'{"agent_id": "', acted=True),
    AnswerFault("HTML with 200", 200, acted=True, **HTML),
    AnswerFault("HTML with 502", 502, **HTML),
]
COMES_BACK = [AnswerFault(f"{status} with Retry-After", status, headers=(("retry-after", "1"),)) for status in (429, 503)]
ALL = [*SURELY_REFUSED, *UNCLEAR]


class FaultyNetwork(httpx.BaseTransport):
    """The real network to a real twin, with a fault at one verb for so many requests."""

    def __init__(self, real: httpx.BaseTransport) -> None:
        self.real = real
        self.faults: dict[str, tuple[AnswerFault, int]] = {}
        self.reached: list[str] = []

    def order(self, verb: str, fault: AnswerFault, times: int = 1_000_000) -> None:
        self.faults[verb] = (fault, times)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        verb = self._verb(request)
        fault, times = self.faults.get(verb, (None, 0))
        if fault is None or times <= 0:
            self.reached.append(verb)
            return self.real.handle_request(request)
        self.faults[verb] = (fault, times - 1)
        if fault.acted:
            self.reached.append(verb)
            self.real.handle_request(request).read()
        return fault.answer(request)

    def close(self) -> None:
        self.real.close()

    @staticmethod
    def _verb(request: httpx.Request) -> str:
        last = request.url.path.rsplit("/", 1)[-1]
        if last == "agents":
            return "list"
        return last if last in ("join", "leave", "update", "speak", "think", "interrupt", "history", "turns") else "get"


@pytest.fixture
def wired(twin, tmp_path):
    wires: list[FaultyNetwork] = []

    def put(real: httpx.BaseTransport) -> FaultyNetwork:
        wires.append(FaultyNetwork(real))
        return wires[0]

    harness = make_harness(twin.url, tmp_path, transport=put)
    yield harness, wires[0]
    wires[0].faults.clear()
    for session in harness.sessions.unfinished():
        harness.calls.end(session.id, "stopped")


def live(harness: Harness, session_id) -> int:
    session = harness.session(session_id)
    return sum(
        len(harness.agora.list(channel=session.channel, state=state, agent_uid=session.agent_uid).agents) for state in ("1", "2")
    )


@pytest.mark.parametrize("fault", ALL, ids=lambda fault: fault.name)
def test_a_start_that_fails_is_asked_for_once_and_leaves_no_agent(wired, fault):
    """row 18"""
    harness, wire = wired
    wire.order("join", fault)
    session_id = harness.launch()
    with pytest.raises(AgoraError) as failed:
        harness.calls.start_agent(session_id)
    assert failed.value.advice
    assert str(failed.value)
    session = harness.session(session_id)
    assert session.end_reason == "refused"
    assert str(failed.value) in session.end_detail
    assert wire.reached.count("join") <= 1, "never a second agent"
    harness.guard.tick()
    assert live(harness, session_id) == 0
    assert b"because of the test" not in str(failed.value.advice).encode()


@pytest.mark.parametrize("fault", COMES_BACK, ids=lambda fault: fault.name)
def test_a_start_is_sent_again_when_agora_refused_it_and_said_when_to_come_back(wired, fault):
    """row 18"""
    harness, wire = wired
    wire.order("join", fault, times=1)
    session_id = harness.run()
    assert harness.session(session_id).state == "running"
    assert wire.reached.count("join") == 1
    assert live(harness, session_id) == 1


#: 404 is no failure of a stop: Agora says that the agent is gone.
@pytest.mark.parametrize("fault", [f for f in ALL if f.status != 404], ids=lambda fault: fault.name)
def test_an_end_whose_stop_fails_ends_the_call_at_once_and_stops_the_agent_later(wired, fault):
    """row 22: ``leave`` may be sent as often as it takes"""
    harness, wire = wired
    session_id = harness.run()
    wire.order("leave", fault)
    assert harness.calls.end(session_id, "ended")
    session = harness.session(session_id)
    assert (session.state, session.end_reason) == ("ended", "ended")
    wire.faults.clear()
    harness.clock.ahead_s += SWEEP_EVERY_S + 1
    harness.guard.tick()
    assert harness.session(session_id).agent_stopped
    assert live(harness, session_id) == 0


#: What a person or a program does that asks Agora for something during a call.
DURING: dict[str, tuple[str, Callable[[Harness, SessionId], object]]] = {
    "say": ("speak", lambda harness, one: harness.calls.commands.say(one, "Mind the step.")),
    "type": ("think", lambda harness, one: harness.calls.commands.send(one, "Hello?")),
    "whisper": ("think", lambda harness, one: harness.calls.commands.whisper(one, "Be brief.")),
    "interrupt": ("interrupt", lambda harness, one: harness.calls.commands.interrupt(one)),
    "apply": ("update", lambda harness, one: harness.calls.apply(one)),
}


@pytest.mark.parametrize("deed", DURING)
def test_what_fails_during_a_call_says_so_and_the_call_goes_on(wired, deed):
    harness, wire = wired
    verb, act = DURING[deed]
    session_id = harness.run()
    for fault in ALL:
        wire.order(verb, fault)
        with pytest.raises(AgoraError) as failed:
            act(harness, session_id)
        assert failed.value.advice, fault.name
        assert str(failed.value), fault.name
        assert harness.session(session_id).state == "running", fault.name
    assert wire.reached.count(verb) == sum(fault.acted for fault in ALL), "sent once each, since it may have been done"
    wire.faults.clear()
    act(harness, session_id)


@pytest.mark.parametrize("fault", [f for f in ALL if f.status != 404], ids=lambda fault: fault.name)
def test_a_watchdog_that_gets_no_answer_ends_no_call(wired, fault):
    harness, wire = wired
    session_id = harness.run()
    wire.order("get", fault)
    harness.clock.ahead_s += STATUS_EVERY_S + 1
    harness.calls.seen(session_id)
    harness.guard.tick()
    assert harness.session(session_id).state == "running"


def test_an_agent_that_agora_does_not_know_ends_its_call_with_the_reason(wired):
    harness, wire = wired
    session_id = harness.run()
    wire.order("get", AnswerFault("404", 404))
    harness.guard.tick()
    assert harness.session(session_id).end_reason == "agent_failed"


@pytest.mark.parametrize("verb", ["history", "turns"])
def test_what_cannot_be_collected_at_the_end_does_not_keep_a_call_open(wired, verb):
    harness, wire = wired
    for fault in (
        AnswerFault("500", 500),
        AnswerFault("no JSON", 200, body=b"{"),
        AnswerFault("time-out", breaks=httpx.ReadTimeout),
    ):
        session_id = harness.run()
        wire.order(verb, fault)
        assert harness.calls.end(session_id, "tab_closed")
        assert harness.session(session_id).agent_stopped, fault.name
        wire.faults.clear()


@pytest.mark.parametrize("fault", ALL, ids=lambda fault: fault.name)
def test_the_running_page_stands_when_agoras_list_fails(wired, fault):
    """row 27"""
    harness, wire = wired
    session_id = harness.run()
    wire.order("list", fault)
    overview = harness.running.overview()
    assert overview.problem
    assert [agent.session.id for agent in overview.agents if agent.session] == [session_id]


def still_starting(harness: Harness, session_id: SessionId) -> AnswerFault:
    answer = {"agent_id": harness.session(session_id).agora_agent_id, "status": "STARTING", "start_ts": 1, "stop_ts": 0}
    return AnswerFault("starting", 200, body=json.dumps(answer).encode())


COMMANDS: dict[str, tuple[str, Callable[[Harness, SessionId], None]]] = {
    "send": ("think", lambda harness, session_id: harness.calls.commands.send(session_id, "Hi")),
    "say": ("speak", lambda harness, session_id: harness.calls.commands.say(session_id, "Hi")),
    "whisper": ("think", lambda harness, session_id: harness.calls.commands.whisper(session_id, "Hi")),
    "interrupt": ("interrupt", lambda harness, session_id: harness.calls.commands.interrupt(session_id)),
    "API": (
        "speak",
        lambda harness, session_id: harness.external.speak(harness.session(session_id).agora_agent_id, "Hi", "APPEND"),
    ),
}


@pytest.mark.parametrize(("verb", "command"), COMMANDS.values(), ids=COMMANDS)
def test_a_command_to_a_starting_agent_asks_for_patience_and_one_to_a_gone_agent_for_a_new_call(wired, verb, command):
    harness, wire = wired
    session_id = harness.run()
    wire.order(verb, AnswerFault("404", 404, body=b'{"detail": "no such task", "reason": "TaskNotFound"}'))
    wire.order("get", still_starting(harness, session_id), times=1)
    with pytest.raises(Conflict, match="still starting") as early:
        command(harness, session_id)
    assert early.value.advice == "Wait a few seconds, then send it again."
    with pytest.raises(AgoraRefused) as late:
        command(harness, session_id)
    assert late.value.advice == "Launch a new call."
    wire.order("get", AnswerFault("500", 500))
    with pytest.raises(AgoraRefused, match="can't find this agent"):
        command(harness, session_id)
