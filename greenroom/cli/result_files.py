"""Where a run writes its results: files of their own, emptied before the run."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from greenroom.cli.output import BadUsage
from greenroom.cli.scenario_files import paths_of
from greenroom.services.rehearsals import SuiteReport, report


def tests_of(options: argparse.Namespace) -> list[Path]:
    """The files to run. What an earlier run wrote is gone from here on, whatever is wrong with them."""
    require_own_files(options, [Path(name) for name in options.files])
    try:
        paths = paths_of(options.files)
    except BadUsage as error:
        write_unfinished(options, str(error))
        raise
    require_own_files(options, paths)
    write_unfinished(options)
    return paths


def require_own_files(options: argparse.Namespace, tests: Sequence[Path]) -> None:
    """Raises BadUsage for results that would replace a test or each other."""
    taken = {path.resolve() for path in tests}
    for name in filter(None, (options.junit, options.jsonl, options.html)):
        if Path(name).resolve() in taken:
            raise BadUsage(f"{name} would be overwritten. Write the results to a file of their own.")
        taken.add(Path(name).resolve())


def write_unfinished(options: argparse.Namespace, why: str = report.UNFINISHED) -> None:
    """Before the run, and after one that broke: what an earlier run wrote mustn't stay and look like this one's."""
    _write_files(options, report.unfinished(why))


def write_results(options: argparse.Namespace, reports: Sequence[SuiteReport]) -> None:
    _write_files(options, {"junit": report.junit(reports), "jsonl": report.jsonl(reports), "html": report.page(reports)})


def _write_files(options: argparse.Namespace, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        if path := getattr(options, name):
            try:
                Path(path).write_text(text, encoding="utf8")
            except OSError as error:
                raise BadUsage(f"{path}: {error.strerror or 'cannot be written'}.") from None
