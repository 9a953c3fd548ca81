"""Rules on instructions: requests that need a screen, and contradictions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from greenroom.prompting.finding import Finding, negated
from greenroom.prompting.script import SYSTEM, Script, Text

_FORMATTING = re.compile(
    r"\b(?:use|using|with|in|as|format|include|add|write|output|return|verwende|nutze|mit|als)\b[^.!?\n]{0,30}?"
    r"\b(bullet(?:ed)?[ -]?(?:points?|lists?)|bullets|markdown|numbered lists?|(?:markdown|html) tables?|headings"
    r"|bold(?: text| font)?|italics|emojis?|code blocks?|json|html|hyperlinks?|aufzählungen|stichpunkten?|tabellen)\b",
    re.I,
)
_SCREEN = re.compile(
    r"\b(?:(?:text|chat)[ -]?bots?|text[ -]based (?:assistant|agent|chat)|chat window|(?:users?|customers?|they|person) types?"
    r"|click (?:here|on|the)|see below|shown (?:above|below)|scroll (?:up|down)|textbasierter?)\b",
    re.I,
)
_LONG = re.compile(
    r"\b(?:in (?:great |full |more )?detail|detailed (?:answers?|explanations?|responses?)|thorough(?:ly)?|comprehensive(?:ly)?"
    r"|at length|elaborate(?:ly)?|exhaustive(?:ly)?|ausführlich|detailliert|en détail|en detalle|con detalle|in dettaglio)\b",
    re.I,
)
_SHORT = re.compile(
    r"\b(?:(?:one|a single|1|two|one or two|one to two|1-2) (?:short )?sentences?|brief(?:ly)?|concise(?:ly)?|few words"
    r"|keep (?:it|answers|your answers) short|short answers|(?:ein|einem|zwei) (?:kurzen? )?s(?:atz|ätzen?)"
    r"|kurz|brièvement|breve(?:mente)?)\b",
    re.I,
)


_THINKING = re.compile(
    r"\b(?:think(?:ing)? step[ -]by[ -]step|step[ -]by[ -]step reasoning|chain[ -]of[ -]thought"
    r"|think (?:carefully|hard|deeply|thoroughly) (?:before|about)|reason (?:carefully|step)|denke? schritt für schritt)\b",
    re.I,
)


def thinking_asked(script: Script, language: str) -> Iterator[Finding]:
    """A model that reasons does so anyway; asking for it makes the caller wait."""
    text = script.text(SYSTEM)
    for match in _THINKING.finditer(text) if script.reasons else ():
        if not negated(text, match.start()):
            why = "This model reasons by itself, and each extra thought is a pause for the caller. Remove this instruction."
            yield Finding("thinking", "hint", SYSTEM, *match.span(), why)


def formatting_asked(text: Text, language: str) -> Iterator[Finding]:
    """Requested formatting is read aloud as symbols."""
    if text.is_said:
        return
    for match in _FORMATTING.finditer(text.text):
        if not negated(text.text, match.start(1)):
            why = f"The voice reads {match[1].lower()} aloud as symbols. Ask for plain sentences."
            yield Finding("formatting", "warning", text.key, *match.span(), why)


def made_for_a_screen(text: Text, language: str) -> Iterator[Finding]:
    """Prompts about a screen make the model write for a screen."""
    for match in _SCREEN.finditer(text.text):
        if not negated(text.text, match.start()):
            why = "This refers to a screen. Say that the agent speaks and callers listen."
            yield Finding("screen", "warning", text.key, *match.span(), why)


def contradictory_length(text: Text, language: str) -> Iterator[Finding]:
    """ "In detail" and "one sentence" contradict each other."""
    if text.is_said:
        return
    long = next((m for m in _LONG.finditer(text.text) if not negated(text.text, m.start())), None)
    short = next((m for m in _SHORT.finditer(text.text) if not negated(text.text, m.start())), None)
    if long and short:
        why = f"“{short[0]}” and “{long[0]}” contradict each other. Keep one."
        yield Finding("contradiction", "warning", text.key, *max(long.span(), short.span()), why)
