"""``greenroom rehearse …``: run and check scenario files. Exit codes: 0 pass, 1 fail, 2 undecided, 3 bad file."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from greenroom.cli.opening import options_set
from greenroom.cli.opening import services as opened
from greenroom.cli.output import BadUsage, CliResult, write
from greenroom.cli.result_files import require_own_files, tests_of, write_results, write_unfinished
from greenroom.cli.scenario_files import paths_of, read_file, text_of
from greenroom.cli.tested_agent import settings_of, version_of
from greenroom.errors import GreenroomError, NotFound
from greenroom.model.rehearsal import BatchId, RehearsalPlan, RunResult, SuiteId
from greenroom.plurals import counted
from greenroom.redaction import print_exception
from greenroom.rehearsal.judging import NO_ANSWERS
from greenroom.rehearsal.reading import ReadFile
from greenroom.rehearsal.scenario import FileFault
from greenroom.rehearsal.verdict import ALL_PASS, BAD_FILE, UNDECIDED
from greenroom.rehearsal.yaml_nodes import nearest
from greenroom.services import Services
from greenroom.services.rehearsals import (
    CannotRunThere,
    JudgeService,
    SuiteReport,
    UnreadableSuite,
    agent_fit,
    cap_of,
    report,
    stored_replies,
    where_of,
)
from greenroom.store.judge_labels import JudgeLabelStore

NOT_CHECKED = "Tools, arguments and variables weren't checked: name the agent with --agent."
_MARKS = {"pass": "✓", "fail": "✗", "unknown": "?", "error": "!"}


def check_files(options: argparse.Namespace) -> CliResult:
    """Validate scenario files with line numbers, and against their agent if it is known here."""
    try:
        return _checked({path: read_file(path) for path in paths_of(options.files)}, options.agent)
    except GreenroomError as error:
        return _undecided(error)


def _checked(files: Mapping[Path, ReadFile], agent: str) -> CliResult:
    lines, data, sound = [], [], True
    for path, (file, name, unfit) in _against_agents(files, agent).items():
        faults = sorted((*file.faults, *unfit), key=lambda fault: fault.line)
        lines += [f"{path}:{fault.line}: {'error' if fault.blocking else 'hint'}: {fault.message}" for fault in faults]
        count = len(file.content.scenarios) if file.content is not None else 0
        named = file.content.agent if file.content is not None else ""
        against = f", checked against {name}" if name else f".{f' There is no agent {named!r}.' if named else ''} {NOT_CHECKED}"
        lines.append(f"{path}: {counted(count, 'scenario')}{against}" if file.content else f"{path}: can't run.")
        data.append({"file": str(path), "agent": name, "scenarios": count, "faults": [asdict(fault) for fault in faults]})
        sound = sound and file.content is not None and not unfit
    return CliResult(data, "\n".join(lines), ALL_PASS if sound else BAD_FILE)


def _against_agents(files: Mapping[Path, ReadFile], agent: str) -> dict[Path, tuple[ReadFile, str, tuple[FileFault, ...]]]:
    """Each file with the agent that it was checked against ("" = none) and what doesn't fit that agent."""
    if not agent and not any(file.content is not None and file.content.agent for file in files.values()):
        return {path: (file, "", ()) for path, file in files.items()}
    checked: dict[Path, tuple[ReadFile, str, tuple[FileFault, ...]]] = {}
    with opened() as services:
        for path, file in files.items():
            checked[path] = (file, "", ())
            if (content := file.content) is None or not (asked := agent or content.agent):
                continue
            try:
                settings = settings_of(services.agents, asked, str(path))
            except NotFound:
                if agent:
                    raise
                continue  # a file may be checked where its agent isn't
            checked[path] = (file, asked, agent_fit.faults(content.scenarios, settings, live=content.where == "agora"))
    return checked


