"""Evaluates one check against the evidence of a call. A check that can't be decided is ``unknown``, never ``pass``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from greenroom.rehearsal import text_match
from greenroom.rehearsal.evidence import AgentReply, CallEvidence, JudgeRuling
from greenroom.rehearsal.scenario import CheckKind, CheckSpec, TurnScope
from greenroom.rehearsal.spoken_numbers import spelled
from greenroom.rehearsal.verdict import Verdict

#: What an outcome is about: a check, or why a run says nothing: the caller or the agent broke, a tool call has no mock, or the
#: spending cap is reached.
OutcomeKind = CheckKind | Literal["caller", "agent", "mock", "cap"]
#: Tasks that wait for each processor; above it nothing is as fast as it could be.
OVERLOADED = 1.5
#: Rules on one criterion, or says why it decides nothing.
Judge = Callable[[CheckSpec, CallEvidence], JudgeRuling | str]
TOO_LONG = f"This reply is longer than {text_match.LONGEST:,} characters; the rest wasn't checked."
#: One question, however many marks it ends with; also in Chinese, Arabic and Greek.
_QUESTION = re.compile(r"[?!？！؟]*[?？؟\u037e][?!？！؟]*")


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """The verdict of one check. ``turn_id`` is the turn that decided, ``quote`` its words.

    ``samples`` are milliseconds for a percentile over all runs of the scenario; ``verdict`` is then about the maximum
    alone, and None if the check has none. ``split``: the judge voted both ways about this call. ``busy``: tasks per processor
    of this computer, if the check is about time; see :func:`about_time`.
    """

    title: str
    kind: OutcomeKind
    verdict: Verdict | None
    reason: str
    turn_id: int | None = None
    quote: str = ""
    line: int = 0
    samples: tuple[float, ...] = ()
    split: bool = False
    busy: float = 0.0


def about_time(check: CheckSpec) -> bool:
    """Whether a busy computer may fail the check."""
    return check.kind == "ms" or (check.kind == "talk" and bool({"cut_offs", "dead_air_ms"} & set(check.value)))


def slowed(outcome: CheckOutcome, busy: float) -> CheckOutcome:
    """The outcome of a check that is about time; if it failed on an overloaded computer, its reason says so."""
    late = outcome.verdict == "fail" and busy >= OVERLOADED
    why = f" This computer was overloaded ({busy:.1f} tasks per processor), so run it again." if late else ""
    return replace(outcome, reason=outcome.reason + why, busy=busy)


@dataclass(frozen=True, slots=True)
class CheckFinding:
    """What a check found in one reply or in the whole call."""

    verdict: Verdict
    reason: str
    reply: AgentReply | None = None
    quote: str = ""
    split: bool = False
    #: What the check is about never happened in this call.
    untested: bool = False


def chosen(check: CheckSpec, evidence: CallEvidence, at: int | None, default: TurnScope) -> list[AgentReply]:
    """The replies a check looks at. ``at``: the number of the reply to the check's own line; None = the whole call's."""
    scope = check.turn if check.turn is not None else (at if at is not None else default)
    if scope == "last":
        return list(evidence.replies[-1:])
    if isinstance(scope, int):
        return [reply for reply in evidence.replies if reply.number == scope]
    return list(evidence.replies)


def over(
    check: CheckSpec, replies: Sequence[AgentReply], default: TurnScope, look: Callable[[AgentReply], CheckFinding]
) -> CheckFinding:
    """Apply ``look`` to the replies: all must pass, or with ``any`` at least one."""
    if not replies:
        return CheckFinding("fail" if check.kind == "says" else "unknown", "The agent gave no reply to check.")
    findings = [look(reply) for reply in replies]
    scope = check.turn if check.turn is not None else default
    order: tuple[Verdict, ...] = ("pass", "unknown", "error", "fail") if scope == "any" else ("error", "fail", "unknown", "pass")
    # Of several failures of "at least one", the last reply is the nearest miss.
    return min(reversed(findings) if scope == "any" else findings, key=lambda one: order.index(one.verdict))


def says(check: CheckSpec, evidence: CallEvidence, at: int | None) -> CheckFinding:
    """Whether a reply has one of the phrases. After the call: at least one reply."""

    def look(reply: AgentReply) -> CheckFinding:
        if quote := text_match.first_found(check.value, reply.text):
            return CheckFinding("pass", f"Said “{quote}”.", reply, quote)
        return CheckFinding("fail", f"Did not say {_either(check.value)}.", reply, reply.text)

    default: TurnScope = "any" if at is None else "every"
    return over(check, chosen(check, evidence, at, default), default, look)


def not_says(check: CheckSpec, evidence: CallEvidence, at: int | None) -> CheckFinding:
    """Whether no reply has any of the phrases."""

    def look(reply: AgentReply) -> CheckFinding:
        if quote := text_match.first_found(check.value, reply.text):
            return CheckFinding("fail", f"Said “{quote}”.", reply, quote)
        if text_match.too_long(reply.text):
            return CheckFinding("unknown", TOO_LONG, reply)
        return CheckFinding("pass", f"Did not say {_either(check.value)}.", reply)

    return over(check, _with_words(chosen(check, evidence, at, "every")), "every", look)


def talk(check: CheckSpec, evidence: CallEvidence, at: int | None) -> CheckFinding:
    """Length and questions of a reply; cut-offs and dead air only where sound was measured."""
    limits: dict[str, float] = check.value

    def look(reply: AgentReply) -> CheckFinding:
        if text_match.too_long(reply.text):
            return CheckFinding("unknown", TOO_LONG, reply)
        counted = {"words": len(text_match.words(reply.text)), "questions": len(_QUESTION.findall(reply.text))}
        for name, most in limits.items():
            if name in counted and counted[name] > most:
                return CheckFinding("fail", f"{_count(counted[name], name)}, at most {most:g} expected.", reply, reply.text)
            if name == "cut_offs" and "cut_offs" not in evidence.measured:
                return CheckFinding("unknown", "Cut-offs can only be measured in voice mode.", reply)
            if name == "dead_air_ms" and reply.dead_air_ms is None:
                return CheckFinding("unknown", "Dead air can only be measured in voice mode.", reply)
            if name == "dead_air_ms" and (reply.dead_air_ms or 0) > most:
                return CheckFinding("fail", f"{reply.dead_air_ms} ms of silence, at most {most:g} ms expected.", reply)
        return CheckFinding("pass", ", ".join(_count(counted[n], n) for n in limits if n in counted) or "Within limits.", reply)

    cut = sum(reply.cut_off for reply in evidence.replies)
    if "cut_offs" in limits and not any(text_match.words(reply.caller_said) for reply in evidence.replies):
        return CheckFinding("unknown", "The caller said nothing that could be cut off.")
    if "cut_offs" in limits and "cut_offs" in evidence.measured and cut > limits["cut_offs"]:
        first = next(reply for reply in evidence.replies if reply.cut_off)
        return CheckFinding("fail", f"The agent cut the caller off {cut} times.", first, first.text)
    return over(check, _with_words(chosen(check, evidence, at, "every")), "every", look)


def heard(check: CheckSpec, evidence: CallEvidence, at: int | None) -> CheckFinding:
    """What the agent's recognizer made of the caller's words."""
    if evidence.mode == "text":
        return CheckFinding("unknown", "Speech recognition only runs in voice mode. Run this test by voice.")

    def look(reply: AgentReply) -> CheckFinding:
        if reply.heard is None:
            return CheckFinding("unknown", "Speech recognition reported nothing for this line.", reply)
        heard_as = f"{reply.heard}\n{spelled(reply.heard)}"
        missing = [word for word in check.value.get("words", ()) if not text_match.find(word, heard_as)]
        if missing:
            return CheckFinding("fail", f"Did not hear “{missing[0]}”.", reply, reply.heard)
        rate = word_error_rate(reply.caller_said, reply.heard)
        most = check.value.get("wer")
        if most is not None and rate > most:
            return CheckFinding("fail", f"Word error rate {rate:.0%}, at most {most:.0%} expected.", reply, reply.heard)
        return CheckFinding("pass", f"Word error rate {rate:.0%}.", reply, reply.heard)

    asked = [reply for reply in chosen(check, evidence, at, "every") if text_match.words(reply.caller_said)]
    return over(check, asked, "every", look) if asked else CheckFinding("unknown", "The caller said nothing to hear.")


def ended(check: CheckSpec, evidence: CallEvidence, at: int | None) -> CheckFinding:
    """Who ended the call."""
    last = evidence.replies[-1] if evidence.replies else None
    if evidence.ended_by == check.value:
        return CheckFinding("pass", f"The {check.value} ended the call.", last)
    who = {"agent": "The agent ended the call", "caller": "The caller ended the call", "budget": "The call reached its limit"}
    return CheckFinding("fail", f"{who[evidence.ended_by]}; expected: the {check.value}.", last)


def word_error_rate(spoken: str, heard_text: str) -> float:
    """Levenshtein distance in words, divided by the words said. 0 when nothing was said. Numbers count as they are said."""
    reference, hypothesis = text_match.words(spelled(spoken)), text_match.words(spelled(heard_text))
    if not reference:
        return 0.0
    row = list(range(len(hypothesis) + 1))
    for number, word in enumerate(reference, 1):
        before, row[0] = row[0], number
        for place, other in enumerate(hypothesis, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (word != other))
    return row[-1] / len(reference)


def _count(number: int, unit: str) -> str:
    """ "14 words", "1 question" """
    return f"{number} {unit if number != 1 else unit[:-1]}"


def _with_words(replies: Sequence[AgentReply]) -> list[AgentReply]:
    """A silent reply breaks no rule about words, and keeps none either."""
    return [reply for reply in replies if text_match.words(reply.text)]


def _either(patterns: Sequence[str]) -> str:
    return " or ".join(f"“{pattern}”" if not text_match.is_regex(pattern) else pattern for pattern in patterns)
