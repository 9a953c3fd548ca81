"""Latency checks, in milliseconds. A maximum is decided in each run, a percentile over all runs of the scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from greenroom.rehearsal import statistics
from greenroom.rehearsal.checks import CheckFinding, chosen
from greenroom.rehearsal.evidence import AgentReply, CallEvidence
from greenroom.rehearsal.scenario import CheckSpec
from greenroom.rehearsal.verdict import Verdict, of_run

METRICS = ("voice_to_voice", "first_token", "tool", "yield")
LIMITS = {"p50": 0.5, "p95": 0.95}
_LABELS = {"voice_to_voice": "Voice to voice", "first_token": "First token", "tool": "Tool", "yield": "Yield"}


def maximum(check: CheckSpec, evidence: CallEvidence, at: int | None) -> CheckFinding | None:
    """The verdict on the maxima; None if the check has percentiles alone."""
    worst: list[CheckFinding] = []
    for metric, limits in check.value.items():
        if "max" not in limits:
            continue
        measured = _measured(metric, check, evidence, at)
        if not measured:
            worst.append(CheckFinding("unknown", _not_measured(metric, evidence)))
            continue
        slowest, reply = max(measured, key=lambda one: one[0])
        verdict: Verdict = "pass" if slowest <= limits["max"] else "fail"
        worst.append(CheckFinding(verdict, f"{_LABELS[metric]} {slowest:,.0f} ms, at most {limits['max']:,.0f} ms.", reply))
    if not worst:
        return None
    decided = of_run(one.verdict for one in worst)
    return next(one for one in worst if one.verdict == decided)


def samples(check: CheckSpec, evidence: CallEvidence, at: int | None) -> tuple[float, ...]:
    """The run's measurements for the percentiles of a check about one metric."""
    metrics = [metric for metric, limits in check.value.items() if set(limits) & set(LIMITS)]
    return tuple(ms for metric in metrics for ms, _ in _measured(metric, check, evidence, at))


def percentiles(check: CheckSpec, measured: Sequence[float]) -> list[CheckFinding]:
    """The verdicts on the percentiles over all runs. Too few samples decide nothing."""
    findings: list[CheckFinding] = []
    for metric, limits in check.value.items():
        for name, share in LIMITS.items():
            if name not in limits:
                continue
            value = statistics.percentile(measured, share)
            if value is None:
                least = statistics.MIN_P95 if name == "p95" else statistics.MIN_P50
                findings.append(CheckFinding("unknown", f"{name} needs {least} samples; there are {len(measured)}."))
                continue
            verdict: Verdict = "pass" if value <= limits[name] else "fail"
            text = f"{_LABELS[metric]} {name} {value:,.0f} ms of {len(measured)}, at most {limits[name]:,.0f} ms."
            findings.append(CheckFinding(verdict, text))
    return findings


def has_percentiles(limits: Mapping[str, Mapping[str, float]]) -> bool:
    """Whether any metric has a limit that takes all runs of the scenario to decide (p50, p95)."""
    return any(set(one) & set(LIMITS) for one in limits.values())


def _measured(metric: str, check: CheckSpec, evidence: CallEvidence, at: int | None) -> list[tuple[float, AgentReply | None]]:
    if metric == "tool":
        uses = [use for use in evidence.tools or () if use.duration_ms is not None]
        if at is not None or check.turn is not None:
            replies = {reply.number for reply in chosen(check, evidence, at, "every")}
            uses = [use for use in uses if use.reply in replies]
        return [(float(use.duration_ms or 0), None) for use in uses]
    values = {"voice_to_voice": "voice_to_voice_ms", "first_token": "first_token_ms", "yield": "yield_ms"}[metric]
    samples = [(getattr(reply, values), reply) for reply in chosen(check, evidence, at, "every")]
    return [(float(ms), reply) for ms, reply in samples if ms is not None]


def _not_measured(metric: str, evidence: CallEvidence) -> str:
    if evidence.mode == "text" and metric in ("voice_to_voice", "yield"):
        return f"{_LABELS[metric]} can only be measured in voice mode."
    return f"{_LABELS[metric]} was not measured in this call."
