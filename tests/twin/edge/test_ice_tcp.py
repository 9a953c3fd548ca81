"""Media over TCP: framing, the same checks as over UDP, and the bounds of connections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import ClassVar

import pytest
from aioice import stun

from greenroom.twin.edge import ice_tcp
from greenroom.twin.edge.candidates import Announcement
from greenroom.twin.edge.ice import IceLite, MediaPorts
from tests.conftest import PATIENCE_S
from tests.twin.edge.doubles import EdgeClock

pytestmark = pytest.mark.unit


@dataclass
class TcpBrowser:
    """The browser's end."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    opened: ClassVar[list[TcpBrowser]] = []

    @classmethod
    async def open(cls, ports: MediaPorts) -> TcpBrowser:
        place = next(one for one in ports.candidates if one.protocol == "tcp")
        cls.opened.append(cls(*await asyncio.open_connection(place.ip, place.port)))
        return cls.opened[-1]

    def send(self, *packets: bytes) -> None:
        self.writer.write(b"".join(len(data).to_bytes(2, "big") + data for data in packets))

    async def receive(self) -> bytes:
        length = int.from_bytes(await asyncio.wait_for(self.reader.readexactly(2), PATIENCE_S), "big")
        return await asyncio.wait_for(self.reader.readexactly(length), PATIENCE_S)

    def check(self, ice: IceLite, password: str = "") -> None:
        request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, attributes={"USERNAME": f"{ice.ufrag}:mine"})
        request.add_message_integrity((password or ice.password).encode())
        self.send(bytes(request))

    async def is_closed(self) -> bool:
        try:
            return await asyncio.wait_for(self.reader.read(1), PATIENCE_S) == b""
        except ConnectionError:
            return True


@pytest.fixture
async def ports() -> AsyncIterator[MediaPorts]:
    clock = EdgeClock()
    opened = MediaPorts(clock, Announcement.read("127.0.0.1", clock))
    await opened.open(("127.0.0.1",), 0)
    yield opened
    opened.close()
    while TcpBrowser.opened:
        TcpBrowser.opened.pop().writer.close()


async def settled(condition: object) -> None:
    for _ in range(int(PATIENCE_S * 100)):
        if condition():  # type: ignore[operator]
            return
        await asyncio.sleep(0.01)
    raise AssertionError("not in time")


async def test_checked_packets_pass_both_ways_however_they_are_cut(ports: MediaPorts) -> None:
    media: list[bytes] = []
    ice = IceLite(ports, media.append)
    browser = await TcpBrowser.open(ports)
    browser.check(ice)
    answer = stun.parse_message(await browser.receive())
    assert answer.message_class is stun.Class.RESPONSE
    assert answer.attributes["XOR-MAPPED-ADDRESS"] == browser.writer.get_extra_info("sockname")
    browser.send(b"\x80one", b"\x80two")
    for byte in b"\x00\x04\x80end":
        browser.writer.write(bytes([byte]))
        await asyncio.sleep(0)
    await settled(lambda: media == [b"\x80one", b"\x80two", b"\x80end"])
    ice.send(b"\x80back")
    assert await browser.receive() == b"\x80back"


async def test_a_wrong_password_opens_nothing(ports: MediaPorts) -> None:
    media: list[bytes] = []
    ice = IceLite(ports, media.append)
    browser = await TcpBrowser.open(ports)
    browser.check(ice, "guessed")
    browser.send(b"\x80media")
    other = await TcpBrowser.open(ports)
    other.check(ice)
    await other.receive()
    assert media == []


@pytest.mark.parametrize("length", [0, 1501, 65_535])
async def test_what_is_no_packet_ends_the_connection(ports: MediaPorts, length: int) -> None:
    browser = await TcpBrowser.open(ports)
    browser.writer.write(length.to_bytes(2, "big") + b"GET / HTTP/1.1")
    assert await browser.is_closed()


async def test_a_connection_without_a_valid_check_is_closed(ports: MediaPorts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ice_tcp, "CHECKED_WITHIN_S", 0.05)
    ice = IceLite(ports, lambda data: None)
    silent, good = await TcpBrowser.open(ports), await TcpBrowser.open(ports)
    good.check(ice)
    assert await silent.is_closed()
    ice.send(b"\x80still")
    while (data := await good.receive()) != b"\x80still":
        assert data[0] < 4  # the answer to the check
    ice.close()
    assert await good.is_closed()


async def test_connections_are_counted(ports: MediaPorts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ice_tcp, "MOST_CONNECTIONS", 2)
    kept = [await TcpBrowser.open(ports) for _ in range(2)]
    await settled(lambda: len(ports._tcp.connections) == 2)
    refused = await TcpBrowser.open(ports)
    assert await refused.is_closed()
    kept[0].writer.close()
    await settled(lambda: len(ports._tcp.connections) == 1)


async def test_a_browser_that_reads_nothing_costs_no_memory(ports: MediaPorts) -> None:
    ice = IceLite(ports, lambda data: None)
    browser = await TcpBrowser.open(ports)
    browser.check(ice)
    await browser.receive()
    for _ in range(20_000):
        ice.send(b"\x80" + bytes(1400))
    (connection,) = ports._tcp.connections
    assert connection._transport.get_write_buffer_size() < ice_tcp.MOST_WAITING + 2000


async def test_closing_the_ports_closes_every_connection(ports: MediaPorts) -> None:
    browser = await TcpBrowser.open(ports)
    await settled(lambda: ports._tcp.connections)
    ports.close()
    assert await browser.is_closed()
    assert ports._tcp.port == 0
