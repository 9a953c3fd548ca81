"""Runs batches: several calls at once, each finished run stored at once, so that a killed process loses only those in flight."""

from __future__ import annotations

import asyncio
import logging
import threading
import zlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from greenroom.clock import Clock
from greenroom.errors import GreenroomError
from greenroom.model.agent import Version, VersionId
from greenroom.model.rehearsal import BatchId, RehearsalBatch, RehearsalPlan, RunResult, ScenarioResult
from greenroom.rehearsal.evaluation import settled
from greenroom.services.rehearsals.batch_jobs import Job, count_of, jobs_of, repeats
from greenroom.services.rehearsals.caller_process import CallerProcess
from greenroom.services.rehearsals.cells import cell_of
from greenroom.services.rehearsals.money_cap import MoneyCap, longest_s
from greenroom.services.rehearsals.run_checks import FinishedRun, spoiled
from greenroom.services.rehearsals.run_place import cap_of, where_of
from greenroom.services.rehearsals.single_run import SingleRun
from greenroom.services.rehearsals.voice_call import KeepRecording, VoiceSetup
from greenroom.store.rehearsals import RehearsalStore

log = logging.getLogger(__name__)

#: How often a batch looks whether it was stopped.
LOOK_EVERY_S = 0.2
#: How long a batch waits for the models; then each run says what it finds.
READY_WITHIN_S = 90.0
#: Voice calls at once: each takes a third of a core, and a busy machine answers late.
MOST_VOICES = 4


@dataclass(slots=True)
class BatchProgress:
    """A running batch as this process knows it. ``skipped``: runs whose scenario was decided without them."""

    planned: int
    done: int = 0
    skipped: int = 0
    running: int = 0
    stopping: bool = False
    began: float = 0.0
    lengths_ms: list[int] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


