"""The shared media sockets: who is answered, and whose packets are whose."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
from aioice import stun

from greenroom.twin.edge.ice import ADDRESS_KEPT_S, IceLite, MediaPorts, usual_addresses
from tests.conftest import PATIENCE_S
from tests.twin.edge.doubles import EdgeClock

pytestmark = pytest.mark.unit


class Peer:
    """The browser's end of UDP."""

    def __init__(self, server: tuple[str, int]) -> None:
        self._server = server
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.setblocking(False)

    def close(self) -> None:
        self._socket.close()

    def send(self, data: bytes) -> None:
        self._socket.sendto(data, self._server)

    async def receive(self, within_s: float = PATIENCE_S) -> bytes:
        loop = asyncio.get_running_loop()
        data, sender = await asyncio.wait_for(loop.sock_recvfrom(self._socket, 2000), within_s)
        assert sender == self._server
        return data

    async def check(self, ufrag: str, password: str, *, nominate: bool = True) -> stun.Message:
        """A connectivity check, and its answer."""
        request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, attributes={"USERNAME": f"{ufrag}:mine"})
        if nominate:
            request.attributes["USE-CANDIDATE"] = None
        request.add_message_integrity(password.encode())
        self.send(bytes(request))
        return stun.parse_message(await self.receive())


@pytest.fixture
def clock() -> EdgeClock:
    return EdgeClock()


@pytest.fixture
async def ports(clock: EdgeClock) -> AsyncIterator[MediaPorts]:
    opened = MediaPorts(clock)
    await opened.open(("127.0.0.1",), 0)
    yield opened
    opened.close()


@pytest.fixture
async def peer(ports: MediaPorts) -> AsyncIterator[Peer]:
    one = Peer(ports.addresses[0])
    yield one
    one.close()


MEDIA = b"\x80media"


async def test_a_check_with_our_credentials_is_answered_and_opens_the_path(ports: MediaPorts, peer: Peer) -> None:
    media: list[bytes] = []
    ice = IceLite(ports, media.append)
    answer = await peer.check(ice.ufrag, ice.password)
    assert answer.message_class is stun.Class.RESPONSE
    assert answer.attributes["XOR-MAPPED-ADDRESS"] == peer._socket.getsockname()
    assert answer.check_message_integrity(ice.password.encode())
    assert ice.connected.is_set()
    ice.send(b"\x80hello")
    assert await peer.receive() == b"\x80hello"
    peer.send(MEDIA)
    await peer.check(ice.ufrag, ice.password)
    assert media == [MEDIA]


async def test_strangers_get_no_answer(ports: MediaPorts, peer: Peer) -> None:
    media: list[bytes] = []
    ice = IceLite(ports, media.append)
    wrong = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, attributes={"USERNAME": f"{ice.ufrag}:x"})
    unsigned = bytes(wrong)
    wrong.add_message_integrity(b"guess")
    truncated_attribute = bytes.fromhex("000100082112a442") + bytes(12) + bytes.fromhex("00240002aaaa0000")
    for data in (MEDIA, b"\x16dtls", b"", b"\x00", bytes(20), unsigned, bytes(wrong), truncated_attribute, b"\x80" * 3000):
        peer.send(data)
    first = await peer.check(ice.ufrag, ice.password)
    assert first.check_message_integrity(ice.password.encode()), "the first answer of all is the one to the good check"
    assert media == []


async def test_sessions_share_the_socket(ports: MediaPorts) -> None:
    heard: dict[str, list[bytes]] = {"anna": [], "ben": []}
    ices = {name: IceLite(ports, box.append) for name, box in heard.items()}
    peers = {name: Peer(ports.addresses[0]) for name in heard}
    for name, one in peers.items():
        await one.check(ices[name].ufrag, ices[name].password)
        one.send(b"\x80" + name.encode())
        await one.check(ices[name].ufrag, ices[name].password)
    assert heard == {"anna": [b"\x80anna"], "ben": [b"\x80ben"]}
    ices["anna"].close()
    peers["anna"].send(MEDIA)
    peers["ben"].send(MEDIA)
    await peers["ben"].check(ices["ben"].ufrag, ices["ben"].password)
    assert heard == {"anna": [b"\x80anna"], "ben": [b"\x80ben", MEDIA]}
    for one in peers.values():
        one.close()


async def test_after_a_restart_only_the_new_credentials_hold_and_media_goes_on(ports: MediaPorts, peer: Peer) -> None:
    ice = IceLite(ports, lambda data: None)
    before = ice.ufrag, ice.password
    await peer.check(*before)
    ice.restart()
    assert before != (ice.ufrag, ice.password)
    outdated = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, attributes={"USERNAME": f"{before[0]}:x"})
    outdated.add_message_integrity(before[1].encode())
    peer.send(bytes(outdated))
    answer = await peer.check(ice.ufrag, ice.password)
    assert answer.check_message_integrity(ice.password.encode()), "the outdated check got no answer"
    ice.send(MEDIA)
    assert await peer.receive() == MEDIA


async def test_the_path_follows_the_packets(ports: MediaPorts, peer: Peer) -> None:
    ice = IceLite(ports, lambda data: None)
    other = Peer(ports.addresses[0])
    await peer.check(ice.ufrag, ice.password)
    await other.check(ice.ufrag, ice.password)
    ice.send(MEDIA)
    assert await peer.receive() == MEDIA, "a nomination alone does not move it"
    other.send(MEDIA)
    await other.check(ice.ufrag, ice.password)
    ice.send(b"\x80after")
    assert await other.receive() == b"\x80after"
    other.close()


async def test_addresses_that_are_not_used_are_forgotten(ports: MediaPorts, peer: Peer, clock: EdgeClock) -> None:
    media: list[bytes] = []
    ice = IceLite(ports, media.append)
    other = Peer(ports.addresses[0])
    await peer.check(ice.ufrag, ice.password)
    await other.check(ice.ufrag, ice.password, nominate=False)
    clock.advance(ADDRESS_KEPT_S + 1)
    ice.prune()
    other.send(b"\x80other")
    peer.send(b"\x80peer")
    await peer.check(ice.ufrag, ice.password)
    assert media == [b"\x80peer"]
    other.close()


async def test_a_second_address_that_cannot_be_bound_is_left_out(clock: EdgeClock) -> None:
    ports = MediaPorts(clock)
    await ports.open(("127.0.0.1", "203.0.113.77"), 0)
    assert [ip for ip, _ in ports.addresses] == ["127.0.0.1"]
    with pytest.raises(OSError):
        await MediaPorts(clock).open(("203.0.113.77",), 0)
    ports.close()


def test_loopback_comes_first() -> None:
    assert usual_addresses()[0] == "127.0.0.1"
    assert len(set(usual_addresses())) == len(usual_addresses()) <= 2
