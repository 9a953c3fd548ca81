"""Labeling: a human says of replies from own sessions whether they meet a criterion. The judge is examined on these, too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from greenroom.errors import GreenroomError
from greenroom.model.agent import AgentId
from greenroom.model.session import Turn
from greenroom.rehearsal.judging import Label, LabeledReply
from greenroom.services.rehearsals.moments import redacted
from greenroom.store.judge_labels import JudgeLabelStore, StoredLabel
from greenroom.store.sessions import SessionStore

#: How many of the newest sessions are searched for replies of the agent, and how many different ones are enough: runs of tests
#: repeat the same replies.
SEARCHED, ENOUGH = 300, 30


@dataclass(frozen=True, slots=True)
class ReplyToLabel:
    """A reply of an agent, redacted, with what the caller had said."""

    source: str
    caller: str
    reply: str


class JudgeLabels:
    """Thread-safe. Methods may raise StoreUnavailable."""

    def __init__(self, store: JudgeLabelStore, sessions: SessionStore) -> None:
        self._store = store
        self._sessions = sessions

    def own(self) -> list[StoredLabel]:
        """The labels given here, oldest first."""
        return self._store.all()

    def replies(self) -> tuple[LabeledReply, ...]:
        """The same, for the exam."""
        return stored_replies(self._store)

    def open(self, agent_id: AgentId, criterion: str) -> list[ReplyToLabel]:
        """Different replies of the agent's newest sessions without a label by this criterion, about ``ENOUGH``."""
        labeled = {one.reply for one in self.own() if one.criterion == criterion}
        newest = self._sessions.newest(SEARCHED)
        found: dict[str, ReplyToLabel] = {}
        for session_id in (session.id for session in newest if session.agent_id == agent_id):
            for reply in _replies(session_id, self._sessions.transcript.turns(session_id)):
                if reply.reply not in labeled:
                    found.setdefault(reply.reply, reply)
            if len(found) >= ENOUGH:
                break
        return list(found.values())

    def give(self, criterion: str, reply: ReplyToLabel, label: Label) -> StoredLabel:
        """Keep a label. Raises GreenroomError without a criterion."""
        asked = " ".join(criterion.split())
        if not asked:
            raise GreenroomError("There is no criterion.", advice="Enter what a reply must do to pass.")
        made = StoredLabel(asked, reply.caller, reply.reply, label, reply.source)
        self._store.add(made)
        return made

    def take_back(self, label: StoredLabel) -> None:
        """Undo :meth:`give`. Idempotent."""
        self._store.remove(label)


def stored_replies(store: JudgeLabelStore) -> tuple[LabeledReply, ...]:
    """The labels of this installation, for the exam."""
    return tuple(LabeledReply(one.criterion, one.caller, one.reply, _label(one.label)) for one in store.all())


def _replies(session_id: str, turns: Sequence[Turn]) -> list[ReplyToLabel]:
    replies, asked = [], ""
    for turn in turns:
        if turn.speaker == "user":
            asked = turn.text
        elif turn.text.strip() and asked:
            replies.append(ReplyToLabel(f"{session_id}/{turn.turn_id}", redacted(asked), redacted(turn.text)))
    return replies


def _label(text: str) -> Label:
    return "pass" if text == "pass" else "fail"
