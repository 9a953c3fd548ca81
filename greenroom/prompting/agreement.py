"""Rules across settings: variables and their values, and the languages of texts, speech recognition and voice."""

from __future__ import annotations

from collections.abc import Iterator

from greenroom.prompting.finding import Finding, negated
from greenroom.prompting.languages import NAMES, alike, asked, base, language_of
from greenroom.prompting.script import SYSTEM, VARIABLES, Script
from greenroom.prompting.variables import malformed, variables


def variables_without_value(script: Script, language: str) -> Iterator[Finding]:
    """Variables without a value stay in the text and are read aloud."""
    for variable in variables(script):
        if not variable.value:
            for key in variable.used_in[:1]:
                spot = "{{" + variable.name + "}}"
                start = script.text(key).find(spot)
                why = f"{spot} has no value. Set one, or the agent reads the braces aloud."
                span = (start, start + len(spot)) if start >= 0 else (0, 0)
                yield Finding("no_value", "warning", key, *span, why)


def values_without_use(script: Script, language: str) -> Iterator[Finding]:
    """Values without a use, often due to a misspelled variable."""
    for variable in variables(script):
        if not variable.used_in:
            why = f"{{{{{variable.name}}}}} isn't used. Remove it, or check its spelling."
            yield Finding("unused_value", "hint", VARIABLES, 0, 0, why)


def malformed_braces(script: Script, language: str) -> Iterator[Finding]:
    """Braces that Agora doesn't recognize as a variable stay in the text."""
    for text in script.texts:
        for fault in malformed(text.text):
            yield Finding(
                code="braces", severity="warning", key=text.key, start=fault.start, end=fault.end, why=fault.why, fix=fault.fix
            )


def written_in_another_language(script: Script, language: str) -> Iterator[Finding]:
    """Text in another language is read with a heavy accent, and speech in it is misrecognized."""
    named = {language_found for _, _, language_found in asked(script.text(SYSTEM))}
    for text in script.texts:
        language_found = language_of(text.text)
        if not language_found or (not text.is_said and named):
            continue  # what the prompt says about the answers counts more than what it is written in
        for key, wanted in _others(script, language_found):
            severity = "warning" if text.is_said else "hint"
            why = f"This text is in {NAMES[language_found]}, but the {_part(key)} set to {NAMES[wanted]}."
            yield Finding("language", severity, text.key, 0, len(text.text), why)
            break


def asked_for_another_language(script: Script, language: str) -> Iterator[Finding]:
    """A language requested in the prompt doesn't change speech recognition and voice."""
    text = script.text(SYSTEM)
    for start, end, wanted_language in asked(text):
        for key, wanted in () if negated(text, start) else _others(script, wanted_language):
            why = f"The prompt asks for {NAMES[wanted_language]}, but the {_part(key)} set to {NAMES[wanted]}."
            yield Finding("language_asked", "warning", SYSTEM, start, end, why)
            break


def _others(script: Script, spoken: str) -> Iterator[tuple[str, str]]:
    """The settings with another language than this one."""
    for key, tag in script.languages.items():
        wanted = base(tag)
        if wanted and not alike(wanted, spoken):
            yield key, wanted


def _part(key: str) -> str:
    return {"asr": "speech recognition is", "tts": "voice is"}.get(key.partition(".")[0], "language is")