def run_files(options: argparse.Namespace) -> CliResult:
    """Run scenario files against an agent, one after the other."""
    if options.where == "agora" and options.mode == "text":
        raise BadUsage("--where agora needs --mode voice: tests on Agora run by voice.")
    paths = tests_of(options)
    try:
        files = {path: read_file(path) for path in paths}
    except BadUsage as error:
        write_unfinished(options, str(error))
        raise
    if any(file.content is None for file in files.values()):
        return _cannot_run(_checked(files, ""), options)
    _require_tags(options.tag, list(files.values()))
    _warn_of_options_without_effect(options, list(files.values()))
    from greenroom.headless import running_services

    reports: list[SuiteReport] = []
    try:
        for where in dict.fromkeys(_where(file, options) for file in files.values()):
            with running_services(offline=where != "agora") as services:
                here = [(path, file) for path, file in files.items() if _where(file, options) == where]
                plans = {path: plan for path, file in here if (plan := _plan(services, path, file, options))}
                if unfit := _unfit(services, plans):
                    return _cannot_run(unfit, options)
                reports += [_run(services, plan, quiet=options.json) for plan in plans.values()]
    except GreenroomError as error:
        return _undecided(error, options)
    except Exception as error:  # 1, which Python would exit with, says that a scenario failed
        return _broken(error, options)
    write_results(options, reports)
    text = "\n".join(report.text(one) for one in reports)
    return CliResult([_data(one) for one in reports], text, report.exit_code_of(reports))


def resume_run(options: argparse.Namespace) -> CliResult:
    """Run what is missing of a run that was killed or stopped, and again what ended in an error."""
    require_own_files(options, ())
    write_unfinished(options)
    from greenroom.headless import running_services

    def finish(*, offline: bool) -> SuiteReport:
        with running_services(offline=offline) as services:
            batch = services.rehearsals.resume(BatchId(options.run))
            services.rehearsals.wait(batch.id)
            _tell_why_broken(services, batch.id)
            return services.rehearsals.results.report(batch.id)

    try:
        try:
            suite_report = finish(offline=True)
        except CannotRunThere:  # it runs on Agora
            suite_report = finish(offline=False)
    except GreenroomError as error:
        return _undecided(error, options)
    except Exception as error:
        return _broken(error, options)
    write_results(options, [suite_report])
    return CliResult([_data(suite_report)], report.text(suite_report), report.exit_code_of([suite_report]))


def _cannot_run(result: CliResult, options: argparse.Namespace) -> CliResult:
    write_unfinished(options, result.text)
    return result


def _undecided(error: GreenroomError, options: argparse.Namespace | None = None) -> CliResult:
    said = f"{error} {error.advice}".strip()
    write(said, sys.stderr)
    if options is not None:
        write_unfinished(options, said)
    return CliResult({"error": str(error), "advice": error.advice}, "", UNDECIDED)


def _broken(error: Exception, options: argparse.Namespace) -> CliResult:
    if isinstance(error, BadUsage):
        write_unfinished(options, str(error))
        raise error
    print_exception(error)
    said = f"The run stopped unexpectedly ({type(error).__name__})."
    write_unfinished(options, said)
    return CliResult({"error": said}, "", UNDECIDED)


def _unfit(services: Services, plans: Mapping[Path, RehearsalPlan]) -> CliResult | None:
    """The faults of files that don't fit their agent: a misspelled variable. None if all fit."""
    lines, data = [], []
    for path, plan in plans.items():
        try:
            services.rehearsals.require(plan)
        except UnreadableSuite as error:
            lines += [f"{path}:{fault.line}: error: {fault.message}" for fault in error.faults]
            data.append({"file": str(path), "scenarios": 0, "faults": [asdict(fault) for fault in error.faults]})
    return CliResult(data, "\n".join(lines), BAD_FILE) if lines else None


def _require_tags(tags: Sequence[str], files: Sequence[ReadFile]) -> None:
    """Raises BadUsage for a tag that no scenario has: what was meant would not run."""
    scenarios = [one for file in files if file.content is not None for one in file.content.scenarios]
    known = {tag for one in scenarios for tag in one.tags}
    for tag in tags:
        if tag not in known:
            raise BadUsage(f"No scenario has the tag {tag}.{nearest(tag, sorted(known))}")


def _warn_of_options_without_effect(options: argparse.Namespace, files: Sequence[ReadFile]) -> None:
    places = {_where(file, options) for file in files}
    if options.usd is not None and "agora" not in places:
        write("--usd has no effect: these tests run offline, which costs nothing.", sys.stderr)
    scenarios = [one for file in files if file.content is not None for one in file.content.scenarios]
    spoken = options.mode == "voice" or "agora" in places or (not options.mode and any(one.mode == "voice" for one in scenarios))
    if options.browser and not spoken:
        write("--browser has no effect on tests in text mode. Add --mode voice.", sys.stderr)


