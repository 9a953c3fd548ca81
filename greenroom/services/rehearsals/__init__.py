"""Rehearsals: suites of scenarios, runs against versions, verdicts, comparison of versions."""

from greenroom.services.rehearsals import agent_fit, moments, report
from greenroom.services.rehearsals.badges import Badge
from greenroom.services.rehearsals.batch_runner import BatchProgress
from greenroom.services.rehearsals.grid import Grid
from greenroom.services.rehearsals.judge_labels import ReplyToLabel, stored_replies
from greenroom.services.rehearsals.judge_service import JudgeService, NoJudge
from greenroom.services.rehearsals.offline_beside import OfflineBeside
from greenroom.services.rehearsals.report import SuiteReport
from greenroom.services.rehearsals.run_estimate import RunEstimate
from greenroom.services.rehearsals.run_place import CannotRunThere, RanAt, cap_of, where_of
from greenroom.services.rehearsals.service import RehearsalService, UnreadableSuite
from greenroom.services.rehearsals.strength import SuiteStrength
from greenroom.services.rehearsals.versions import VersionComparison
from greenroom.services.rehearsals.voice_call import recording_path

__all__ = [
    "Badge",
    "BatchProgress",
    "CannotRunThere",
    "RanAt",
    "Grid",
    "JudgeService",
    "NoJudge",
    "OfflineBeside",
    "RehearsalService",
    "RunEstimate",
    "ReplyToLabel",
    "SuiteReport",
    "SuiteStrength",
    "UnreadableSuite",
    "VersionComparison",
    "agent_fit",
    "cap_of",
    "moments",
    "recording_path",
    "report",
    "stored_replies",
    "where_of",
]
