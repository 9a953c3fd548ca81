"""A process of its own that holds a call: ``python -m tests.services.calls.calling_process TWIN_URL FOLDER DATABASE_URL``.

Prints the session's id, then beats and watches as the studio does until it is killed.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tests.services.conftest import make_harness


def main(twin_url: str, folder: str, database_url: str) -> None:
    harness = make_harness(twin_url, Path(folder), database_url=database_url)
    session_id = harness.run()
    print(session_id, flush=True)
    while True:
        harness.calls.seen(session_id)
        harness.guard.tick()
        time.sleep(0.2)


if __name__ == "__main__":
    main(*sys.argv[1:])
