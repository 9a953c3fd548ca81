"""The judge: any model with OpenAI's chat completions. It decides nothing before it has passed its exam."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict

from greenroom.config import Config
from greenroom.errors import GreenroomError
from greenroom.rehearsal import judging
from greenroom.rehearsal.evidence import CallEvidence, JudgeRuling
from greenroom.rehearsal.judging import ChatMessage, ExamResult, LabelledReply
from greenroom.rehearsal.scenario import CheckSpec
from greenroom.services.rehearsals.chat_model import ChatModel, ModelSilent
from greenroom.store.private_files import write_private

log = logging.getLogger(__name__)

FILE = "judge_exam.json"


class NoJudge(GreenroomError):
    advice = "Set GREENROOM_JUDGE_URL and GREENROOM_JUDGE_MODEL, then take the exam: greenroom rehearse exam."


class JudgeService:
    """Thread-safe. An exam counts for this address, this model and this set of labels only."""

    def __init__(self, config: Config, labels: Sequence[LabelledReply] | None = None) -> None:
        self._config = config
        self._labels = judging.starter_exam() if labels is None else tuple(labels)
        self._file = config.data_dir / FILE
        self._chat = ChatModel(config.judge_url, config.judge_model, config.judge_key)

    @property
    def configured(self) -> bool:
        return bool(self._config.judge_url and self._config.judge_model)

    def exam(self) -> ExamResult:
        """Take the exam and keep its result. Raises NoJudge."""
        if not self.configured:
            raise NoJudge("No judge is set.")
        result = judging.examined((labelled, self._votes(*judging.as_call(labelled))) for labelled in self._labels)
        write_private(self._file, json.dumps({"of": self._identity(), **asdict(result)}).encode())
        return result

    def result(self) -> ExamResult | None:
        """The result of this judge's last exam; None if it took none."""
        try:
            kept = json.loads(self._file.read_text(encoding="utf8"))
            if kept.pop("of") != self._identity():
                return None
            return ExamResult(**kept)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None

    def rule(self, check: CheckSpec, evidence: CallEvidence) -> JudgeRuling | None:
        """The judge's ruling; None without a fit judge, without an answer, and for an answer that cites nothing."""
        result = self.result() if self.configured else None
        return self._votes(check, evidence) if result is not None and result.fit else None

    def close(self) -> None:
        self._chat.close()

    def _votes(self, check: CheckSpec, evidence: CallEvidence) -> JudgeRuling | None:
        messages = judging.question(check, evidence)
        votes = [self._ask(messages, evidence)]
        if votes[0] is not None and not votes[0].passed:
            votes += [self._ask(messages, evidence) for _ in range(judging.VOTES - 1)]
        return judging.decided(votes)

    def _ask(self, messages: Sequence[ChatMessage], evidence: CallEvidence) -> JudgeRuling | None:
        try:
            return judging.ruling(self._chat.ask(messages), evidence)
        except ModelSilent as error:
            log.warning("the judge gave no answer: %s", error)
            return None

    def _identity(self) -> str:
        labels = [asdict(labelled) for labelled in self._labels]
        said = json.dumps([self._config.judge_url, self._config.judge_model, labels])
        return hashlib.sha256(said.encode()).hexdigest()
