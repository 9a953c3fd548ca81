"""Fifty launches at once from two processes and every origin: exactly as many get in as the cap allows; on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from greenroom.errors import LimitReached
from greenroom.model.guest_link import GuestLinkOptions
from greenroom.model.launch import LaunchRequest
from greenroom.model.session import API, HELD, LAMBDA, PRESENTER, REHEARSAL, STUDIO
from greenroom.web.sample_backend import SampleBackend
from tests.services.conftest import make_harness

pytestmark = pytest.mark.twin

CAP, LAUNCHES, THREADS = 5, 50, 10


@pytest.mark.parametrize(
    "origins", [("api", "lambda"), ("guest",), ("rehearsal",), ("studio", "api", "guest", "rehearsal", "presenter")]
)
def test_exactly_the_cap_gets_in(twin, tmp_path, origins):
    harnesses = [make_harness(twin.url, tmp_path, max_agents=CAP) for _ in range(2)]
    agent = harnesses[0].agents.list()[0].id
    version = harnesses[0].agents.versions.freeze(agent).id
    link = harnesses[0].services.guest_links.create(GuestLinkOptions(agent_id=agent, at_once=CAP, total_s=0))
    key = harnesses[0].services.guest_links.path(link).partition("#")[2]

    def launch(number):
        harness, origin = harnesses[number % 2], origins[number // 2 % len(origins)]
        if origin in ("api", "lambda"):
            return SampleBackend(harness.external, API if origin == "api" else LAMBDA).start({}).status == 200
        try:
            if origin == "guest":
                harness.services.guest_visits.launch(link.id, key, "", False)
            elif origin == "rehearsal":
                harness.calls.launch(LaunchRequest(version=version, origin=REHEARSAL, caller="simulated"))
            elif origin == "presenter":
                harness.calls.launch(LaunchRequest(version=version, origin=PRESENTER, overrides=HELD))
            else:
                harness.calls.launch(LaunchRequest(agent, origin=STUDIO))
        except LimitReached:
            return False
        return True

    with ThreadPoolExecutor(THREADS) as pool:
        entered = list(pool.map(launch, range(LAUNCHES)))
    running = harnesses[0].sessions.unfinished()
    for session in running:
        harnesses[0].calls.end(session.id, "stopped")
    assert (entered.count(True), len(running)) == (CAP, CAP)
