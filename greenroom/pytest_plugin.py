"""A pytest plugin that collects ``*.rehearse.yaml``: each scenario is a test. Use it with ``-p greenroom.pytest_plugin``."""

from __future__ import annotations

import contextlib
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from greenroom.cli.output import BadUsage
from greenroom.cli.rehearse_commands import plan_for
from greenroom.cli.scenario_files import SUFFIXES, read_file
from greenroom.errors import GreenroomError
from greenroom.headless import running_services
from greenroom.rehearsal.reading import MOST_REPEATS, ReadFile
from greenroom.services import Services

#: By place: an installation with an Agora project still runs offline tests offline.
_services = pytest.StashKey[dict[str, tuple[Services, contextlib.ExitStack]]]()
#: How many watched scenarios ran.
_watched = pytest.StashKey[int]()


class ScenarioFailed(Exception):
    """A scenario that failed, or could not be decided."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("greenroom")
    group.addoption("--rehearse-agent", default="", metavar="ID[@VERSION]", help="agent that the scenarios call")
    group.addoption("--rehearse-repeat", type=_count, default=0, metavar="N", help="run each scenario N times (1 to 1000)")


def _count(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= number <= MOST_REPEATS:
        raise ValueError(text)
    return number


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Watched scenarios decide nothing: where no other test ran, the session isn't green, as on the command line."""
    if exitstatus == pytest.ExitCode.OK and session.config.stash.get(_watched, 0) == session.testscollected > 0:
        session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say why nothing passed. Reads the session's exit code, which :func:`pytest_sessionfinish` has changed since."""
    session = terminalreporter._session
    if session is not None and session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and session.config.stash.get(_watched, 0):
        terminalreporter.write_line("All scenarios are watched (gate: watch), so nothing here can pass or fail.")


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
        if self.gate == "watch":
            self.config.stash[_watched] = self.config.stash.get(_watched, 0) + 1
        services = _running(self.config, self.file.content.where if self.file.content is not None else "twin")
        option = self.config.getoption
        options = Namespace(agent=option("--rehearse-agent"), tag=[], repeat=option("--rehearse-repeat"), mode=None)
        options.where, options.usd, options.browser = None, None, False
        plan = plan_for(services, self.path, self.file, options, (self.name,))
        batch = services.rehearsals.run(plan)
        services.rehearsals.wait(batch.id)
        (cell,) = services.rehearsals.results.report(batch.id).cells or (None,)
        if cell is not None and cell.verdict == "pass":
            return
        reason = f"{cell.verdict}: {cell.reason}" if cell is not None else "error: the scenario did not run"
        if self.gate == "watch":
            pytest.xfail(reason)
        raise ScenarioFailed(reason)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, GreenroomError):
            return f"error: {excinfo.value} {excinfo.value.advice}".rstrip()
        return (
            str(excinfo.value) if isinstance(excinfo.value, ScenarioFailed | BadUsage) else super().repr_failure(excinfo, style)
        )

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.line - 1, f"scenario {self.name}"


def _running(config: pytest.Config, where: str) -> Services:
    """The services, started with the first scenario."""
    held = config.stash.setdefault(_services, {})
    if where not in held:
        ending = contextlib.ExitStack()
        held[where] = ending.enter_context(running_services(offline=where != "agora")), ending
    return held[where][0]
