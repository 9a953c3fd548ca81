"""Listening sockets that leave the process some of its open files, so that it can stop agents when clients hold all others.

Without them, asyncio tries to accept 2,048 times a second once no file is left, logs each failure, and does nothing else.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import socket
import time
from typing import Any
from weakref import WeakSet

from greenroom.open_files import most_open_files

log = logging.getLogger(__name__)

#: For what isn't a client: the database (3 a connection), requests to Agora, recordings, a twin that is started again.
RESERVED_FILES = 96
_WARN_EVERY_S, _COUNT_EVERY_S = 60.0, 0.05


class BoundedListener(socket.socket):
    """Closes a new connection at once if the process is short of files."""

    __slots__ = ()  # a socket that exists can be given this class
    #: How many files a connection may take once it is served, beside its own.
    files_more = 0

    def accept(self) -> tuple[socket.socket, Any]:
        """Raises ConnectionAbortedError for a connection that it closed: asyncio then goes on as if there had been none."""
        room = most_open_files() - RESERVED_FILES
        try:
            connection, address = super().accept()
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE):
                _turn_away(self)
                raise ConnectionAbortedError from error
            raise
        free = room - connection.fileno()  # a new file gets the lowest free number, so about as many are open
        if free <= 0 or (self.files_more and not _at_most(free // self.files_more)):
            connection.close()
            _warn()
            raise ConnectionAbortedError
        _connections.add(connection)
        return connection, address


class PageListener(BoundedListener):
    """For pages: each has an event loop of its own."""

    __slots__ = ()
    files_more = 3


def listen_on(host: str, port: int) -> BoundedListener:
    """A bound TCP socket, with an explicit protocol: without one asyncio leaves Nagle's algorithm on for accepted connections.

    Raises OSError."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP, flags=socket.AI_PASSIVE
    )[0]
    listening = BoundedListener(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError:
        listening.close()
        raise
    return listening


#: The connections of all listeners of this process, with some that were closed: their transports are collected later.
_connections: WeakSet[socket.socket] = WeakSet()
_counted_at = float("-inf")
#: A file that is closed to accept one connection more, which is then closed: it would wait, and wake the loop again and again.
_spare = [os.open(os.devnull, os.O_RDONLY)]
_warned_at = float("-inf")


def _at_most(most: int) -> bool:
    """Whether no more connections than these are open. Looks through all of them now and then, if there seem to be more."""
    global _counted_at
    if len(_connections) > most and time.monotonic() - _counted_at >= _COUNT_EVERY_S:
        for closed in [one for one in _connections if one.fileno() < 0]:
            _connections.discard(closed)
        _counted_at = time.monotonic()
    return len(_connections) <= most


def _turn_away(listener: socket.socket) -> None:
    """Accept one connection with the spare file, and close it."""
    _warn()
    if _spare:
        os.close(_spare.pop())
    with contextlib.suppress(OSError):
        socket.socket.accept(listener)[0].close()
    with contextlib.suppress(OSError):
        _spare.append(os.open(os.devnull, os.O_RDONLY))


def _warn() -> None:
    global _warned_at
    if time.monotonic() - _warned_at >= _WARN_EVERY_S:
        _warned_at = time.monotonic()
        log.warning("Too many connections: new ones are refused. Raise the limit of open files to allow more.")
