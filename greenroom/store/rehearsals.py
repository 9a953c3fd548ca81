"""Stores rehearsals: batches, their runs and verdicts. Finished runs survive whatever happens to the process."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, delete, func, insert, select, update

from greenroom.errors import NotFound
from greenroom.model.agent import VersionId
from greenroom.model.rehearsal import (
    BatchId,
    BatchState,
    RehearsalBatch,
    RehearsalPlan,
    RunResult,
    ScenarioResult,
    SuiteId,
    TurnLatency,
)
from greenroom.redaction import SECRETS
from greenroom.store.database import Database
from greenroom.store.rehearsal_tables import rehearsal_batches, rehearsal_runs, rehearsal_verdicts
from greenroom.store.rows import columns_of, values_of
from greenroom.store.schema import turns

_RESULT = columns_of(rehearsal_verdicts, ScenarioResult)
_RUN = columns_of(rehearsal_runs, RunResult)
_DONE = (
    select(func.count()).select_from(rehearsal_runs).where(rehearsal_runs.c.batch_id == rehearsal_batches.c.id).scalar_subquery()
)
#: How many batches a list shows.
LISTED = 20


class RehearsalStore:
    """Every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, batch: RehearsalBatch) -> None:
        """Store a new batch, before its first run. Raises Conflict for a known id, NotFound for an unknown agent."""
        values = {name: getattr(batch, name) for name in ("id", "state", "owner", "planned", "created_at", "ended_at")}
        plan = asdict(batch.plan)
        keys = {"suite_id": batch.plan.suite_id, "agent_id": batch.plan.agent_id}
        with self._database.transaction() as connection:
            connection.execute(insert(rehearsal_batches).values(plan=plan, **keys, **values))

    def batch(self, batch_id: BatchId) -> RehearsalBatch:
        """Raises NotFound."""
        with self._database.reading() as connection:
            row = connection.execute(
                select(rehearsal_batches, _DONE.label("done")).where(rehearsal_batches.c.id == batch_id)
            ).first()
        if row is None:
            raise NotFound("This run doesn't exist.", advice="See the runs on the Rehearse page.")
        return _batch(row._mapping)

    def batches(self, suite_id: SuiteId, limit: int = LISTED) -> list[RehearsalBatch]:
        """The newest batches of a suite, ``limit`` at most, newest first."""
        query = (
            select(rehearsal_batches, _DONE.label("done"))
            .where(rehearsal_batches.c.suite_id == suite_id)
            .order_by(rehearsal_batches.c.created_at.desc(), rehearsal_batches.c.id.desc())
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [_batch(row._mapping) for row in connection.execute(query)]

    def plans(self, batches: Collection[BatchId]) -> dict[BatchId, RehearsalPlan]:
        """What these batches were to run; those that were deleted are left out."""
        query = select(rehearsal_batches, _DONE.label("done")).where(rehearsal_batches.c.id.in_(batches))
        with self._database.reading() as connection:
            found = [_batch(row._mapping) for row in connection.execute(query)]
        return {batch.id: batch.plan for batch in found}

    def move(self, batch_id: BatchId, state: BatchState, owner: str, at: datetime | None) -> None:
        """Set the state; ``at`` is the end, None while it runs."""
        with self._database.transaction() as connection:
            changed = update(rehearsal_batches).where(rehearsal_batches.c.id == batch_id)
            connection.execute(changed.values(state=state, owner=owner, ended_at=at))

    def add(self, run: RunResult, cell: ScenarioResult, replaced_s: float = 0.0) -> None:
        """Store a finished run and the verdict of its scenario so far, together. It replaces a run that ended in an error, whose
        agent was billed for ``replaced_s`` seconds."""
        with self._database.transaction() as connection:
            key = [rehearsal_runs.c[name] == getattr(run, name) for name in ("batch_id", "scenario_id", "version_id", "number")]
            connection.execute(delete(rehearsal_runs).where(*key, rehearsal_runs.c.verdict == "error"))
            connection.execute(insert(rehearsal_runs).values(_masked(run)))
            if replaced_s:
                _spend(connection, run.batch_id, replaced_s)
            _put(connection, cell)

    def runs(self, batch_id: BatchId, scenario_id: str = "", version_id: VersionId | None = None) -> list[RunResult]:
        """The runs of a batch, or of one of its cells."""
        query = select(*_RUN).where(rehearsal_runs.c.batch_id == batch_id)
        if scenario_id:
            query = query.where(rehearsal_runs.c.scenario_id == scenario_id)
        if version_id is not None:
            query = query.where(rehearsal_runs.c.version_id == version_id)
        order = (rehearsal_runs.c.scenario_id, rehearsal_runs.c.version_id, rehearsal_runs.c.number)
        with self._database.reading() as connection:
            return [RunResult(*row) for row in connection.execute(query.order_by(*order))]

    def mean_length_ms(self, batch_id: BatchId) -> float | None:
        """Of the finished runs of a batch that didn't break; None without one."""
        whole = (rehearsal_runs.c.batch_id == batch_id) & (rehearsal_runs.c.verdict != "error")
        query = select(func.avg(rehearsal_runs.c.length_ms)).where(whole)
        with self._database.reading() as connection:
            mean = connection.execute(query).scalar()
        return None if mean is None else float(mean)

    def verdicts(self, batch_id: BatchId) -> list[ScenarioResult]:
        """The cells of a batch by scenario, then by version number; scenarios without a finished run have none."""
        with self._database.reading() as connection:
            query = select(*_RESULT).where(rehearsal_verdicts.c.batch_id == batch_id)
            order = (rehearsal_verdicts.c.scenario_id, rehearsal_verdicts.c.version_number)
            return [ScenarioResult(*row) for row in connection.execute(query.order_by(*order))]

    def newest(self, suites: Collection[SuiteId], versions: Collection[VersionId] = ()) -> list[ScenarioResult]:
        """The newest verdict of each scenario, version and digest; of batches without overrides. One that some runs are missing
        to decide counts if there is no other."""
        return [decided for decided, _ in self.standing(suites, versions)]

    def standing(
        self, suites: Collection[SuiteId], versions: Collection[VersionId] = ()
    ) -> list[tuple[ScenarioResult, ScenarioResult | None]]:
        """What :meth:`newest` returns, each with what a newer batch knows that isn't through or was stopped; None without one."""
        cell = rehearsal_verdicts.c
        lacking = case((_undecided(), 1), else_=0)
        place = (cell.suite_id, cell.scenario_id, cell.version_id, cell.digest)
        rank = func.row_number().over(partition_by=(*place, lacking), order_by=(cell.decided_at.desc(), cell.batch_id.desc()))
        verdicts = select(*_RESULT, rank.label("place")).where(cell.suite_id.in_(suites))
        if versions:
            verdicts = verdicts.where(cell.version_id.in_(versions))
        ranked = verdicts.subquery()
        columns = [ranked.c[field.name] for field in fields(ScenarioResult)]
        query = select(*columns).where(ranked.c.place == 1).order_by(ranked.c.decided_at)
        found: dict[tuple[str, ...], list[ScenarioResult]] = defaultdict(list)
        with self._database.reading() as connection:
            for row in connection.execute(query):
                one = ScenarioResult(*row)
                found[one.suite_id, one.scenario_id, one.version_id, one.digest].append(one)
        return [_decided_first(of_one) for of_one in found.values()]

    def last_failed(self, suite_id: SuiteId) -> dict[tuple[str, str], int]:
        """Of each scenario and digest with a failed verdict: the number of the version of the newest one."""
        cell = rehearsal_verdicts.c
        failed = (cell.suite_id == suite_id) & (cell.verdict == "fail")
        query = select(cell.scenario_id, cell.digest, cell.version_number).where(failed).order_by(cell.decided_at)
        with self._database.reading() as connection:
            return {(scenario, digest): number for scenario, digest, number in connection.execute(query)}

    def latencies(self, batches: Collection[BatchId], version: VersionId, most: int) -> list[TurnLatency]:
        """Of the newest replies in these batches' calls of a version; greetings and replies without any aren't among them."""
        turn, run = turns.c, rehearsal_runs.c
        query = (
            select(turn.latency_ms, turn.stages)
            .join(rehearsal_runs, run.session_id == turn.session_id)
            .where(run.batch_id.in_(batches), run.version_id == version, turn.speaker == "agent", turn.source != "greeting")
            .order_by(run.ended_at.desc(), turn.id.desc())
            .limit(most)
        )
        with self._database.reading() as connection:
            measured = [TurnLatency(ms, (stages or {}).get("llm_ttft")) for ms, stages in connection.execute(query)]
        return [one for one in measured if one.voice_ms is not None or one.first_token_ms is not None]


def _undecided() -> ColumnElement[bool]:
    """:attr:`ScenarioResult.lacks_runs` in SQL."""
    cell = rehearsal_verdicts.c
    return cell.verdict.in_(("unknown", "error")) & (cell.passed + cell.failed + cell.unknown + cell.error < cell.planned)


def _decided_first(by_age: Sequence[ScenarioResult]) -> tuple[ScenarioResult, ScenarioResult | None]:
    """Of a decided verdict and one that lacks runs, the older first: the one that counts, and a newer one that doesn't."""
    if len(by_age) == 2 and by_age[1].lacks_runs:
        return by_age[0], by_age[1]
    return by_age[-1], None


def _spend(connection: Connection, batch_id: BatchId, seconds: float) -> None:
    own = rehearsal_batches.c.id == batch_id
    plan = dict(connection.execute(select(rehearsal_batches.c.plan).where(own)).scalar_one())
    spent = plan.get("spent_s", 0.0) + seconds
    connection.execute(update(rehearsal_batches).where(own).values(plan={**plan, "spent_s": spent}))


def _put(connection: Connection, cell: ScenarioResult) -> None:
    values = _masked(replace(cell, decided_at=_after_others(connection, cell)))
    key = [rehearsal_verdicts.c[name] == values[name] for name in ("batch_id", "scenario_id", "version_id")]
    if not connection.execute(update(rehearsal_verdicts).where(*key).values(values)).rowcount:
        connection.execute(insert(rehearsal_verdicts).values(values))


def _after_others(connection: Connection, cell: ScenarioResult) -> datetime:
    """When it was decided: after all earlier batches, also where the computer's clock was set back since."""
    other = rehearsal_verdicts.c
    same = [other[name] == getattr(cell, name) for name in ("suite_id", "scenario_id", "version_id")]
    newest = connection.execute(select(func.max(other.decided_at)).where(*same, other.batch_id != cell.batch_id)).scalar()
    return cell.decided_at if newest is None or newest < cell.decided_at else newest + timedelta(microseconds=1)


def _masked(found: RunResult | ScenarioResult) -> dict[str, Any]:
    """Reasons and quotes repeat what was said and what was expected."""
    return {name: value if name.endswith("_id") else SECRETS.json(value) for name, value in values_of(found).items()}


def _batch(row: Mapping[Any, Any]) -> RehearsalBatch:
    plan = dict(row["plan"])
    lists: dict[str, Sequence[str]] = {name: tuple(plan[name]) for name in ("versions", "scenarios")}
    return RehearsalBatch(
        id=row["id"],
        plan=RehearsalPlan(**{**plan, **lists}),
        state=row["state"],
        owner=row["owner"],
        planned=row["planned"],
        created_at=row["created_at"],
        ended_at=row["ended_at"],
        done=row["done"],
    )
