"""Why the stored runs of a scenario differ: the agent, the caller, the judge or the machine."""

from __future__ import annotations

from collections.abc import Sequence

from greenroom.model.rehearsal import RunResult
from greenroom.rehearsal.flakes import Flake, RunFacts, flake_of
from greenroom.rehearsal.verdict import known
from greenroom.services.rehearsals.cells import outcome_of
from greenroom.store.sessions import SessionStore

#: How many runs' words are compared; more rarely add anything.
READ = 12


def flake_of_runs(runs: Sequence[RunResult], sessions: SessionStore) -> Flake | None:
    """None if the runs agree, or too little is known."""
    if len({run.verdict for run in runs}) < 2:
        return None
    return flake_of([_facts(run, None) for run in runs], [_facts(run, sessions) for run in _spread(runs)])


def _spread(runs: Sequence[RunResult]) -> list[RunResult]:
    """Some runs of each verdict."""
    spread: list[RunResult] = []
    for verdict in dict.fromkeys(run.verdict for run in runs):
        spread += [run for run in runs if run.verdict == verdict][: READ // 2]
    return spread


def _facts(run: RunResult, sessions: SessionStore | None) -> RunFacts:
    """With the agent's words, if ``sessions`` are given."""
    turns = sessions.transcript.turns(run.session_id) if sessions is not None and run.session_id is not None else []
    replies = tuple(turn.text for turn in turns if turn.speaker == "agent")
    return RunFacts(known(run.verdict), tuple(map(outcome_of, run.outcomes)), replies or None)
