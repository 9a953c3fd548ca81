"""A pytest plugin that collects ``*.rehearse.yaml``: each scenario is a test. Use it with ``-p greenroom.pytest_plugin``."""

from __future__ import annotations

import contextlib
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from greenroom.cli.rehearse_commands import plan_for
from greenroom.cli.scenario_files import SUFFIXES, read_file
from greenroom.headless import running_services
from greenroom.rehearsal.reading import ReadFile
from greenroom.services import Services

#: By place: an installation with an Agora project still runs offline tests offline.
_services = pytest.StashKey[dict[str, tuple[Services, contextlib.ExitStack]]]()


class ScenarioFailed(Exception):
    """A scenario that failed, or could not be decided."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("greenroom")
    group.addoption("--rehearse-agent", default="", metavar="ID[@VERSION]", help="agent that the scenarios call")
    group.addoption("--rehearse-repeat", type=int, default=0, metavar="N", help="run each scenario N times")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    return RehearsalFile.from_parent(parent, path=file_path) if file_path.name.endswith(SUFFIXES) else None


def pytest_unconfigure(config: pytest.Config) -> None:
    for _, ending in config.stash.get(_services, {}).values():
        ending.close()


class RehearsalFile(pytest.File):
    """One scenario file. A file with faults can't be collected."""

    def collect(self) -> Iterator[pytest.Item]:
        file = read_file(self.path)
        if file.content is None:
            faults = "\n".join(f"{self.path}:{fault.line}: {fault.message}" for fault in file.faults if fault.blocking)
            raise self.CollectError(faults)
        for scenario in file.content.scenarios:
            item = RehearsalItem.from_parent(self, name=scenario.id)
            item.file, item.gate, item.line = file, scenario.gate, scenario.line
            for tag in scenario.tags:
                item.extra_keyword_matches.add(tag)
            yield item


class RehearsalItem(pytest.Item):
    """One scenario."""

    file: ReadFile
    gate: str = "block"
    line: int = 0

    def runtest(self) -> None:
        services = _running(self.config, self.file.content.where if self.file.content is not None else "twin")
        option = self.config.getoption
        options = Namespace(agent=option("--rehearse-agent"), tag=[], repeat=option("--rehearse-repeat"), mode=None)
        options.where, options.usd, options.browser = None, None, False
        plan = plan_for(services, self.path, self.file, options, (self.name,))
        batch = services.rehearsals.run(plan)
        services.rehearsals.wait(batch.id)
        (cell,) = services.rehearsals.report(batch.id).cells or (None,)
        if cell is not None and cell.verdict == "pass":
            return
        reason = f"{cell.verdict}: {cell.reason}" if cell is not None else "error: the scenario did not run"
        if self.gate == "watch":
            pytest.xfail(reason)
        raise ScenarioFailed(reason)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        return str(excinfo.value) if isinstance(excinfo.value, ScenarioFailed) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.line - 1, f"scenario {self.name}"


def _running(config: pytest.Config, where: str) -> Services:
    """The services, started with the first scenario."""
    held = config.stash.setdefault(_services, {})
    if where not in held:
        ending = contextlib.ExitStack()
        held[where] = ending.enter_context(running_services(offline=where != "agora")), ending
    return held[where][0]
