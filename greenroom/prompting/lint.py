"""The linter for spoken texts: all rules in order, and their safe fixes.

A rule is a function that yields findings. Earlier rules take precedence: later ones skip what is already marked. Every rule
runs in time linear in the text's length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from greenroom.prompting import agreement, figures, lengths, marks, symbols, wording
from greenroom.prompting.finding import Finding, applied
from greenroom.prompting.languages import base, language_of
from greenroom.prompting.script import Script, Text
from greenroom.prompting.variables import spots

TextRule = Callable[[Text, str], Iterator[Finding]]
ScriptRule = Callable[[Script, str], Iterator[Finding]]

_MARKS: tuple[TextRule, ...] = (
    marks.code_fences,
    marks.tables,
    marks.numbered_lists,
    marks.headings_and_bullets,
    marks.links,
    marks.emphasis,
)
_SPOTS: tuple[TextRule, ...] = (
    symbols.emoji,
    symbols.addresses,
    figures.dates,
    figures.long_numbers,
    symbols.symbols,
    symbols.capitals,
)
_SENSE: tuple[TextRule, ...] = (
    lengths.long_sentences,
    wording.formatting_asked,
    wording.made_for_a_screen,
    wording.contradictory_length,
)
_WHOLE: tuple[ScriptRule, ...] = (
    lengths.prompt_missing,
    lengths.greeting_missing,
    lengths.greeting_long,
    lengths.prompt_long,
    wording.thinking_asked,
    agreement.malformed_braces,
    agreement.variables_without_value,
    agreement.values_without_use,
    agreement.written_in_another_language,
    agreement.asked_for_another_language,
)

#: What each kind of finding is called.
TITLES: Mapping[str, str] = {
    "no_prompt": "No prompt",
    "no_greeting": "No greeting",
    "long_greeting": "Long greeting",
    "long_prompt": "Long prompt",
    "braces": "Invalid variable",
    "no_value": "Variable without a value",
    "unused_value": "Unused variable",
    "language": "Language mismatch",
    "language_asked": "Language mismatch in the prompt",
    "formatting": "Asks for formatting",
    "screen": "Written for a screen",
    "thinking": "Asks for reasoning",
    "contradiction": "Conflicting length",
    "long_sentence": "Long sentences",
    "heading": "Headings",
    "bullets": "Bullet points",
    "numbered_list": "Numbered lists",
    "table": "Tables",
    "code_fence": "Code blocks",
    "link": "Links",
    "emphasis": "Bold, italics and code",
    "emoji": "Emoji",
    "address": "Web and email addresses",
    "date": "Numeric dates",
    "long_number": "Long numbers",
    "symbol": "Symbols",
    "capitals": "All caps",
}

#: A fix may bring another one to light; nobody nests marks deeper than this.
_ROUNDS = 60


def findings(script: Script) -> tuple[Finding, ...]:
    """All findings, first for whole texts, then by position. Never raises."""
    language = _language(script.text("prompt.system") or script.text("prompt.greeting"), script)
    whole = [finding for rule in _WHOLE for finding in rule(script, language)]
    spotted = [f for text in script.texts for f in _of_text(text, _language(text.text, script))]
    return tuple(whole) + tuple(spotted)


def _of_text(text: Text, language: str) -> Iterator[Finding]:
    if not text.text.strip():
        return
    yield from (f for rule in _SENSE for f in rule(text, language))
    yield from sorted(_owned(text, language), key=lambda f: f.start)


def _owned(text: Text, language: str) -> Iterator[Finding]:
    """Findings without overlaps and outside of variable names."""
    taken = bytearray(len(text.text))
    yield from _free(taken, (f for rule in _MARKS for f in rule(text, language)))
    for start, end in spots(text.text):
        taken[start:end] = b"\1" * (end - start)
    yield from _free(taken, (f for rule in _SPOTS for f in rule(text, language)))


def _free(taken: bytearray, findings: Iterable[Finding]) -> Iterator[Finding]:
    for finding in findings:
        if not any(taken[finding.start : finding.end]):
            taken[finding.start : finding.end] = b"\1" * (finding.end - finding.start)
            yield finding


def _language(text: str, script: Script) -> str:
    """The text's detected language, else that of speech recognition and voice, else English."""
    set_to = (base(tag) for tag in script.languages.values())
    return language_of(text) or next((language for language in set_to if language), "en")


def fixed(text: Text, script: Script) -> str:
    """The text with all safe fixes, including those that other fixes reveal."""
    for _ in range(_ROUNDS):
        done = applied(text.text, _fixes(text, script))
        if done == text.text:
            break
        text = Text(text.key, text.purpose, done)
    return text.text


def _fixes(text: Text, script: Script) -> Iterator[Finding]:
    braces = agreement.malformed_braces(Script((text,)), "")
    of_text = _of_text(text, _language(text.text, script))
    yield from (f for f in (*braces, *of_text) if f.fix is not None)