class BatchRunner:
    """Owns one thread per running batch. Thread-safe."""

    def __init__(
        self,
        *,
        store: RehearsalStore,
        single: SingleRun,
        clock: Clock,
        version: Callable[[VersionId], Version],
        owner: str,
        parallel: int,
        ready: Callable[[], bool],
        twin_starts: Callable[[], int],
        keep_recording: KeepRecording,
    ) -> None:
        """``ready``: whether agents answer at once; right after the start the twin still loads its models. ``twin_starts`` counts
        its starts."""
        self.twin_starts = twin_starts
        self.keep_recording = keep_recording
        self.parallel_voices = min(parallel, MOST_VOICES)
        self._ready = ready
        self._store = store
        self._single = single
        self._clock = clock
        self._version = version
        self._owner = owner
        self._parallel = parallel
        self._active: dict[BatchId, BatchProgress] = {}
        self._broken: dict[BatchId, str] = {}
        self._abandoned = False

    @property
    def parallel(self) -> int:
        """Text runs at once in each batch."""
        return self._parallel

    def progress(self, batch_id: BatchId) -> BatchProgress | None:
        """None for a batch that doesn't run in this process."""
        return self._active.get(batch_id)

    def why_broken(self, batch_id: BatchId) -> str:
        """Why a batch ended before its last run; "" if it didn't, or ended so in another process."""
        return self._broken.get(batch_id, "")

    def start(self, batch: RehearsalBatch, on_run: Callable[[RunResult], None] | None = None) -> BatchProgress:
        """Run what is not stored yet, and again what ended in an error. ``on_run`` is called in the batch's thread."""
        self._broken.pop(batch.id, None)
        progress = self._active[batch.id] = BatchProgress(batch.planned, began=self._clock.monotonic())
        work = threading.Thread(target=self._thread, args=(batch, progress, on_run), name=f"rehearsal {batch.id}", daemon=True)
        work.start()
        return progress

    def stop(self, batch_id: BatchId) -> None:
        """Stop within two seconds. Finished runs are kept."""
        if (progress := self._active.get(batch_id)) is not None:
            progress.stopping = True

    def close(self) -> None:
        """At the end of the process: nothing of the runs in flight is stored, and the batches can be resumed."""
        self._abandoned = True
        for progress in list(self._active.values()):
            progress.stopping = True
        for progress in list(self._active.values()):
            progress.over.wait(5.0)

    # ── inside

    def _thread(self, batch: RehearsalBatch, progress: BatchProgress, on_run: Callable[[RunResult], None] | None) -> None:
        try:
            stopped = asyncio.run(_BatchWork(self, batch, progress, on_run).run())
            if not self._abandoned:
                self._store.move(batch.id, "stopped" if stopped else "done", self._owner, self._clock.now())
        except GreenroomError as error:  # the database is away, or the day's limit is reached: the batch stays resumable
            self._broken[batch.id] = f"{error} {error.advice}".strip()
        except Exception as error:
            log.exception("a rehearsal batch broke")
            self._broken[batch.id] = f"The run stopped unexpectedly ({type(error).__name__})."
        finally:
            self._active.pop(batch.id, None)
            progress.over.set()

    async def until_ready(self, progress: BatchProgress) -> None:
        """Wait for the agents' models, so that no agent seems silent because they were loading."""
        deadline = self._clock.monotonic() + READY_WITHIN_S
        while not await asyncio.to_thread(self._ready):
            if self._clock.monotonic() > deadline or progress.stopping:
                return
            await asyncio.sleep(LOOK_EVERY_S)

    async def play(self, job: Job, plan: RehearsalPlan, callers: CallerProcess) -> FinishedRun:
        """One call with its checks. A voice run's seed follows from scenario and number, so that a resumed batch repeats it."""
        scenario, version, number = job
        folder, seed = Path(plan.folder) if plan.folder else None, zlib.crc32(scenario.id.encode()) + number
        live = where_of(plan) == "agora"
        voice = VoiceSetup(callers, self.keep_recording, folder, seed, "browser" if live or plan.browser else "edge", live)
        return await self._single.run(scenario, version, plan.overrides, voice)

    def cap(self, plan: RehearsalPlan, done: Sequence[RunResult]) -> MoneyCap | None:
        """The batch's spending cap, with what its finished runs have cost; None offline."""
        if where_of(plan) != "agora":
            return None
        return MoneyCap(cap_of(plan), plan.spent_s + sum(self._single.billed_s(run.session_id) for run in done))

    async def play_capped(self, job: Job, plan: RehearsalPlan, callers: CallerProcess, cap: MoneyCap) -> FinishedRun:
        """Play it if the cap allows what it may cost."""
        used_s = most_s = longest_s(job[0])
        if reason := await cap.reserve(most_s):
            return spoiled("cap", "Spending cap", reason)
        try:
            made = await self.play(job, plan, callers)
            used_s = await asyncio.to_thread(self._single.billed_s, made.session_id)
            return made
        finally:
            cap.settle(most_s, used_s)

    def keep(self, run: RunResult, cell: ScenarioResult, replaced: RunResult | None) -> None:
        """Store a run and the verdict of its cell; nothing once the process ends. ``replaced``: the broken run it repeats."""
        if not self._abandoned:
            self._store.add(run, cell, self._single.billed_s(replaced.session_id) if replaced is not None else 0.0)

    def stored(self, batch_id: BatchId) -> list[RunResult]:
        """The finished runs of a batch, also those of the process that ran it before."""
        return self._store.runs(batch_id)

    def versions(self, plan: RehearsalPlan) -> list[Version]:
        """Raises NotFound for a version that doesn't exist."""
        return [self._version(version_id) for version_id in plan.versions]

    def now_run(self, batch: RehearsalBatch, job: Job, made: FinishedRun) -> RunResult:
        """The result to store, ended now."""
        scenario, version, number = job
        return RunResult(
            batch_id=batch.id,
            scenario_id=scenario.id,
            version_id=version.id,
            number=number,
            verdict=made.verdict,
            reason=made.reason,
            outcomes=made.outcomes_json(),
            session_id=made.session_id,
            length_ms=made.length_ms,
            ended_at=self._clock.now(),
        )


