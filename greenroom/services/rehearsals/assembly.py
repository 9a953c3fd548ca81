"""Puts the rehearsal service together."""

from __future__ import annotations

from typing import Protocol

from greenroom.services.agents.agent_service import AgentService
from greenroom.services.calls.calls import Calls
from greenroom.services.operations.offline_brains import OfflineBrains
from greenroom.services.operations.process_lease import ProcessLease
from greenroom.services.operations.twin_process import TwinProcess
from greenroom.services.rehearsals.batch_runner import BatchRunner
from greenroom.services.rehearsals.caller_models import CallerModels
from greenroom.services.rehearsals.judge_labels import JudgeLabels
from greenroom.services.rehearsals.judge_service import JudgeService
from greenroom.services.rehearsals.offline_beside import OfflineBeside
from greenroom.services.rehearsals.run_place import RunPlaces
from greenroom.services.rehearsals.service import RehearsalService
from greenroom.services.rehearsals.single_run import SingleRun
from greenroom.services.rehearsals.suite_service import SuiteService
from greenroom.services.rehearsals.voice_call import KeepRecording
from greenroom.services.service_base import ServiceBase
from greenroom.store.judge_labels import JudgeLabelStore
from greenroom.store.rehearsals import RehearsalStore
from greenroom.store.suites import SuiteStore

#: Calls at once in a batch; at least one slot of the installation is left for others.
MOST_PARALLEL = 6


class RehearsalBase(ServiceBase, Protocol):
    """Adds whether other processes live, the twin, and the models that answer offline."""

    @property
    def process(self) -> ProcessLease: ...
    @property
    def twin(self) -> TwinProcess: ...
    @property
    def brains(self) -> OfflineBrains: ...


def rehearsal_service(
    base: RehearsalBase,
    agents: AgentService,
    calls: Calls,
    keep_recording: KeepRecording,
    owner: str,
    beside: OfflineBeside | None = None,
) -> RehearsalService:
    """``owner`` is this process, which runs what is started here. ``keep_recording`` stores the sound of a voice run. ``beside``
    runs what is to run on this computer where agents run at Agora."""
    config, clock, database, process, brains = base.config, base.clock, base.database, base.process, base.brains
    sessions = base.sessions
    results, labels = RehearsalStore(database), JudgeLabels(JudgeLabelStore(config.data_dir), sessions)
    judge = JudgeService(config, labels.replies)
    parallel = max(1, min(MOST_PARALLEL, config.max_agents - 1))
    callers = CallerModels(config, brains)
    single = SingleRun(calls, clock, sessions, judge.asked, callers.player, base.twin)
    runner = BatchRunner(
        store=results,
        single=single,
        clock=clock,
        version=agents.versions.get,
        owner=owner,
        parallel=parallel,
        ready=lambda: brains.ready,
        twin_starts=lambda: base.twin.starts,
        keep_recording=keep_recording,
    )
    return RehearsalService(
        clock=clock,
        agents=agents,
        suites=SuiteService(SuiteStore(database, clock), clock),
        store=results,
        sessions=sessions,
        runner=runner,
        judge=judge,
        labels=labels,
        callers=callers,
        price=calls.runs.price,
        places=RunPlaces(config, beside=beside is not None),
        beside=beside,
        owner=owner,
        alive=lambda other: other not in process.dead({other}),
    )
