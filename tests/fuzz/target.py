"""What is fuzzed, in a process of its own: what hypothesis remembers of its inputs is not the product's memory."""

from __future__ import annotations

import contextlib
import gc
import json
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any

import psutil
from limits import parse
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from greenroom.catalog.secrecy import without_secrets
from greenroom.errors import GreenroomError
from greenroom.http_security.allowed_hosts import AllowedHosts
from greenroom.http_security.host_guard import HostGuard
from greenroom.model.blind_comparison import ComparedOption
from greenroom.model.guest_link import GuestLinkOptions
from greenroom.model.launch import LaunchRequest
from greenroom.model.session import API
from greenroom.services.agents import agent_files
from greenroom.services.calls import ClientKeys
from greenroom.services.sessions.session_bundle import unpack
from greenroom.web import link_requests
from greenroom.web.contract import contract_routes
from greenroom.web.routes import routes
from greenroom.web.sample_backend import SampleBackend
from tests.services.conftest import make_harness

NOBODY, KEY = "http://127.0.0.1:9", "the-key-of-the-fuzz"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one input did: its answer, the exception that nobody handled, and the computing time it took."""

    answer: Any
    error: str
    cpu_s: float


@contextlib.contextmanager
def _no_main_script() -> Iterator[None]:
    """Pages that ran in this process leave their script as ``__main__``, and a new process would run it first."""
    main, sys.modules["__main__"] = sys.modules["__main__"], ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


class Target:
    """The process that takes hostile inputs. ``hang_s`` bounds one of them."""

    def __init__(self, folder: Path, hang_s: float = 60) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, folder), daemon=True)
        with _no_main_script():
            self._process.start()
        self._hang_s = hang_s
        self.session_id, self.capability = self.do("hello").answer

    def do(self, name: str, *arguments: Any) -> Outcome:
        """Run one input of the kind ``name``."""
        self._pipe.send((name, arguments))
        assert self._pipe.poll(self._hang_s), f"{name} hangs"
        return self._pipe.recv()

    def memory(self) -> int:
        """Resident bytes, after a collection."""
        self.do("collect")
        return psutil.Process(self._process.pid).memory_info().rss

    def close(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.join(10)


def _serve(pipe: Connection, folder: Path) -> None:
    inputs = _Inputs(folder)
    work: dict[str, Callable[..., Any]] = {
        "hello": inputs.hello,
        "collect": gc.collect,
        "request": inputs.request,
        "link": inputs.link,
        "socket": inputs.socket,
        "read": inputs.read,
        "unpack": inputs.unpack,
    }
    while True:
        name, arguments = pipe.recv()
        begun, answer, error = time.process_time(), None, ""
        try:
            answer = work[name](*arguments)
        except Exception as raised:
            error = f"{type(raised).__name__}: {raised!s:.300}"
        pipe.send(Outcome(answer, error, time.process_time() - begun))


class _Inputs:
    def __init__(self, folder: Path) -> None:
        self._harness = make_harness(NOBODY, folder)
        for limit in ("REQUESTS", "LAUNCHES", "WRONG_KEYS", "WRONG_PASSWORDS", "WRONG_PASSWORDS_OF_ALL"):
            setattr(link_requests, limit, parse("1000000/second"))  # thousands of inputs are to get through
        self._links = self._made_links()
        self._ticket = self._harness.calls.launch(LaunchRequest(self._harness.agents.list()[0].id))
        keys = ClientKeys(b"of the fuzz", self._harness.clock)
        backend = contract_routes(SampleBackend(self._harness.external, API), KEY, self._harness.clock, keys)
        ours = [*backend, *routes(self._harness.services, self._harness.stages, self._harness.clock)]
        app = Starlette(routes=ours, middleware=[Middleware(HostGuard, AllowedHosts())])
        opened = TestClient(app, base_url="http://localhost", client=("127.0.0.1", 5), raise_server_exceptions=False)
        self._client = opened.__enter__()

    def _made_links(self) -> dict[str, tuple[str, str]]:
        """Ids and keys of a guest link, of one that compares voices, and of a link to watch."""
        services, agent = self._harness.services, self._harness.agents.list()[0].id
        voices = tuple(ComparedOption(label, voice=voice) for label, voice in (("A", "en_US-amy"), ("B", "en_US-ryan")))
        plain = services.guest_links.create(GuestLinkOptions(agent_id=agent, total_s=0))
        blind = services.guest_links.create(GuestLinkOptions(agent_id=agent, compared=voices, sentence="Hello."))
        watched = services.watch_links.create(self._harness.launch()).removeprefix("/w/").partition("#")
        keys = {link.id: services.guest_links.path(link).partition("#")[2] for link in (plain, blind)}
        return {"guest": (plain.id, keys[plain.id]), "blind": (blind.id, keys[blind.id]), "watch": (watched[0], watched[2])}

    def link(self, name: str, what: str, body: dict[str, Any]) -> tuple[int, str]:
        """A request with the right key of a link."""
        link_id, key = self._links[name]
        given = {"key": key, "session_id": self._ticket.session_id, "capability": self._ticket.capability, **body}
        room = "watch" if name == "watch" else "guest"
        answer = self._client.post(f"/api/{room}/{link_id}/{what}", content=json.dumps(given))
        return answer.status_code, answer.text[:300]

    def hello(self) -> tuple[str, str]:
        """Everything is used once, since loading a module is no leak."""
        for path in ("/api/health", "/api/openapi.json", "/start-agent"):
            self._client.get(path, headers={"authorization": f"Bearer {KEY}"})
        for text in ('{"properties": {"llm": {}}}', "a: [1]", "curl https://x -d '{}'", "const a = {b: 1}", "a = {'b': 1}"):
            self.read(text)
        return self._ticket.session_id, self._ticket.capability

    def request(
        self, method: str, path: str, body: bytes, query: dict[str, str], headers: dict[str, bytes]
    ) -> tuple[int, str] | None:
        try:
            answer = self._client.request(method, path, content=body, params=query, headers=dict[str, Any](headers))
        except ValueError:
            return None  # no client can send it
        except Exception as error:
            if type(error).__name__ == "InvalidURL":
                return None
            raise
        return answer.status_code, answer.text[:300]

    def socket(self, messages: list[str | bytes], honest: bool) -> None:
        self._harness.clock.ahead_s += 60  # a new allowance of messages for each input
        address = f"/api/calls/{self._ticket.session_id}/stage"
        with contextlib.suppress(WebSocketDisconnect), self._client.websocket_connect(address) as socket:
            if honest:
                socket.send_json({"type": "hello", "capability": self._ticket.capability})
                assert socket.receive_json()["type"] == "welcome"
            for message in messages:
                socket.send_bytes(message) if isinstance(message, bytes) else socket.send_text(message)

    def read(self, text: str) -> None:
        with contextlib.suppress(GreenroomError):
            found = agent_files.understand(text)
            self._harness.keys.pending(found.settings)
            without_secrets(dict(found.settings))
            self._harness.agents.import_agent("Fuzz", found.settings)

    def unpack(self, data: bytes) -> None:
        with contextlib.suppress(GreenroomError):
            unpack(data, self._harness.clock.now())
