"""Refuses connections of a thread to private addresses as they are opened: for libraries that look names up by themselves."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Collection, Iterator
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from greenroom.http_security.addresses import is_private, place_of

_EVENTS = frozenset({"socket.connect", "socket.sendto"})


class _Guarded(threading.local):
    """``ports`` None: this thread may connect anywhere."""

    ports: frozenset[int] | None = None
    refused: list[str] | None = None


_thread = _Guarded()


class ConnectionRefusedInside(ConnectionRefusedError):
    """The address is inside this computer's own network."""


@contextlib.contextmanager
def public_connections(allowed: str = "") -> Iterator[list[str]]:
    """Within the block this thread connects to public addresses, to private ones at the port of ``allowed`` (``host:port``), and
    to the environment's proxies. Yields what was refused; threads that the block starts aren't guarded."""
    _listen()
    refused: list[str] = []
    _thread.ports, _thread.refused = _ports((allowed, *map(place_of, getproxies().values()))), refused
    try:
        yield refused
    finally:
        _thread.ports = _thread.refused = None


@cache
def _listen() -> None:
    """Once in a process: Python reports every connection before it is opened, whichever library opens it."""
    sys.addaudithook(_look)


def _look(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in _EVENTS or (ports := _thread.ports) is None:
        return
    address = arguments[-1]
    if not isinstance(address, tuple) or (is_private(str(address[0])) and address[1] not in ports):
        if _thread.refused is not None:
            _thread.refused.append(str(address[0]) if isinstance(address, tuple) else "a socket of this computer")
        raise ConnectionRefusedInside("inside this computer's own network")


def _ports(places: Collection[str]) -> frozenset[int]:
    return frozenset(port for place in places if place and (port := urlsplit(f"//{place}").port))
