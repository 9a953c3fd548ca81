"""A test from a moment of a real call: the same earlier turns, the same words of the caller, and what should have been said."""

from __future__ import annotations

import re
from collections.abc import Sequence

from greenroom.errors import GreenroomError
from greenroom.model.session import Session, Turn
from greenroom.redaction import SECRETS
from greenroom.rehearsal import text_match
from greenroom.rehearsal.scenario import PriorTurn, Provenance
from greenroom.rehearsal.writing import SimpleStep, SimpleTest
from greenroom.services.rehearsals.run_settings import VARIABLES

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+")
#: Telephone, card and account numbers: seven digits and more, however they are grouped.
_NUMBER = re.compile(r"\+?\d(?:[ ()./-]?\d){6,}")


def test_of_moment(
    session: Session,
    turns: Sequence[Turn],
    turn: Turn,
    *,
    identity: str,
    title: str,
    must_say: tuple[str, ...],
    never: tuple[str, ...],
) -> SimpleTest:
    """The test for the agent's ``turn``. Raises GreenroomError if no caller spoke before it."""
    # In the order of turns, not of times: noise can shift a turn's times, and it still answers the same line.
    before = sorted((other for other in turns if _place(other) < _place(turn)), key=_place)
    asked = next((other for other in reversed(before) if other.speaker == "user" and other.text.strip()), None)
    if asked is None:
        raise GreenroomError("The caller said nothing before this reply.", advice="Choose a later reply.")
    if not must_say and not never:
        raise GreenroomError("This test has no checks.", advice="Enter what the agent must or must not say.")
    earlier = [other for other in before[: before.index(asked)] if other.text.strip()]
    variables = session.overrides.get(VARIABLES)
    return SimpleTest(
        id=identity,
        title=title,
        steps=(SimpleStep(redacted(asked.text), must_say),),
        never=never,
        start=tuple(PriorTurn("agent" if said.speaker == "agent" else "caller", redacted(said.text)) for said in earlier),
        variables={str(name): redacted(str(value)) for name, value in variables.items()} if variables else None,
        origin=Provenance(
            session.id,
            turn.turn_id,
            turn.version_number or session.version_number,
            failed=_fails(turn.text, must_say, never),
        ),
    )


def _fails(reply: str, must_say: Sequence[str], never: Sequence[str]) -> bool:
    """Whether the reply is what the test is to prevent. What takes too long to find says nothing."""
    try:
        lacks = bool(must_say) and not text_match.first_found(must_say, reply)
        return lacks or bool(text_match.first_found(never, reply))
    except GreenroomError:
        return False


def _place(turn: Turn) -> tuple[int, bool]:
    return turn.turn_id, turn.speaker == "agent"


def redacted(text: str) -> str:
    """Without known keys, e-mail addresses and long numbers: a test is kept longer and shared more widely than a session."""
    return _NUMBER.sub("555 0100", _EMAIL.sub("name@example.com", SECRETS.text(" ".join(text.split()))))
