"""Rules on length and missing texts: long greetings, long sentences, long prompts, no greeting, no prompt."""

from __future__ import annotations

import re
from collections.abc import Iterator

from greenroom.prompting import estimate
from greenroom.prompting.finding import Finding
from greenroom.prompting.script import GREETING, SYSTEM, Script, Text
from greenroom.prompting.variables import said

LONGEST_SENTENCE_WORDS, LONGEST_GREETING_S, LONGEST_PROMPT_TOKENS = 25, 12.0, 2000

_SENTENCE = re.compile(r"[^.!?。！？।\n]++[.!?。！？।]*+")
_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»\n]{40,1500})[\"”“»]")
_IDEOGRAPHS = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
#: A Chinese or Japanese word has about so many characters.
_IDEOGRAPHS_PER_WORD = 1.7


def long_sentences(text: Text, language: str) -> Iterator[Finding]:
    """Long sentences are hard to follow by ear. In instructions, quoted speech counts."""
    for offset, words in _said_parts(text):
        for match in _SENTENCE.finditer(words):
            if _words(match[0]) > LONGEST_SENTENCE_WORDS:
                lead = len(match[0]) - len(match[0].lstrip())
                why = f"This sentence has more than {LONGEST_SENTENCE_WORDS} words. Split it in two."
                span = offset + match.start() + lead, offset + match.end()
                yield Finding("long_sentence", "warning" if text.is_said else "hint", text.key, *span, why)


def _said_parts(text: Text) -> Iterator[tuple[int, str]]:
    if text.is_said:
        yield 0, text.text
    else:
        yield from ((m.start(1), m[1]) for m in _QUOTED.finditer(text.text))


def _words(sentence: str) -> float:
    ideographs = len(_IDEOGRAPHS.findall(sentence))
    return ideographs / _IDEOGRAPHS_PER_WORD if ideographs else len(sentence.split())


def greeting_missing(script: Script, language: str) -> Iterator[Finding]:
    """Without a greeting, the call starts with silence."""
    if not script.text(GREETING).strip():
        yield Finding(
            "no_greeting", "hint", GREETING, 0, 0, "Without a greeting, callers hear silence until they speak. Add one."
        )


def greeting_long(script: Script, language: str) -> Iterator[Finding]:
    """Callers interrupt long greetings."""
    text = script.text(GREETING)
    lasts = estimate.seconds(said(script, GREETING), script.speed, language)
    if lasts > LONGEST_GREETING_S:
        why = f"The greeting takes about {lasts:.0f} s. Callers interrupt after {LONGEST_GREETING_S:.0f} s; shorten it."
        yield Finding("long_greeting", "warning", GREETING, 0, len(text), why)


def prompt_missing(script: Script, language: str) -> Iterator[Finding]:
    """An agent without a prompt has no role."""
    if not script.text(SYSTEM).strip():
        yield Finding("no_prompt", "warning", SYSTEM, 0, 0, "Describe the agent's role and goal.")


def prompt_long(script: Script, language: str) -> Iterator[Finding]:
    """Long prompts slow down every answer."""
    text = script.text(SYSTEM)
    tokens = estimate.tokens(text)
    if tokens > LONGEST_PROMPT_TOKENS:
        why = f"The model reads about {tokens:,} tokens before each answer. Shorten the prompt for faster replies."
        yield Finding("long_prompt", "hint", SYSTEM, 0, len(text), why)