def take_exam(options: argparse.Namespace) -> CliResult:
    """Let the judge take its exam. It decides nothing before it has passed."""
    config = options_set()
    config.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    labels = JudgeLabelStore(config.data_dir)
    try:
        result = JudgeService(config, lambda: stored_replies(labels)).of(options.model).exam()
    except GreenroomError as error:
        return _undecided(error)
    lines = [
        f"Recognizes passes: {result.right_pass} of {result.right_pass + result.missed_pass} (at least {result.tpr[0]:.0%})",
        f"Recognizes fails:  {result.right_fail} of {result.right_fail + result.missed_fail} (at least {result.tnr[0]:.0%})",
        f"Kappa {result.kappa:.2f}. {'Fit: it may decide.' if result.fit else 'Unfit: its checks stay unknown.'}",
    ]
    data = {**asdict(result), "kappa": result.kappa, "tpr": result.tpr, "tnr": result.tnr, "fit": result.fit}
    text = NO_ANSWERS if result.silent and not result.fit else "\n".join(lines)
    return CliResult(data, text, ALL_PASS if result.fit else UNDECIDED)


def _plan(services: Services, path: Path, file: ReadFile, options: argparse.Namespace) -> RehearsalPlan | None:
    """None if no scenario of the file has one of the wanted tags."""
    chosen = _chosen(file, options.tag)
    return plan_for(services, path, file, options, chosen) if chosen else None


def _where(file: ReadFile, options: argparse.Namespace) -> str:
    return options.where or (file.content.where if file.content is not None else "twin")


def _chosen(file: ReadFile, tags: Sequence[str]) -> tuple[str, ...]:
    scenarios = file.content.scenarios if file.content is not None else ()
    return tuple(one.id for one in scenarios if not tags or set(tags) & set(one.tags))


def plan_for(
    services: Services, path: Path, file: ReadFile, options: argparse.Namespace, chosen: tuple[str, ...]
) -> RehearsalPlan:
    """``options`` has agent, repeat, mode, where, usd and browser. Raises BadUsage, NotFound."""
    assert file.content is not None
    agent, version = version_of(services.agents, options.agent or file.content.agent, str(path))
    return RehearsalPlan(
        suite_id=SuiteId(""),
        suite_name=file.content.name,
        agent_id=agent.id,
        text=text_of(path),
        versions=(version.id,),
        scenarios=chosen,
        repeat=options.repeat or 0,
        mode=options.mode or "",
        folder=str(path.parent.resolve()),
        included=dict(file.included),
        where=options.where or "",
        usd=options.usd or 0.0,
        browser=options.browser,
    )


def _run(services: Services, plan: RehearsalPlan, *, quiet: bool) -> SuiteReport:
    def shown(run: RunResult) -> None:
        if not quiet:
            write(f"{_MARKS.get(run.verdict, '!')} {run.scenario_id} #{run.number} {run.reason}".rstrip(), sys.stderr)

    batch = services.rehearsals.run(plan, shown)
    if not quiet:
        write(f"{plan.suite_name}: {counted(batch.planned, 'run')}, {batch.id}{_price(services, plan)}", sys.stderr)
    services.rehearsals.wait(batch.id)
    _tell_why_broken(services, batch.id)
    return services.rehearsals.results.report(batch.id)


def _tell_why_broken(services: Services, batch_id: BatchId) -> None:
    if why := services.rehearsals.why_broken(batch_id):
        write(f"{why} To run the rest: greenroom rehearse resume {batch_id}", sys.stderr)
    elif broken := services.rehearsals.results.broken_runs(batch_id)[0]:
        write(f"{counted(broken, 'run')} ended in an error. To repeat: greenroom rehearse resume {batch_id}", sys.stderr)


def _price(services: Services, plan: RehearsalPlan) -> str:
    """ ", about USD 0.42, at most 1.00"; "" offline."""
    if where_of(plan) != "agora":
        return ""
    found, cap = services.rehearsals.estimate_of(plan), cap_of(plan)
    short = "" if found.enough(cap) else f" (a cap of {found.price + found.each:.2f} lets all start)"
    return f", about {found.cost.currency} {found.price:.2f}, at most {cap:.2f}{short}"


def _data(suite_report: SuiteReport) -> dict[str, Any]:
    return {
        "suite": suite_report.name,
        "summary": report.summary(suite_report),
        "scenarios": [{**asdict(cell), "decided_at": cell.decided_at.isoformat()} for cell in suite_report.cells],
    }
