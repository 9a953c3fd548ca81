"""The results of finished batches as files: JUnit, JSON lines, one HTML page; and the exit code."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from greenroom.model.rehearsal import RunResult, ScenarioResult
from greenroom.redaction import SECRETS
from greenroom.rehearsal.verdict import VERDICTS, Verdict, exit_code, known

_MARKS = {"pass": "✓", "fail": "✗", "unknown": "?", "error": "!"}
_STYLE = """body{font:15px/1.5 system-ui;margin:2rem auto;max-width:60rem;padding:0 1rem}:root{color-scheme:light dark}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.4rem .6rem;border-bottom:1px solid #8884}
td{overflow-wrap:anywhere}td:nth-child(3){white-space:nowrap}.pass{color:light-dark(#15803d,#4ade80)}.fail{color:light-dark(#dc2626,#f87171)}
.unknown,.error{color:light-dark(#b45309,#fbbf24)}q{color:light-dark(#5b625f,#a3aba7)}
@media(max-width:40rem){tr:has(th){display:none}tr{display:block;padding:.5rem 0;border-bottom:1px solid #8884}
td{display:inline-block;padding:0 .8rem 0 0;border:0}td:first-child{font-weight:600}
td:first-child,td:last-child{display:block}}"""
_HEAD = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Rehearsal</title>'
    f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style>'
)


UNFINISHED = "The run didn't finish."
NOT_RUN = "It did not run."
NOTHING_BLOCKS = "All of these are watched (gate: watch), so nothing here can pass or fail."


@dataclass(frozen=True, slots=True)
class SuiteReport:
    """``planned``: scenario, gate and version number of each cell; without a verdict it did not run. ``why``: what ended the
    run early; "" if nothing did. ``titles``: of the scenarios, by ID."""

    name: str
    planned: tuple[tuple[str, str, int], ...]
    cells: tuple[ScenarioResult, ...]
    runs: tuple[RunResult, ...]
    why: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def not_run(self) -> str:
        """Why the missing ones did not run."""
        return f"{NOT_RUN} {self.why}".rstrip()

    @property
    def blocking(self) -> list[Verdict]:
        """The verdict of each blocking scenario and version; one that did not run is unknown."""
        by_cell = {(cell.scenario_id, cell.version_number): cell.verdict for cell in self.cells}
        verdicts = [by_cell.get((scenario, number), "unknown") for scenario, gate, number in self.planned if gate == "block"]
        return [known(verdict) for verdict in verdicts]

    @property
    def missing(self) -> list[str]:
        """The planned scenarios without a finished run, as "breakfast v3"."""
        there = {(cell.scenario_id, cell.version_number) for cell in self.cells}
        return [f"{scenario} v{number}" for scenario, _, number in self.planned if (scenario, number) not in there]


def exit_code_of(reports: Iterable[SuiteReport]) -> int:
    """Each file must have something that blocks and passes: a file that ran nothing is no success."""
    verdicts: list[Verdict] = []
    for report in reports:
        verdicts += report.blocking or ["unknown"]
    return exit_code(verdicts)


def summary(report: SuiteReport) -> str:
    """ "12 of 14 pass · 1 fail · 1 unknown · 2 not run" """
    counts = {verdict: sum(cell.verdict == verdict for cell in report.cells) for verdict in VERDICTS}
    counted = [(verdict, counts[verdict]) for verdict in ("fail", "unknown", "error")] + [("not run", len(report.missing))]
    others = [f"{count} {name}" for name, count in counted if count]
    return " · ".join([f"{counts['pass']} of {len(report.cells) + len(report.missing)} pass", *others])


def text(report: SuiteReport) -> str:
    """For a terminal."""
    lines = [f"{report.name}: {summary(report)}"]
    for cell in report.cells:
        runs = f" ({cell.passed}/{cell.runs})" if cell.planned > 1 else ""
        watched = " [watch]" if cell.gate == "watch" else ""
        reason = f"  {cell.reason}" if cell.reason else ""
        lines.append(f"  {_MARKS[known(cell.verdict)]} {cell.scenario_id} v{cell.version_number}{runs}{watched}{reason}")
    lines += [f"  – {name}  {report.not_run}" for name in report.missing]
    if not report.blocking:
        lines.append(f"  Undecided: {NOTHING_BLOCKS[:1].lower()}{NOTHING_BLOCKS[1:]}")
    return SECRETS.text("\n".join(lines))


def unfinished(why: str) -> dict[str, str]:
    """The files of results of a run that isn't over, or that broke before it had any."""
    page = f"{_HEAD}<p style=white-space:pre-line>{html.escape(why)}"
    line = json.dumps({"suite": "", "scenario": "", "run": 0, "verdict": "error", "reason": why}, ensure_ascii=False)
    texts = {
        "junit": _document([_suite("Rehearsal", [_error_case("Rehearsal", "run", why)])]),
        "jsonl": f"{line}\n",
        "html": page,
    }
    return {name: SECRETS.text(text) for name, text in texts.items()}


def jsonl(reports: Sequence[SuiteReport]) -> str:
    """One line per run, and one with run 0 for what no run says: a scenario that did not run, or that other runs than these would
    have to decide, and a suite of which nothing blocks."""
    lines: list[dict[str, Any]] = [
        {
            "suite": report.name,
            "scenario": run.scenario_id,
            "version": run.version_id,
            "run": run.number,
            "verdict": run.verdict,
            "reason": run.reason,
            "session": run.session_id,
            "length_ms": run.length_ms,
            "checks": run.outcomes,
        }
        for report in reports
        for run in report.runs
    ]
    lines += [_line(report.name, name, "unknown", report.not_run) for report in reports for name in report.missing]
    for report in reports:
        for cell in report.cells:
            if not any(_of(run, cell) and run.verdict == cell.verdict for run in report.runs):
                lines.append(_line(report.name, cell.scenario_id, cell.verdict, cell.reason))
        if not report.blocking:
            lines.append(_line(report.name, "", "unknown", NOTHING_BLOCKS))
    return "".join(json.dumps(SECRETS.json(line), ensure_ascii=False) + "\n" for line in lines)


def _line(suite: str, scenario: str, verdict: str, reason: str) -> dict[str, Any]:
    """Of JSON Lines: what isn't said of a single run."""
    return {"suite": suite, "scenario": scenario, "run": 0, "verdict": verdict, "reason": reason}


def junit(reports: Iterable[SuiteReport]) -> str:
    """One test case per scenario and version. Unknown, error and what did not run are errors; a watched test that doesn't pass
    is skipped. A suite of which nothing blocks has an error, as its exit code isn't 0."""
    suites = []
    for report in reports:
        cases = [_case(report, cell) for cell in report.cells]
        cases += [_error_case(report.name, name, report.not_run) for name in report.missing]
        if not report.blocking:
            cases.append(_error_case(report.name, "gate", NOTHING_BLOCKS))
        suites.append(_suite(report.name, cases))
    return SECRETS.text(_document(suites))


def page(reports: Sequence[SuiteReport]) -> str:
    """One self-contained page."""
    parts = [f"{_HEAD}<h1>Rehearsal</h1>"]
    for report in reports:
        parts.append(f"<h2>{html.escape(report.name)}</h2><p>{html.escape(summary(report))}</p><table>")
        parts.append("<tr><th>Scenario<th>Version<th>Verdict<th>Runs<th>Why")
        parts += [_row(cell, report) for cell in report.cells]
        why = html.escape(report.not_run)
        parts += [f"<tr><td>{html.escape(name)}<td><td class=unknown>– not run<td><td>{why}" for name in report.missing]
        parts.append("</table>" if report.blocking else f"</table><p class=unknown>{html.escape(NOTHING_BLOCKS)}")
    return SECRETS.text("".join(parts))


def _case(report: SuiteReport, cell: ScenarioResult) -> str:
    seconds = sum(run.length_ms for run in report.runs if _of(run, cell)) / 1000
    name = quoteattr(_xml(f"{cell.scenario_id} v{cell.version_number}"))
    tag = {"pass": "", "fail": "failure"}.get(cell.verdict, "error")
    reason, details = _xml(cell.reason), _xml(_details(cell, report.runs))
    if tag and cell.gate == "watch":
        tag, reason = "skipped", f"Watched, {cell.verdict}: {reason}"
    inner = f"<{tag} message={quoteattr(reason)} type={quoteattr(cell.verdict)}>{escape(details)}</{tag}>" if tag else ""
    return f'<testcase name={name} classname={quoteattr(_xml(report.name))} time="{seconds:.3f}">{inner}</testcase>'


def _error_case(suite: str, name: str, why: str) -> str:
    head = f"<testcase name={quoteattr(_xml(name))} classname={quoteattr(_xml(suite))}>"
    return f'{head}<error message={quoteattr(_xml(why))} type="error"></error></testcase>'


def _suite(name: str, cases: Sequence[str]) -> str:
    counts = [sum(f"<{tag} " in case for case in cases) for tag in ("failure", "error", "skipped")]
    head = f"<testsuite name={quoteattr(_xml(name))} tests={quoteattr(str(len(cases)))}"
    head = f'{head} failures="{counts[0]}" errors="{counts[1]}" skipped="{counts[2]}">'
    return f"{head}{''.join(cases)}</testsuite>"


def _document(suites: Sequence[str]) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>{"".join(suites)}</testsuites>\n'


def _details(cell: ScenarioResult, runs: Sequence[RunResult]) -> str:
    """Of each run that didn't pass: why, the checks that didn't pass with the words that decided, and its session."""
    lines = []
    for run in runs:
        if not _of(run, cell) or run.verdict == "pass":
            continue
        session = f" (session {run.session_id})" if run.session_id else ""
        lines.append(f"Run {run.number}: {run.verdict}. {run.reason}{session}")
        for one in run.outcomes:
            if one.get("verdict") not in ("pass", None):
                quote = f" “{one['quote']}”" if one.get("quote") else ""
                lines.append(f"  {one.get('verdict')}: {one.get('title')}: {one.get('reason')}{quote}")
    return "\n".join(lines)


def _xml(text: str) -> str:
    """Without the characters that XML can't hold."""
    return "".join(c for c in text if c in "\t\n" or "\x20" <= c < "\ud800" or "\ue000" <= c <= "\ufffd" or c > "\uffff")


def _row(cell: ScenarioResult, report: SuiteReport) -> str:
    runs, title = report.runs, report.titles.get(cell.scenario_id, "")
    named = f"{html.escape(title)}<br><small>{html.escape(cell.scenario_id)}</small>" if title else html.escape(cell.scenario_id)
    verdict = known(cell.verdict)
    why = html.escape(cell.reason) + (f"<br><q>{html.escape(quote)}</q>" if (quote := _quotes(cell, runs)) else "")
    watched = ", watched" if cell.gate == "watch" else ""
    return (
        f"<tr><td>{named}<td>v{cell.version_number}"
        f"<td class={verdict}>{_MARKS[verdict]} {verdict}{watched}<td>{cell.passed}/{cell.runs}<td>{why}"
    )


def _quotes(cell: ScenarioResult, runs: Sequence[RunResult]) -> str:
    """The words that decided."""
    for run in runs:
        if _of(run, cell):
            for outcome in run.outcomes:
                if outcome.get("verdict") == cell.verdict and outcome.get("quote") and cell.verdict != "pass":
                    return str(outcome["quote"])
    return ""


def _of(run: RunResult, cell: ScenarioResult) -> bool:
    return (run.scenario_id, run.version_id) == (cell.scenario_id, cell.version_id)
