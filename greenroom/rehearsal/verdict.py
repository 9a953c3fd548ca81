"""Combines verdicts. Without evidence the verdict is ``unknown``, and ``error`` if the harness broke; neither is a pass."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

#: pass · fail · unknown (could not be decided) · error (the harness, the caller or a mock failed, so the run says nothing)
Verdict = Literal["pass", "fail", "unknown", "error"]
VERDICTS: tuple[Verdict, ...] = ("pass", "fail", "unknown", "error")
#: Of one run: the first that occurs decides.
_WORST: tuple[Verdict, ...] = ("error", "fail", "unknown")

#: Exit codes of a suite.
ALL_PASS, FAILED, UNDECIDED, BAD_FILE = 0, 1, 2, 3


_BY_NAME: dict[str, Verdict] = {verdict: verdict for verdict in VERDICTS}


def known(name: str) -> Verdict:
    """A stored verdict; a name that is none is an error."""
    return _BY_NAME.get(name, "error")


def of_run(checks: Iterable[Verdict]) -> Verdict:
    """The verdict of one run: error, then fail, then unknown; pass only if there is a check and all pass."""
    verdicts = set(checks)
    for verdict in _WORST:
        if verdict in verdicts:
            return verdict
    return "pass" if verdicts else "unknown"


@dataclass(frozen=True, slots=True)
class RunCount:
    """How many runs of a scenario ended with each verdict; ``planned`` includes those still to come."""

    passed: int = 0
    failed: int = 0
    unknown: int = 0
    error: int = 0
    planned: int = 0

    @classmethod
    def of(cls, verdicts: Sequence[Verdict], planned: int = 0) -> RunCount:
        """``planned`` is raised to the number of verdicts if there are more."""
        counts = [verdicts.count(verdict) for verdict in VERDICTS]
        return cls(counts[0], counts[1], counts[2], counts[3], max(planned, len(verdicts)))

    @property
    def decided(self) -> int:
        """Runs that say something about the agent."""
        return self.passed + self.failed

    @property
    def done(self) -> int:
        """Finished runs of every verdict."""
        return self.decided + self.unknown + self.error


def exit_code(blocking: Iterable[Verdict]) -> int:
    """The exit code of a suite from the verdicts of its blocking scenarios. No scenario at all is no success."""
    verdicts = set(blocking)
    if "fail" in verdicts:
        return FAILED
    return ALL_PASS if verdicts == {"pass"} else UNDECIDED