class _BatchWork:
    """The jobs of one batch on one event loop."""

    def __init__(
        self, runner: BatchRunner, batch: RehearsalBatch, progress: BatchProgress, on_run: Callable[[RunResult], None] | None
    ) -> None:
        self._runner = runner
        self._batch = batch
        self._progress = progress
        self._on_run = on_run
        self._slots = asyncio.Semaphore(runner.parallel)
        self._voice_slots = asyncio.Semaphore(runner.parallel_voices)
        self._callers = CallerProcess()
        #: Runs are stored one after the other, or an older verdict of a scenario could replace a newer one.
        self._storing = asyncio.Lock()
        self._cells: dict[tuple[str, VersionId], list[RunResult]] = defaultdict(list)
        self._cap: MoneyCap | None = None
        #: Of earlier attempts at this batch: they decide nothing, so they are run again.
        self._errors: dict[tuple[str, VersionId, int], RunResult] = {}
        self._twin_starts, self._ready_once = 0, False
        self._readying = asyncio.Lock()

    async def run(self) -> bool:
        """True if it was stopped."""
        try:
            return await self._run()
        finally:
            await self._callers.close()

    async def _run(self) -> bool:
        batch, progress = self._batch, self._progress
        stored = await asyncio.to_thread(self._runner.stored, batch.id)
        self._cap = await asyncio.to_thread(self._runner.cap, batch.plan, stored)
        for result in stored:
            if result.verdict == "error":
                self._errors[result.scenario_id, result.version_id, result.number] = result
                continue
            self._cells[result.scenario_id, result.version_id].append(result)
            progress.done += 1
        versions = await asyncio.to_thread(self._runner.versions, batch.plan)
        done = {(r.scenario_id, r.version_id, r.number) for runs in self._cells.values() for r in runs}
        jobs = [job for job in jobs_of(batch.plan, versions) if (job[0].id, job[1].id, job[2]) not in done]
        tasks = [asyncio.create_task(self._job(job)) for job in jobs]
        while pending := [task for task in tasks if not task.done()]:
            await asyncio.wait(pending, timeout=LOOK_EVERY_S, return_when=asyncio.FIRST_EXCEPTION)
            failed = any(task.done() and not task.cancelled() and task.exception() for task in tasks)
            if progress.stopping or failed:
                for task in pending:
                    task.cancel()
                await asyncio.gather(*pending, return_exceptions=True)
                break
        for task in tasks:
            if not task.cancelled() and task.done() and (error := task.exception()):
                raise error
        return progress.stopping

    async def _job(self, job: Job) -> None:
        scenario, version, _ = job
        runner, progress, plan = self._runner, self._progress, self._batch.plan
        async with self._slots if scenario.mode == "text" else self._voice_slots:
            cell = self._cells[scenario.id, version.id]
            if cell and settled(scenario, count_of(cell, repeats(scenario, plan))):
                progress.skipped += 1
                return
            await self._until_ready()
            progress.running += 1
            try:
                played = runner.play_capped(job, plan, self._callers, self._cap) if self._cap else None
                made = await (played or runner.play(job, plan, self._callers))
            finally:
                progress.running -= 1
            result = runner.now_run(self._batch, job, made)
            async with self._storing:
                cell.append(result)
                decided = cell_of(scenario, version, plan, list(cell), repeats(scenario, plan))
                replaced = self._errors.pop((scenario.id, version.id, job[2]), None)
                await asyncio.to_thread(runner.keep, result, decided, replaced)
            progress.done += 1
            progress.lengths_ms.append(made.length_ms)
            if self._on_run is not None:
                self._on_run(result)

    async def _until_ready(self) -> None:
        """Before the first run, and again after the twin was restarted. Agora's agents need no model here."""
        if self._cap is not None:
            return
        async with self._readying:
            if self._twin_starts != (starts := self._runner.twin_starts()) or not self._ready_once:
                await self._runner.until_ready(self._progress)
                self._twin_starts, self._ready_once = starts, True
