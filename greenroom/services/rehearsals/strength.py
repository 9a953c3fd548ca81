"""Test strength: runs a suite as it is, then with one line of the prompt, or one tool, removed at a time: which tests notice."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from greenroom.errors import GreenroomError
from greenroom.model.agent import Settings, Version, VersionId
from greenroom.model.rehearsal import BatchId, RehearsalBatch, RehearsalPlan, ScenarioResult, Suite, SuiteId

PROMPT, FUNCTIONS = "prompt.system", "tools.functions"
#: A prompt of more sentences is checked as far as this: each one is a run of the whole suite.
MOST_LINES = 40
#: How many of the newest batches a result is read from: a check of a long prompt with its tools, and what was stopped before.
MOST_BATCHES = 200
#: The name of the batch from which nothing is removed. Tests that fail in it are left out of the others.
NOTHING = ""
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


@dataclass(frozen=True, slots=True)
class SuiteStrength:
    """``noticed``: for each removed line, the tests that failed without it (a run that broke notices nothing).

    ``toothless``: the tests that noticed none. ``unchecked``: lines that were not removed yet, because the check was stopped;
    while there are any, no test is called toothless. ``failing``: tests that don't pass with nothing removed; they are in none
    of the others.
    """

    lines: tuple[str, ...]
    noticed: Mapping[str, tuple[str, ...]]
    toothless: tuple[str, ...]
    unchecked: tuple[str, ...] = ()
    failing: tuple[str, ...] = ()


@dataclass(slots=True)
class StrengthProgress:
    """A check that runs in this process. ``lines``: its batches, the first of which removes nothing; ``batch``: now running."""

    lines: int
    done: int = 0
    batch: BatchId | None = None
    stopping: bool = False
    error: str = ""
    over: threading.Event = field(default_factory=threading.Event)


class SuiteStrengthService:
    """One check per suite at a time. ``run`` starts a batch, ``wait`` waits for it."""

    def __init__(
        self,
        *,
        run: Callable[[RehearsalPlan], RehearsalBatch],
        wait: Callable[[BatchId], object],
        stop: Callable[[BatchId], None],
        batches: Callable[[SuiteId, int], list[RehearsalBatch]],
        verdicts: Callable[[BatchId], list[ScenarioResult]],
        version: Callable[[VersionId], Version],
        why_broken: Callable[[BatchId], str],
    ) -> None:
        """``batches`` returns a suite's latest batches, newest first; ``why_broken`` says why a batch ended early."""
        self._why_broken = why_broken
        self._run, self._wait, self._stop = run, wait, stop
        self._batches, self._verdicts, self._version = batches, verdicts, version
        self._active: dict[SuiteId, StrengthProgress] = {}

    def start(self, suite: Suite, version: Version) -> StrengthProgress:
        """Check the suite against a version. No effect while a check of this suite runs, whose progress is returned."""
        if (running := self.progress(suite.id)) is not None:
            return running
        removals = {NOTHING: {}, **removals_of(version.settings)}
        progress = self._active[suite.id] = StrengthProgress(len(removals))
        work = threading.Thread(target=self._work, args=(suite, version, removals, progress), name="test strength", daemon=True)
        work.start()
        return progress

    def progress(self, suite_id: SuiteId) -> StrengthProgress | None:
        """None if no check runs."""
        progress = self._active.get(suite_id)
        return progress if progress is not None and not progress.over.is_set() else None

    def error(self, suite_id: SuiteId) -> str:
        """What ended the last check of this process early; "" if nothing did."""
        progress = self._active.get(suite_id)
        return progress.error if progress is not None and progress.over.is_set() else ""

    def stop(self, suite_id: SuiteId) -> None:
        """Stop within seconds, in the middle of a batch. Lines that were checked keep their result."""
        if (progress := self._active.get(suite_id)) is not None:
            progress.stopping = True
            if progress.batch is not None:
                self._stop(progress.batch)

    def close(self) -> None:
        """Stop all checks at the end of the process."""
        for progress in self._active.values():
            progress.stopping = True

    def result(self, suite: Suite) -> SuiteStrength | None:
        """The newest check of the suite as it is now, with what earlier ones of the same version add; None if there is none."""
        by_line: dict[str, list[ScenarioResult]] = {}
        version_id: VersionId | None = None
        for batch in self._batches(_hidden(suite.id), MOST_BATCHES):
            plan = batch.plan
            same = plan.text == suite.text and version_id in (None, *plan.versions)
            if not same or batch.state != "done" or plan.suite_name in by_line:
                continue
            (version_id,) = plan.versions
            by_line[plan.suite_name] = self._verdicts(batch.id)
        return None if version_id is None else _strength(removals_of(self._version(version_id).settings), by_line)

    def _work(self, suite: Suite, version: Version, removals: Mapping[str, Settings], progress: StrengthProgress) -> None:
        try:
            for label, overrides in removals.items():
                if progress.stopping:
                    return
                plan = RehearsalPlan(
                    suite_id=_hidden(suite.id),
                    suite_name=label,
                    agent_id=suite.agent_id,
                    text=suite.text,
                    versions=(version.id,),
                    repeat=1,
                    mode="text",
                    where="twin",
                    overrides=overrides,
                )
                progress.batch = batch = self._run(plan).id
                if progress.stopping:  # meanwhile
                    self._stop(batch)
                self._wait(batch)
                if why := self._why_broken(batch):
                    progress.error = why
                    return
                progress.done += 1
        except GreenroomError as error:
            progress.error = f"{error} {error.advice}"
        finally:
            progress.over.set()


