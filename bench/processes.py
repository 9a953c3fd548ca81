"""What three Studio processes carry against one: nginx in front, one PostgreSQL and one twin behind, a CPU quota for each."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psutil

from bench.cpu_quota import cpu_quota
from bench.figures import Goal, spread
from bench.scene import Scene, fill_agents
from bench.visitors import THINK_S, CrowdFigures, crowd
from tests.conftest import RunningTwin, run_twin
from tests.load_balancer import load_balancer
from tests.postgres import PrivatePostgres, find_binaries
from tests.studio_process import StudioProcess

GOAL = Goal("three processes answer ≥ 2.5 × the clicks of one, each process with the same share of a core", "ratio", at_least=2.5)
PROCESSES = 3
#: Of a core, for each Studio process: three of them, PostgreSQL, nginx and the visitors then fit on two cores.
QUOTA = 0.25
#: Visitors of one process who click again as soon as they have their answer.
EACH = 6
SECONDS, QUICK_S = 20.0, 5.0


def processes(scene: Scene) -> dict[str, Any]:
    """Clicks a second at full load through nginx; ``visitors`` is how many people with ten seconds between clicks that is."""
    seconds = QUICK_S if scene.quick else SECONDS
    with several_studios(scene.folder / "processes", PROCESSES, EACH * PROCESSES) as (studios, agents):
        servers = [psutil.Process(studio.process_id) for studio in studios]
        with cpu_quota(servers, QUOTA) as limited:
            one = _carried(scene.folder / "nginx-1", studios[:1], agents, seconds, servers[:1])
            three = _carried(scene.folder / "nginx-3", studios, agents, seconds, servers)
    found = {"one": _figure(one), "three": _figure(three), "limited_to_cores": QUOTA if limited else None}
    found["ratio"] = round(found["three"]["clicks_a_second"] / found["one"]["clicks_a_second"], 2)
    return {"processes_3_ratio": found}


def _carried(
    folder: Path, studios: Sequence[StudioProcess], agents: Sequence[str], seconds: float, servers: Sequence[psutil.Process]
) -> CrowdFigures:
    count = EACH * len(studios)
    queries = [f"agent={agent}" for agent in agents[:count]]
    cookies = [f"greenroom_process=visitor{number}" for number in range(count)]
    with load_balancer(folder, [studio.port for studio in studios]) as url:
        return asyncio.run(crowd(url, queries, seconds, servers, cookies=cookies, think_s=0.0))


def _figure(found: CrowdFigures) -> dict[str, Any]:
    clicks = len(found.waits) / found.seconds
    return {
        "clicks_a_second": round(clicks, 1),
        "visitors": round(clicks * THINK_S),
        **spread(found.waits),
        "failed": found.failed,
        "server_cores": round(found.cores, 2),
        "visitors_cores": round(found.own_cores, 2),
        "clicks_per_cpu_second": round(clicks / found.cores, 1) if found.cores else None,
    }


@contextmanager
def several_studios(folder: Path, count: int, agents: int) -> Iterator[tuple[list[StudioProcess], list[str]]]:
    """So many studios on one PostgreSQL and one twin, and the IDs of their agents."""
    binaries = find_binaries()
    if binaries is None:
        raise RuntimeError("no PostgreSQL server is installed")
    with ExitStack() as ends:
        postgres = PrivatePostgres(binaries)
        ends.callback(postgres.stop)
        twin = ends.enter_context(run_twin("--brain", "scripted"))
        database = postgres.url(postgres.new_database())
        made = fill_agents(database, agents)
        studios = [StudioProcess(folder, _environ(twin, database)) for _ in range(count)]
        for studio in studios:
            ends.callback(studio.stop)
            studio.start(engines=False)
        yield studios, made


def _environ(twin: RunningTwin, database: str) -> dict[str, str]:
    project = {"AGORA_APP_ID": twin.app_id, "AGORA_APP_CERTIFICATE": twin.certificate}
    return {"GREENROOM_TWIN_URL": twin.url, "GREENROOM_DATABASE_URL": database, **project}
