"""Replies that need no fact: greetings, thanks, and an offer to call back for what the prompt doesn't say. English."""

from __future__ import annotations

import re
from collections.abc import Sequence

from greenroom.twin.agent.brain.base import Message
from greenroom.twin.agent.brain.heard import asked_in, is_question, prompt_of, said_in
from greenroom.twin.agent.brain.prompt_facts import facts_in, sentences_in
from greenroom.twin.agent.brain.small_talk import small_talk

_HELLO = re.compile(r"^(hello|hi|hey|good (morning|day|afternoon|evening))( there| \w+)?[ ,.!]*$", re.IGNORECASE)
#: Not "Can I see you tomorrow?"
_GOODBYE = re.compile(r"\b(bye|goodbye)\b|(?<!\bi )(?<!\bwe )(?<!\bto )\bsee you\b", re.IGNORECASE)
_THANKS = re.compile(r"^(ok(ay)?|great|no|perfect)?[ ,.!]*(many )?(thanks|thank you)\b", re.IGNORECASE)
_YES = re.compile(r"^(yes|yeah|yep|sure|ok(ay)?|please|that would be)\b", re.IGNORECASE)

#: As long as a prompt that someone has worked out.
_LONG_CHARS = 600
#: A prompt that serves callers of a business: what it doesn't say, a colleague has to answer.
_SERVES_CALLERS = re.compile(
    r"\b(guests?|customers?|callers?|clients?|patients|phone|colleagues?|reception\w*|front desk|hotline|support|help ?desk|"
    r"clinic|(?:dental|medical|law|doctor'?s?) practice|restaurant|hotel|shop|store|salon|company|"
    r"kunden|gäste|patienten|anrufe\w*|praxis|rezeption|réception|clientes|pacientes|huéspedes)\b",
    re.IGNORECASE,
)

#: For questions the prompt has no answer to; the next one each time, so that two in a row differ.
DEFERRALS = (
    "I don't have that information. A colleague can call you back about it.",
    "I'm not sure about that. I can have a colleague call you back.",
    "I can't answer that one. A colleague will be happy to call you back.",
)
CALLBACK = "Thank you. Which number should my colleague call?"
CALLBACK_NOTED = "Thank you. A colleague will call you back."
#: For a caller's trouble or wish that no fact or guidance answers: a small model would invent something.
SORRY = (
    "I'm sorry to hear that. A colleague can call you back about it.",
    "I'm sorry about that. I can have a colleague call you back.",
)
CANNOT_DO = (
    "I can't do that myself. A colleague can call you back about it.",
    "A colleague has to do that for you. Shall they call you back?",
)
SEEN = ("I see. How can I help you?", "All right. What can I do for you?", "Okay. What would you like to know?")
ENDED, FAREWELL = "All right. Thank you for your time.", "Thank you, and goodbye."
GO_ON = "Of course. What is it?"
NOTED = (
    "I see. A colleague can call you back about it.",
    "All right. I can have a colleague call you back about that.",
)
_ASKS_FOR_MORE = re.compile(r"\banything else\b[^?]*\?$")
_NO_MORE = re.compile(
    r"^(?:no|nope|nothing|that's (?:all|it)|that is all)(?:[ ,.!]+(?:no|thanks?|thank you|nothing|that's (?:all|it)|that is all|"
    r"i'm (?:good|fine)|else|more|for now))*[ .!]*$",
    re.IGNORECASE,
)
_TROUBLE = re.compile(
    r"\b(?:not work\w*|\w+n't work\w*|broken?|problem|trouble|issue|error|wrong|lost|stolen|late|delayed|cancelled|canceled|pain|"
    r"hurts?|sick|ill|angry|upset|annoy\w*|ridiculous|terrible|awful|bad|complain\w*|slow|still|missing|damaged|failed|stuck|unhappy|rude|"
    r"useless|nothing (?:helps|helped|works|worked|changed))\b",
    re.IGNORECASE,
)
_WANTS = re.compile(
    r"\b(?:i(?:'d| would)? (?:want|need|like)|i have to|please|call me|cancel|change|move|book|order|reserve|pick|send|refund|"
    r"speak to|talk to|put me|connect)\b",
    re.IGNORECASE,
)
_DECLINES = re.compile(
    r"\b(?:not interested|no interest|leave me alone|stop calling|don't call|that's all|that is all|nothing else)\b",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"^(?:sorry|pardon(?: me)?|excuse me|what|come again)[ ?!.]*$|\b(?:say|repeat) (?:that|it)(?: again)?\b|\bwhat did you say\b|"
    r"\b(?:didn't|did not|don't|do not|couldn't|could not|not) (?:understand|hear|get|catch)(?: (?:you|that|it|this))?[ .!?]*$",
    re.IGNORECASE,
)
_MY_NAME = re.compile(
    r"^(?i:(?:hello|hi|hey)?[, ]*(?:my name is|my name's|i am called|call me)) ([A-Z][\w'-]+(?: [A-Z][\w'-]+)?)[.! ]*$"
)
_WHAT_NAME = re.compile(r"\bwhat(?: is|'s| was) my name\b|\b(?:know|remember) my name\b", re.IGNORECASE)
_CALL_ME, _NUMBER = (
    re.compile(r"\bcall (?:me|us) back\b|\bcallback\b", re.IGNORECASE),
    re.compile(r"\d|\b(?:zero|one|two|three|four|five|six|seven|eight|nine)\b", re.IGNORECASE),
)


