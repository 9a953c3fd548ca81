"""The judge: any model with OpenAI's chat completions. It decides nothing before it has passed its exam."""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace

from greenroom.config import Config
from greenroom.errors import GreenroomError
from greenroom.rehearsal import judging
from greenroom.rehearsal.checks import Judge
from greenroom.rehearsal.evidence import CallEvidence, JudgeRuling
from greenroom.rehearsal.judging import ChatMessage, ExamResult, LabeledReply
from greenroom.rehearsal.scenario import CheckSpec, JudgeChoice
from greenroom.services.rehearsals.chat_model import ChatModel, ModelSilent
from greenroom.store.private_files import write_private

log = logging.getLogger(__name__)

FILE = "judge_exam.json"
#: After so many questions without any answer the exam asks no more: each would take until the time-out.
SILENT_IN_A_ROW = 3
UNCITED = "The judge's answer doesn't count: it decides nothing, or doesn't quote the agent."
UNCONFIRMED = "The judge said fail, and too few of its other votes did."


class NoJudge(GreenroomError):
    """Address or model of the judge is not set."""

    advice = "Set GREENROOM_JUDGE_URL and GREENROOM_JUDGE_MODEL, then take the exam: greenroom rehearse exam."


@dataclass(slots=True)
class ExamProgress:
    """An exam that is under way: how many of its questions were answered."""

    questions: int
    done: int = 0
    over: threading.Event = field(default_factory=threading.Event)


class JudgeService:
    """Thread-safe. An exam counts for this address, this model and this set of labels only: those that ship, and own ones."""

    def __init__(self, config: Config, own: Callable[[], Sequence[LabeledReply]] = tuple, other: str = "") -> None:
        """``own``: labels besides those that ship. ``other``: the file of the exam of a model that a scenario file names."""
        self._config = config
        self._own = own
        self._progress: ExamProgress | None = None
        self._file = config.data_dir / (other or FILE)
        self._other = bool(other)
        self._others: dict[str, JudgeService] = {}
        self._lock = threading.Lock()
        self._silent = 0
        self._chat = ChatModel(config.judge_url, config.judge_model, config.judge_key, "GREENROOM_JUDGE_KEY")

    @property
    def configured(self) -> bool:
        """Whether address and model are set; it may still lack its exam."""
        return bool(self._config.judge_url and self._config.judge_model)

    @property
    def name(self) -> str:
        """The model's name at its address; "" if none is set."""
        return self._config.judge_model

    @property
    def labels(self) -> tuple[LabeledReply, ...]:
        """The questions of the exam."""
        return (*judging.starter_exam(), *self._own())

    def exam(self, on_answer: Callable[[], None] = lambda: None) -> ExamResult:
        """Take the exam and keep its result. ``on_answer`` is called after each question. Raises NoJudge."""
        if not self.configured:
            raise NoJudge("No judge is set.")
        labels, self._silent = self.labels, 0
        pairs: list[tuple[LabeledReply, JudgeRuling | None]] = []
        for labeled in labels:
            gone = self._silent >= SILENT_IN_A_ROW
            pairs.append((labeled, None if gone else judging.decided(self._votes(*judging.as_call(labeled)))))
            on_answer()
        result = replace(judging.examined(pairs), silent=self._silent >= SILENT_IN_A_ROW)
        write_private(self._file, json.dumps({"of": self._identity(labels), **asdict(result)}).encode())
        return result

    def start_exam(self) -> ExamProgress:
        """The same in a thread of its own; one at a time. Raises NoJudge."""
        if not self.configured:
            raise NoJudge("No judge is set.")
        if (running := self.exam_progress()) is not None:
            return running
        progress = self._progress = ExamProgress(len(self.labels))
        threading.Thread(target=self._run_exam, args=(progress,), name="judge exam", daemon=True).start()
        return progress

    def exam_progress(self) -> ExamProgress | None:
        """None if no exam is under way."""
        progress = self._progress
        return progress if progress is not None and not progress.over.is_set() else None

    def _run_exam(self, progress: ExamProgress) -> None:
        def answered() -> None:
            progress.done += 1

        try:
            self.exam(answered)
        except (GreenroomError, OSError):
            log.exception("the judge's exam broke")
        finally:
            progress.over.set()

    def result(self) -> ExamResult | None:
        """The result of this judge's last exam; None without one by these labels, or if its file can't be read."""
        try:
            kept = json.loads(self._file.read_text(encoding="utf8"))
            if kept.pop("of") != self._identity(self.labels):
                return None
            return ExamResult(**kept)
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None

    def rule(self, check: CheckSpec, evidence: CallEvidence, votes: int = judging.VOTES) -> JudgeRuling | str:
        """The judge's ruling; why there is none without a fit judge, without an answer, and for one that cites nothing."""
        if reason := self._unfit():
            return reason
        votes_given = self._votes(check, evidence, votes)
        return judging.decided(votes_given, votes) or next((one for one in votes_given if isinstance(one, str)), UNCONFIRMED)

    def _unfit(self) -> str:
        """Why this judge may not decide; "" if it may."""
        if not self.configured:
            return f"No judge is set. {NoJudge.advice}"
        result, command = self.result(), f"greenroom rehearse exam{f' --model {self.name}' if self._other else ''}"
        if result is None:
            how = "Run" if self._other else "Start it under Judge, or run"
            return f"The judge {self.name} hasn't taken its exam with these labels. {how}: {command}"
        return "" if result.fit else f"The judge {self.name} failed its exam, so it decides nothing. Set a more capable model."

    def asked(self, choice: JudgeChoice) -> Judge:
        """The judge that a scenario asks for."""
        judge = self.of(choice.model)
        return lambda check, evidence: judge.rule(check, evidence, choice.votes)

    def of(self, model: str) -> JudgeService:
        """Another model at the same address, which takes an exam of its own; "" = this one."""
        if model in ("", self.name):
            return self
        with self._lock:
            if model not in self._others:
                file = f"judge_exam_{hashlib.sha256(model.encode()).hexdigest()[:16]}.json"
                self._others[model] = JudgeService(replace(self._config, judge_model=model), self._own, file)
            return self._others[model]

    def close(self) -> None:
        """Close the connections of this judge and of the others at its address."""
        for judge in (*self._others.values(), self):
            judge._chat.close()

    def _votes(self, check: CheckSpec, evidence: CallEvidence, count: int = judging.VOTES) -> list[JudgeRuling | str]:
        """The votes; for one that doesn't count, why."""
        messages = judging.question(check, evidence)
        votes = [self._ask(messages, evidence)]
        if isinstance(votes[0], JudgeRuling) and not votes[0].passed:
            votes += [self._ask(messages, evidence) for _ in range(count - 1)]
        return votes

    def _ask(self, messages: Sequence[ChatMessage], evidence: CallEvidence) -> JudgeRuling | str:
        try:
            said = self._chat.ask(messages)
        except ModelSilent as error:
            self._silent += 1
            if self._silent == 1:  # once, not for each question that follows
                log.warning("the judge gave no answer: %s", error)
            return f"The judge gave no answer: {error} {error.advice}"
        self._silent = 0
        return judging.ruling(said, evidence) or UNCITED

    def _identity(self, labels: Sequence[LabeledReply]) -> str:
        identity = json.dumps([self._config.judge_url, self._config.judge_model, [asdict(labeled) for labeled in labels]])
        return hashlib.sha256(identity.encode()).hexdigest()
