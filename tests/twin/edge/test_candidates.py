"""What a join answer offers to browsers on other machines."""

from __future__ import annotations

import asyncio

import pytest

from greenroom.twin.edge.candidates import NAME_KEPT_S, AnnouncedAddress, Announcement, MediaCandidate
from tests.twin.edge.doubles import EdgeClock

pytestmark = pytest.mark.unit

OWN = [MediaCandidate("127.0.0.1", 8451), MediaCandidate("10.0.0.2", 8452)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("studio.example.com", AnnouncedAddress("studio.example.com")),
        ("203.0.113.5:9000", AnnouncedAddress("203.0.113.5", 9000)),
        ("udp:203.0.113.5", AnnouncedAddress("203.0.113.5", 0, "udp")),
        ("tcp:a.example:443", AnnouncedAddress("a.example", 443, "tcp")),
        ("udp.example:1", AnnouncedAddress("udp.example", 1)),
    ],
)
def test_an_address_is_read(text: str, expected: AnnouncedAddress) -> None:
    assert AnnouncedAddress.read(text) == expected


@pytest.mark.parametrize("text", ["", "udp:", "a b", "host:0", "host:70000", "host:x", "[::1]", "http://host", "host:1:2"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be"):
        AnnouncedAddress.read(text)


async def offered(text: str, tcp_port: int = 8451) -> list[MediaCandidate]:
    announcement = Announcement.read(text, EdgeClock())
    assert announcement is not None
    await announcement.resolve()
    return announcement.candidates(OWN, tcp_port)


async def test_announced_addresses_come_first_and_loopback_last() -> None:
    assert await offered("203.0.113.5") == [
        MediaCandidate("203.0.113.5", 8451, "udp"),
        MediaCandidate("203.0.113.5", 8451, "tcp"),
        MediaCandidate("127.0.0.1", 8451),
    ]


async def test_an_own_address_is_offered_with_the_port_that_is_bound_there() -> None:
    assert MediaCandidate("10.0.0.2", 8452, "udp") in await offered("10.0.0.2")


async def test_ways_and_ports_may_differ() -> None:
    assert await offered("udp:203.0.113.5:9000, tcp:203.0.113.6:443") == [
        MediaCandidate("203.0.113.5", 9000, "udp"),
        MediaCandidate("203.0.113.6", 443, "tcp"),
        MediaCandidate("127.0.0.1", 8451),
    ]


async def test_without_a_tcp_socket_none_is_offered() -> None:
    assert {one.protocol for one in await offered("203.0.113.5", tcp_port=0)} == {"udp"}


async def test_a_name_is_looked_up_and_sent_as_an_address() -> None:
    assert (await offered("localhost"))[0].ip == "127.0.0.1"


async def test_a_name_that_is_not_found_is_left_out_and_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, asked = EdgeClock(), []

    async def nowhere(self: object, host: str, *rest: object, **more: object) -> list[object]:
        asked.append(host)
        raise OSError("no such name")

    monkeypatch.setattr("asyncio.base_events.BaseEventLoop.getaddrinfo", nowhere)
    announcement = Announcement.read("nowhere.example", clock)
    assert announcement is not None
    for _ in range(2):
        await announcement.resolve()
    assert announcement.candidates(OWN, 8451) == [MediaCandidate("127.0.0.1", 8451)]
    clock.advance(NAME_KEPT_S + 1)
    await announcement.resolve()
    assert asked == ["nowhere.example"] * 2


async def test_names_are_looked_up_together_so_that_a_join_waits_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    both = asyncio.Barrier(2)

    async def slow(self: object, host: str, *rest: object, **more: object) -> list[tuple[object, ...]]:
        await both.wait()  # a name that is asked for alone waits here until it is given up
        return [(0, 0, 0, "", ("203.0.113.5" if host == "a.example" else "203.0.113.6", 0))]

    monkeypatch.setattr("asyncio.base_events.BaseEventLoop.getaddrinfo", slow)
    ips = [one.ip for one in await offered("udp:a.example,udp:b.example")]
    assert ips == ["203.0.113.5", "203.0.113.6", "127.0.0.1"]


async def test_a_name_that_dns_could_not_have_is_left_out() -> None:
    assert await offered("a..example") == [MediaCandidate("127.0.0.1", 8451)]
