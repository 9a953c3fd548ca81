"""``python -m greenroom.twin``: listen, report the port in one line of JSON, serve until stopped."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import sys
import threading
import time

import uvicorn

from greenroom.errors import CannotServe
from greenroom.http_security.bounded_listener import listen_on
from greenroom.open_files import allow_many_files
from greenroom.twin.config import parse
from greenroom.twin.server import build

#: Time limits: for open connections at shutdown, and for the process to end after its owner.
GRACEFUL_S, HARD_STOP_S = 2, 10
#: Longer than clients keep idle connections, so that none is closed during a request.
KEEP_ALIVE_S = 75
LARGEST_FRAME = 1 << 20


class _TwinServer(uvicorn.Server):
    """A server that reports its port on standard output."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and sockets:
            ready = {"ready": True, "port": sockets[0].getsockname()[1], "pid": os.getpid()}
            print(json.dumps(ready, separators=(",", ":")), flush=True)


def main() -> int:
    """Run the twin; 0 after a normal end, 1 when the port is in use or too few files may be open."""
    config = parse()
    # Libraries log warnings only: httpx would log URLs, and some vendors' URLs contain keys.
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("greenroom").setLevel(logging.WARNING if config.quiet else logging.INFO)
    try:
        allow_many_files()
        listening = listen_on(config.host, config.port)
    except CannotServe as error:
        print(f"The twin can't start: {error} {error.advice}", file=sys.stderr)
        return 1
    except OSError as error:
        print(
            f"The twin can't listen on {config.host} port {config.port}: {error.strerror}. Choose another port.", file=sys.stderr
        )
        return 1
    server = _TwinServer(
        uvicorn.Config(
            build(config),
            ws="websockets-sansio",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            ws_max_size=LARGEST_FRAME,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=GRACEFUL_S,
        )
    )
    if config.owner_pipe:
        threading.Thread(target=_leave_with_owner, args=(server,), daemon=True, name="owner pipe").start()
    # uvicorn shuts down on these signals and then raises them again, which would look like a crash
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.SIG_IGN)
    server.run(sockets=[listening])
    return 0


def _leave_with_owner(server: uvicorn.Server) -> None:
    """Exit when the owner closes standard input or dies; by force after :data:`HARD_STOP_S`."""
    while os.read(0, 4096):
        pass
    server.should_exit = True
    time.sleep(HARD_STOP_S)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