def courtesy(asked: str, said: Sequence[str] = ()) -> str:
    """The answer to a greeting, a farewell or small talk; "" to anything else. ``said``: by the agent; its last question is asked
    again after a greeting."""
    if _HELLO.search(asked.strip()):
        question = sentences_in(said[-1])[-1:] if said else []
        return f"Hello. {question[0] if question and question[0].endswith('?') else 'How can I help you?'}"
    if said and _ASKS_FOR_MORE.search(said[-1]) and _NO_MORE.match(asked.strip()):
        return ENDED
    if _GOODBYE.search(asked):
        return FAREWELL
    return small_talk(asked)


def repeated(messages: Sequence[Message]) -> str:
    """What the agent said last, for a caller who asks for it again; else ""."""
    asked, said = asked_in(messages), said_in(messages)
    return said[-1] if asked and said and _AGAIN.search(asked[-1].strip()) else ""


def of_name(asked: Sequence[str]) -> str:
    """The answer to a caller who gives their name and nothing else, or asks for the name they gave; else ""."""
    if told := _MY_NAME.match(asked[-1].strip()):
        return f"Thank you, {told[1]}. How can I help you?"
    names = [found[1] for text in asked if (found := _MY_NAME.match(text.strip()))]
    if not _WHAT_NAME.search(asked[-1]):
        return ""
    return f"Your name is {names[-1]}." if names else "I don't know your name yet. What is it?"


def is_thanks(asked: str) -> bool:
    """Whether the caller's words begin with thanks."""
    return _THANKS.search(asked.strip()) is not None


def is_trouble(asked: str) -> bool:
    """Whether the caller tells that something is wrong."""
    return _TROUBLE.search(asked) is not None


def is_wish(asked: str) -> bool:
    """Whether the caller wants something done."""
    return _WANTS.search(asked) is not None


def is_refusal(asked: str) -> bool:
    """Whether the caller wants nothing more of this call."""
    return _DECLINES.search(asked) is not None


def deferral(messages: Sequence[Message]) -> str:
    """The reply to a question that the prompt doesn't answer, instead of an invented one; "" if a model may talk freely.

    Prompts with facts for callers of a business count as complete.
    """
    asked, said = asked_in(messages), said_in(messages)
    if not asked or not serves_callers(messages):
        return ""
    if said and said[-1] == CALLBACK and _NUMBER.search(asked[-1]):
        return CALLBACK_NOTED
    if _CALL_ME.search(asked[-1]) or (said and said[-1] in _OFFERS and _YES.search(asked[-1].strip())):
        return CALLBACK
    if not is_question(asked[-1]):
        return ""
    return next_of(DEFERRALS, said)


def acknowledgement(messages: Sequence[Message]) -> str:
    """The reply to a statement or a wish of a business's caller that no fact answers; "" if a model may talk freely."""
    asked, said = asked_in(messages), said_in(messages)
    if not asked or not serves_callers(messages):
        return ""
    if is_refusal(asked[-1]):
        return ENDED
    if is_trouble(asked[-1]):
        return next_of(SORRY, said)
    return next_of(CANNOT_DO if is_wish(asked[-1]) else SEEN, said)


def closing(messages: Sequence[Message]) -> str:
    """The reply to an answer to "Is there anything else?", which isn't asked twice in a row; "" if the last line was another."""
    asked, said = asked_in(messages)[-1], said_in(messages)[-1:]
    if said and said[0] in (ENDED, FAREWELL):
        return FAREWELL
    if not said or not _ASKS_FOR_MORE.search(said[0]):
        return ""
    if _YES.search(asked.strip()) and len(asked.split()) <= 2:
        return GO_ON
    return next_of(NOTED, said_in(messages)) if serves_callers(messages) else ENDED


def serves_callers(messages: Sequence[Message]) -> bool:
    """Whether the prompt is for callers of a business and states facts or is long: it then counts as complete, and no model adds
    to it."""
    prompt = prompt_of(messages)
    return _SERVES_CALLERS.search(prompt) is not None and (len(prompt) > _LONG_CHARS or bool(facts_in(prompt)))


#: A call back was offered, and a yes takes it up.
_OFFERS = (*DEFERRALS, *SORRY, *CANNOT_DO, *NOTED)


def next_of(lines: Sequence[str], said: Sequence[str]) -> str:
    """The next line each time, so that two in a row differ."""
    return lines[sum(text in lines for text in said) % len(lines)]