def _strength(lines: Collection[str], by_line: Mapping[str, Sequence[ScenarioResult]]) -> SuiteStrength:
    whole = by_line.get(NOTHING)
    failing = {cell.scenario_id for cell in whole or () if cell.verdict != "pass"}
    noticed, passed = dict[str, tuple[str, ...]](), set[str]()
    for line in lines:
        if line in by_line:
            judged = [cell for cell in by_line[line] if cell.scenario_id not in failing]
            noticed[line] = tuple(cell.scenario_id for cell in judged if cell.verdict == "fail")
            passed |= {cell.scenario_id for cell in judged}
    unchecked = tuple(line for line in lines if line not in by_line)
    seen = {test for tests in noticed.values() for test in tests}
    sure = whole is not None and not unchecked
    return SuiteStrength(tuple(noticed), noticed, tuple(sorted(passed - seen)) if sure else (), unchecked, tuple(sorted(failing)))


def removals_of(settings: Settings) -> dict[str, Settings]:
    """What is removed → the settings without it."""
    prompt = str(settings.get(PROMPT) or "")
    removals: dict[str, Settings] = {line: {PROMPT: without(prompt, line)} for line in lines_of(prompt)}
    listed = settings.get(FUNCTIONS)
    functions = list(listed) if isinstance(listed, list | tuple) else []
    for tool in functions:
        name = tool.get("function", {}).get("name", "") if isinstance(tool, Mapping) else ""
        if name:
            removals[f"Tool: {name}"] = {FUNCTIONS: [other for other in functions if other is not tool]}
    return removals


def lines_of(prompt: str) -> list[str]:
    """The sentences of a prompt."""
    sentences = dict.fromkeys(sentence.strip() for sentence in _SENTENCE.split(prompt) if len(sentence.split()) > 2)
    return list(sentences)[:MOST_LINES]


def without(prompt: str, line: str) -> str:
    """The prompt without a sentence; not empty, because a launch needs a prompt."""
    return " ".join(prompt.replace(line, "", 1).split(" ")).strip() or "You are an assistant."


def _hidden(suite_id: SuiteId) -> SuiteId:
    """Under which these batches are stored: they are no results of the suite."""
    return SuiteId(f"{suite_id}/strength")
