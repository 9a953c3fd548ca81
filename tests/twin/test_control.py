"""The twin's own endpoints: health, voices, agents, reset; for this machine and its own pages only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette

from greenroom.speech.synthesis import VoiceError
from greenroom.twin.control import Control
from greenroom.twin.rest import AgentRegistry, RequestRefused, RestFaults, on_refused
from tests.conftest import PATIENCE_S
from tests.twin.rest.rehearsal import APP_ID, HeldClock, QuietTalk

pytestmark = pytest.mark.unit

PATHS = [
    ("GET", "/health"),
    ("GET", "/twin/voices"),
    ("GET", "/twin/agents"),
    ("POST", "/twin/reset"),
    ("POST", "/twin/voices/sample"),
    ("POST", "/twin/faults"),
]


class Choir:
    """Engines that sing back what they were asked."""

    ready = False

    def describe(self) -> dict[str, str]:
        return {"hearing": "none", "voice": "choir", "brain": "none"}

    fault: Exception | None = None

    async def sample(self, voice_id: str, text: str, speed: float) -> bytes:
        if self.fault is not None:
            raise self.fault
        return f"RIFF {voice_id} {text} {speed}".encode()


class FaultRecorder:
    """Notes what was ordered."""

    channels = 3

    def __init__(self) -> None:
        self.ordered: list[tuple[object, ...]] = []

    def drop_sockets(self) -> None:
        self.ordered.append(("socket",))

    def silence(self, seconds: float) -> None:
        self.ordered.append(("media", seconds))

    def shorten_tokens(self, seconds: float) -> None:
        self.ordered.append(("token", seconds))

    def refuse_joins(self, code: str, times: int) -> None:
        self.ordered.append(("gateway", code, times))

    def clear_faults(self) -> None:
        self.ordered.append(("calm",))


@pytest.fixture
async def agents() -> AsyncIterator[AgentRegistry]:
    clock = HeldClock()
    agents = AgentRegistry(lambda agent_id, name, app_id, properties: QuietTalk(app_id, properties, clock), clock)
    yield agents
    await agents.close()


def connect(
    agents: AgentRegistry, *, host: str = "127.0.0.1:8450", client: str = "127.0.0.1", rooms: FaultRecorder | None = None
) -> httpx.AsyncClient:
    control = Control(APP_ID, agents, RestFaults(), Choir(), rooms or FaultRecorder())
    app = Starlette(routes=control.routes(), exception_handlers={RequestRefused: on_refused})
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app, client=(client, 1)), base_url=f"http://{host}")


async def test_health_tells_what_is_loaded_and_what_runs(agents: AgentRegistry):
    agents.join(APP_ID, "ava", {"channel": "lobby", "token": ""})
    async with connect(agents) as http:
        told = (await http.get("/health")).json()
        assert told.pop("tasks") >= 1
        assert told == {
            "status": "ok",
            "app_id": APP_ID,
            "agents": 1,
            "channels": 3,
            "engines": {"hearing": "none", "voice": "choir", "brain": "none"},
            "ready": False,
        }


async def test_a_voice_can_be_heard_before_it_is_chosen(agents: AgentRegistry):
    """Row 92."""
    async with connect(agents) as http:
        voices = (await http.get("/twin/voices")).json()
        assert [voice["id"] for voice in voices] == ["heart", "dale", "wren"]
        answer = await http.post("/twin/voices/sample", json={"voice": "dale", "text": "Good evening", "speed": 1.25})
        assert (answer.headers["content-type"], answer.content) == ("audio/wav", b"RIFF dale Good evening 1.25")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"voice": "nobody", "text": "x"},
        {"voice": "dale"},
        {"voice": "dale", "text": ""},
        {"voice": "dale", "text": "x" * 1201},
        {"voice": "dale", "text": "x", "speed": 9},
    ],
)
async def test_a_sample_that_cannot_be_spoken_is_told_why(agents: AgentRegistry, body: dict):
    async with connect(agents) as http:
        answer = await http.post("/twin/voices/sample", json=body)
        assert answer.status_code == 400
        assert answer.json()["detail"]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (RuntimeError("the speech models could not be loaded"), "The voices couldn't be loaded."),
        (VoiceError("the voice failed (ValueError)"), "The voice couldn't speak this text."),
    ],
)
async def test_a_voice_that_fails_is_no_bug(agents: AgentRegistry, fault: Exception, said: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Choir, "fault", fault)
    async with connect(agents) as http:
        answer = await http.post("/twin/voices/sample", json={"voice": "dale", "text": "Good evening"})
    assert (answer.status_code, answer.json()["detail"]) == (503, said)


async def test_reset_ends_and_forgets_every_agent(agents: AgentRegistry):
    agents.join(APP_ID, "ava", {"channel": "lobby", "token": ""})
    async with connect(agents) as http:
        assert [agent["name"] for agent in (await http.get("/twin/agents")).json()] == ["ava"]
        assert (await http.post("/twin/reset")).status_code == 204
        assert (await http.get("/twin/agents")).json() == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"endpoint": "dance"},
        {"endpoint": "join", "status": 700},
        {"endpoint": "join", "times": 0},
        {"endpoint": "media"},
        {"endpoint": "gateway", "code": "ERR_NONSENSE"},
        {"endpoint": "vendor", "module": "magic"},
    ],
)
async def test_a_fault_that_cannot_be_ordered_is_told_why(agents: AgentRegistry, body: dict):
    async with connect(agents) as http:
        assert (await http.post("/twin/faults", json=body)).status_code == 400
        assert (await http.post("/twin/faults", json={"endpoint": "join", "unknown": 1})).status_code == 204


@pytest.mark.parametrize(
    ("body", "ordered"),
    [
        ({"endpoint": "socket"}, ("socket",)),
        ({"endpoint": "media", "seconds": 9}, ("media", 9.0)),
        ({"endpoint": "token", "seconds": 0}, ("token", 0.0)),
        ({"endpoint": "gateway", "code": "ERR_REPEAT_JOIN", "times": 2}, ("gateway", "ERR_REPEAT_JOIN", 2)),
    ],
)
async def test_what_goes_wrong_in_the_rooms_is_carried_out_there(agents: AgentRegistry, body: dict, ordered: tuple):
    rooms = FaultRecorder()
    async with connect(agents, rooms=rooms) as http:
        assert (await http.post("/twin/faults", json=body)).status_code == 204
    assert rooms.ordered == [ordered]


async def test_a_reset_takes_back_what_was_ordered_for_the_rooms(agents: AgentRegistry):
    rooms = FaultRecorder()
    async with connect(agents, rooms=rooms) as http:
        assert (await http.post("/twin/reset")).status_code == 204
    assert rooms.ordered == [("calm",)]


async def test_agents_complain_of_a_vendor_and_fail_on_order(agents: AgentRegistry):
    agent = agents.join(APP_ID, "ava", {"channel": "lobby", "token": ""})
    await asyncio.wait_for(agent.settled.wait(), PATIENCE_S)
    async with connect(agents) as http:
        order = {"endpoint": "vendor", "module": "tts", "code": 401, "message": "bad key"}
        assert (await http.post("/twin/faults", json=order)).status_code == 204
        assert isinstance(agent.talk, QuietTalk)
        assert agent.talk.asked == [("vendor_error", ("tts", 401, "bad key"))]
        assert (await http.post("/twin/faults", json={"endpoint": "agent"})).status_code == 204
        async with asyncio.timeout(5):
            while agent.live:
                await asyncio.sleep(0.01)
    assert (agent.status, agent.exit_message) == ("FAILED", "RTC connection error")


async def test_avatars_fail_on_order_and_their_agents_stay(agents: AgentRegistry):
    """row 43"""
    agent = agents.join(APP_ID, "ava", {"channel": "lobby", "token": ""})
    await asyncio.wait_for(agent.settled.wait(), PATIENCE_S)
    async with connect(agents) as http:
        assert (await http.post("/twin/faults", json={"endpoint": "avatar"})).status_code == 204
    assert isinstance(agent.talk, QuietTalk)
    assert agent.talk.asked == [("fail_avatar", None)]
    assert agent.live


@pytest.mark.parametrize(("method", "path"), PATHS)
async def test_other_machines_are_not_served(agents: AgentRegistry, method: str, path: str):
    async with connect(agents, client="192.168.1.7") as http:
        assert (await http.request(method, path)).status_code == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:9999", "null", "", "http://["])
@pytest.mark.parametrize(("method", "path"), PATHS)
async def test_pages_of_other_origins_are_not_served(agents: AgentRegistry, method: str, path: str, origin: str):
    async with connect(agents) as http:
        assert (await http.request(method, path, headers={"Origin": origin})).status_code == 403


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "192.168.1.7:8450", "[", ""])
async def test_a_foreign_name_for_this_machine_is_not_served(agents: AgentRegistry, host: str):
    async with connect(agents) as http:
        assert (await http.get("/health", headers={"Host": host})).status_code == 403


@pytest.mark.parametrize("host", ["localhost:8450", "edge.localhost:8450", "[::1]:8450"])
async def test_loopback_names_and_the_own_origin_are_served(agents: AgentRegistry, host: str):
    async with connect(agents) as http:
        assert (await http.get("/health", headers={"Host": host, "Origin": f"http://{host}"})).status_code == 200
