"""The lines for coturn in docs/deploy.md tried with a real coturn: it takes the credentials that Greenroom makes, leads to the
twin's media port over TCP, and to nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from aioice import stun, turn

from greenroom.clock import Clock
from greenroom.services.calls.turn_credentials import ice_server
from greenroom.twin.edge.candidates import Announcement
from greenroom.twin.edge.ice import IceLite, MediaPorts
from tests.browser.other_machine import self_signed_certificate
from tests.conftest import PATIENCE_S
from tests.studio_process import ROOT, free_port
from tests.twin.edge.doubles import EdgeClock

TURNSERVER = shutil.which("turnserver")
pytestmark = [pytest.mark.twin, pytest.mark.skipif(TURNSERVER is None, reason="coturn isn't installed")]

SECRET = "static-secret-of-the-tests"


@dataclass(frozen=True)
class Relay:
    """Its ports: of ``turn:`` and of ``turns:``."""

    turn: int
    turns: int


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    """coturn on this machine, with the documented configuration for a twin on 127.0.0.1."""
    assert TURNSERVER is not None
    folder, port, tls = tmp_path_factory.mktemp("coturn"), free_port(), free_port()
    pem = self_signed_certificate(folder, "127.0.0.1")
    lines = documented().replace("static-auth-secret=…", f"static-auth-secret={SECRET}")
    lines = lines.replace("allowed-peer-ip=203.0.113.5", "allowed-peer-ip=127.0.0.1")
    lines += f"\nlistening-ip=127.0.0.1\nlistening-port={port}\nrelay-ip=127.0.0.1\nallow-loopback-peers\n"
    lines += f"tls-listening-port={tls}\ncert={pem}\npkey={pem}\n"
    lines += f"no-cli\nno-udp\nno-dtls\nuserdb={folder}/users\npidfile={folder}/pid\nlog-file=stdout\nsimple-log\n"
    (folder / "turnserver.conf").write_text(lines)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([TURNSERVER, "-c", str(folder / "turnserver.conf")], stdout=log, stderr=log, cwd=folder)
    try:
        for one in (port, tls):
            _await_port(one, process, folder / "log")
        yield Relay(port, tls)
    finally:
        process.kill()  # it would take seconds to end politely, and keeps nothing
        process.wait(10)


def documented() -> str:
    text = (ROOT / "docs/deploy.md").read_text(encoding="utf8")
    found = re.search(r"(?m)^    use-auth-secret\n(?:    .*\n?)+", text)
    assert found is not None
    return re.sub(r"(?m)^    ", "", re.sub(r"\s+#.*", "", found[0]))


def _await_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError(log.read_text())


@pytest.fixture
async def media() -> AsyncIterator[MediaPorts]:
    clock = EdgeClock()
    opened = MediaPorts(clock, Announcement.read("127.0.0.1", clock))
    await opened.open(("127.0.0.1",), 0)
    yield opened
    opened.close()


class RelayedGuest(asyncio.DatagramProtocol):
    """A browser behind the relay."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.heard.put_nowait(data)


async def through(relay: Relay, user: str, password: str, scheme: str = "turn") -> tuple[turn.TurnTransport, RelayedGuest]:
    tls = None
    if scheme == "turns":
        tls = ssl.create_default_context()
        tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE  # its certificate is its own
    server = ("127.0.0.1", relay.turns if scheme == "turns" else relay.turn)
    made, guest = await turn.create_turn_endpoint(
        RelayedGuest, server_addr=server, username=user, password=password, ssl=tls or False, transport="tcp"
    )
    return made, guest


@pytest.mark.parametrize("scheme", ["turn", "turns"])
async def test_a_call_reaches_the_twin_through_the_relay_and_no_other_place(relay: Relay, media: MediaPorts, scheme: str) -> None:
    given = ice_server((f"{scheme}:127.0.0.1:1?transport=tcp",), SECRET, "call-1", Clock().now_ms() // 1000)
    packets: list[bytes] = []
    ice = IceLite(media, packets.append)
    made, guest = await through(relay, given.username, given.credential, scheme)
    try:
        place = next(one for one in media.candidates if one.protocol == "udp")
        check = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, attributes={"USERNAME": f"{ice.ufrag}:mine"})
        check.add_message_integrity(ice.password.encode())
        made.sendto(bytes(check), (place.ip, place.port))
        answer = stun.parse_message(await asyncio.wait_for(guest.heard.get(), PATIENCE_S))
        assert answer.message_class is stun.Class.RESPONSE
        inner = made._TurnTransport__inner_protocol  # type: ignore[attr-defined]
        with pytest.raises(stun.TransactionFailed) as refused:
            await inner.channel_bind(0x4100, ("127.0.0.2", place.port))
        assert refused.value.response.attributes["ERROR-CODE"][0] == 403
    finally:
        made.close()


@pytest.mark.parametrize("wrong", ["expired", "forged"])
async def test_credentials_that_are_over_or_forged_get_no_relay(relay: Relay, wrong: str) -> None:
    now = Clock().now_ms() // 1000
    given = ice_server(("turn:127.0.0.1",), SECRET, "call-2", now - 5 * 3600 if wrong == "expired" else now)
    if wrong == "forged":
        given = replace(given, username=f"{now + 10**6}:call-2")
    with pytest.raises(stun.TransactionFailed):
        await through(relay, given.username, given.credential)
