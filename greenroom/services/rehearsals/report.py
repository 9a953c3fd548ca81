"""The results of finished batches as files: JUnit, JSON lines, one HTML page; and the exit code."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from greenroom.model.rehearsal import RunResult, ScenarioResult
from greenroom.rehearsal.verdict import VERDICTS, Verdict, exit_code, known

_MARKS = {"pass": "✓", "fail": "✗", "unknown": "?", "error": "!"}
_STYLE = """body{font:15px/1.5 system-ui;margin:2rem auto;max-width:60rem;padding:0 1rem;color-scheme:light dark}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.4rem .6rem;border-bottom:1px solid #8884}
.pass{color:#15803d}.fail{color:#dc2626}.unknown,.error{color:#b45309}q{color:GrayText}"""


@dataclass(frozen=True, slots=True)
class SuiteReport:
    """``scenarios`` planned for blocking, by version, with the verdicts that came of it; a missing one counts as not run."""

    name: str
    planned: tuple[tuple[str, str, int], ...]
    cells: tuple[ScenarioResult, ...]
    runs: tuple[RunResult, ...]

    @property
    def blocking(self) -> list[Verdict]:
        """The verdict of each blocking scenario and version; one that did not run is unknown."""
        by_cell = {(cell.scenario_id, cell.version_number): cell.verdict for cell in self.cells}
        verdicts = [by_cell.get((scenario, number), "unknown") for scenario, gate, number in self.planned if gate == "block"]
        return [known(verdict) for verdict in verdicts]


def exit_code_of(reports: Iterable[SuiteReport]) -> int:
    """Each file must have something that blocks and passes: a file that ran nothing is no success."""
    verdicts: list[Verdict] = []
    for report in reports:
        verdicts += report.blocking or ["unknown"]
    return exit_code(verdicts)


def summary(cells: Sequence[ScenarioResult]) -> str:
    """ "12 of 14 pass · 1 fail · 1 unknown" """
    counts = {verdict: sum(cell.verdict == verdict for cell in cells) for verdict in VERDICTS}
    others = [f"{counts[verdict]} {verdict}" for verdict in ("fail", "unknown", "error") if counts[verdict]]
    return " · ".join([f"{counts['pass']} of {len(cells)} pass", *others])


def text(report: SuiteReport) -> str:
    """For a terminal."""
    lines = [f"{report.name}: {summary(report.cells)}"]
    for cell in report.cells:
        runs = f" ({cell.passed}/{cell.runs})" if cell.planned > 1 else ""
        watched = " [watch]" if cell.gate == "watch" else ""
        reason = f"  {cell.reason}" if cell.reason else ""
        lines.append(f"  {_MARKS[known(cell.verdict)]} {cell.scenario_id} v{cell.version_number}{runs}{watched}{reason}")
    return "\n".join(lines)


def jsonl(reports: Iterable[SuiteReport]) -> str:
    """One line per run."""
    lines = [
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
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def junit(reports: Iterable[SuiteReport]) -> str:
    """One test case per scenario and version. Unknown and error are errors, so that no reader takes them for passes."""
    suites = []
    for report in reports:
        cases = [_case(report, cell) for cell in report.cells]
        counts = [sum(cell.verdict in verdicts for cell in report.cells) for verdicts in (("fail",), ("unknown", "error"))]
        head = f"<testsuite name={quoteattr(_xml(report.name))} tests={quoteattr(str(len(cases)))}"
        suites.append(f'{head} failures="{counts[0]}" errors="{counts[1]}">{"".join(cases)}</testsuite>')
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>{"".join(suites)}</testsuites>\n'


def page(reports: Sequence[SuiteReport]) -> str:
    """One self-contained page."""
    parts = [f"<!doctype html><meta charset=utf-8><title>Rehearsal</title><style>{_STYLE}</style><h1>Rehearsal</h1>"]
    for report in reports:
        parts.append(f"<h2>{html.escape(report.name)}</h2><p>{html.escape(summary(report.cells))}</p><table>")
        parts.append("<tr><th>Scenario<th>Version<th>Verdict<th>Runs<th>Why")
        parts += [_row(cell, report.runs) for cell in report.cells]
        parts.append("</table>")
    return "".join(parts)


def _case(report: SuiteReport, cell: ScenarioResult) -> str:
    seconds = sum(run.length_ms for run in report.runs if _of(run, cell)) / 1000
    name = quoteattr(_xml(f"{cell.scenario_id} v{cell.version_number}"))
    tag = {"fail": "failure", "unknown": "error", "error": "error"}.get(cell.verdict)
    reason, quote = _xml(cell.reason), _xml(_quotes(cell, report.runs))
    inner = f"<{tag} message={quoteattr(reason)} type={quoteattr(cell.verdict)}>{escape(quote)}</{tag}>" if tag else ""
    return f'<testcase name={name} classname={quoteattr(_xml(report.name))} time="{seconds:.3f}">{inner}</testcase>'


def _xml(text: str) -> str:
    """Without the characters that XML can't hold."""
    return "".join(c for c in text if c in "\t\n" or "\x20" <= c < "\ud800" or "\ue000" <= c <= "\ufffd" or c > "\uffff")


def _row(cell: ScenarioResult, runs: Sequence[RunResult]) -> str:
    verdict = known(cell.verdict)
    why = html.escape(cell.reason) + (f"<br><q>{html.escape(quote)}</q>" if (quote := _quotes(cell, runs)) else "")
    return (
        f"<tr><td>{html.escape(cell.scenario_id)}<td>v{cell.version_number}"
        f"<td class={verdict}>{_MARKS[verdict]} {verdict}<td>{cell.passed}/{cell.runs}<td>{why}"
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
