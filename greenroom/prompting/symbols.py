"""Rules on symbols that voices skip or misread: emoji, addresses, symbols, capitals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from greenroom.prompting.finding import Finding, at, without
from greenroom.prompting.script import Text

_EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff\u2600-\u27bf\u2b1b\u2b1c\u2b50\u2b55\u231a\u231b\u23e9-\u23f3\u23f8-\u23fa]"
    "[\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff\u2600-\u27bf\u2b50\u2b55\ufe0f\u200d\u20e3]*+"
)
_ENDINGS = "com|org|net|io|ai|app|dev|info|eu|de|at|ch|fr|es|it|pt|nl|co|uk|us|in|jp|kr|cn|br"
_ADDRESS = re.compile(
    r"(?<![\w.+-])(?:"
    r"(?P<mail>[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,5}[A-Za-z]{2,24})(?![\w-])"
    r"|(?P<url>(?:https?://|www\.)[^\s<>\"“”{}]{1,2000})"
    rf"|(?P<host>(?:[A-Za-z0-9-]{{1,63}}\.){{1,5}}(?:{_ENDINGS}))(?![\w@-]|\.\w)"
    r")",
    re.I,
)
_PLAIN_HOST = re.compile(r"(?:https?://)?((?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24})/?", re.I)
_SPOKEN_AT: Mapping[str, tuple[str, str, str]] = {
    "en": ("at", "dot", "dash"),
    "de": ("ät", "Punkt", "Minus"),
    "fr": ("arobase", "point", "tiret"),
    "es": ("arroba", "punto", "guion"),
    "it": ("chiocciola", "punto", "trattino"),
    "pt": ("arroba", "ponto", "hífen"),
}

_SYMBOL = re.compile(r"°[CF]?(?![A-Za-z])|[/&%#→⇒⟶=<>~^|\\_*+]")
_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {"&": "and", "%": "percent", "°": "degrees", "°C": "degrees Celsius", "°F": "degrees Fahrenheit"},
    "de": {"&": "und", "%": "Prozent", "°": "Grad", "°C": "Grad Celsius"},
    "fr": {"&": "et", "%": "pour cent", "°": "degrés", "°C": "degrés Celsius"},
    "es": {"&": "y", "%": "por ciento", "°": "grados", "°C": "grados centígrados"},
    "it": {"&": "e", "%": "per cento", "°": "gradi", "°C": "gradi centigradi"},
    "pt": {"&": "e", "%": "por cento", "°": "graus", "°C": "graus Celsius"},
    "nl": {"&": "en", "%": "procent", "°": "graden", "°C": "graden Celsius"},
}
#: Symbols that matter in instructions too: the model repeats its facts as they are written.
_REPEATED = "&%°→⇒⟶"

_CAPITALS = re.compile(r"(?<![\w{'’.&-])[A-ZÀ-ÖØ-Þ]{2,}+(?:['’][A-Z]{1,2}+)?(?![\w}&-])")
_SHOUTED = frozenset(
    [
        "ALL",
        "ALWAYS",
        "AND",
        "ANY",
        "ARE",
        "ASK",
        "AT",
        "BE",
        "BEFORE",
        "BUT",
        "CAN",
        "CRITICAL",
        "DO",
        "DON'T",
        "DON’T",
        "EACH",
        "EVER",
        "EVERY",
        "FIRST",
        "FOR",
        "FREE",
        "HELLO",
        "IF",
        "IMPORTANT",
        "IN",
        "IS",
        "KEEP",
        "MAKE",
        "MUST",
        "NEVER",
        "NEW",
        "NO",
        "NOT",
        "NOTE",
        "NOTHING",
        "NOW",
        "OF",
        "ON",
        "ONLY",
        "OR",
        "PLEASE",
        "REMEMBER",
        "RULES",
        "SALE",
        "SAY",
        "SHOULD",
        "SHORT",
        "STOP",
        "STRICTLY",
        "SURE",
        "THANK",
        "THE",
        "THIS",
        "TO",
        "UNTIL",
        "USE",
        "VERY",
        "WARNING",
        "WE",
        "WELCOME",
        "WHEN",
        "WILL",
        "WITH",
        "WITHOUT",
        "YES",
        "YOU",
        "YOUR",
        "IMMER",
        "NIE",
        "NIEMALS",
        "NICHT",
        "WICHTIG",
        "NUR",
        "BITTE",
        "KEIN",
        "KEINE",
        "MUSS",
    ]
)


def emoji(text: Text, language: str) -> Iterator[Finding]:
    """Voices skip emoji or say their name: "face with tears of joy"."""
    for match in _EMOJI.finditer(text.text):
        start, end, fix = without(text.text, *match.span())
        why = (
            "Voices skip emoji or read their names aloud."
            if text.is_said
            else ("Emoji in the prompt make the model answer with emoji.")
        )
        yield at(text, "emoji", start, end, why, fix)


def addresses(text: Text, language: str) -> Iterator[Finding]:
    """Web and email addresses are read letter by letter."""
    for match in _ADDRESS.finditer(text.text):
        address = match[0].rstrip(".,;:!?)'»”’")
        if text.is_said:
            why = "Addresses are hard to follow by ear. Write them in words, or offer to send them."
        else:
            why = "If the agent should say this address, write it the way it is spoken."
        yield at(
            text,
            "address",
            match.start(),
            match.start() + len(address),
            why,
            _spoken(address, language) if text.is_said else None,
        )


def _spoken(address: str, language: str) -> str | None:
    """ "info at linden dot com"; None if it is too long to say."""
    words = _SPOKEN_AT.get(language)
    local, _, host = address.rpartition("@")
    plain = _PLAIN_HOST.fullmatch(host)
    if words is None or plain is None or "+" in local or "_" in address or len(address) > 60:
        return None
    at_word, dot, dash = words
    spoken_host = plain[1].removeprefix("www.").replace(".", f" {dot} ").replace("-", f" {dash} ")
    before = local.replace(".", f" {dot} ").replace("-", f" {dash} ")
    return " ".join((f"{before} {at_word} {spoken_host}" if local else spoken_host).split())


def symbols(text: Text, language: str) -> Iterator[Finding]:
    """Voices read symbols such as "/" or "→" differently."""
    words = _WORDS.get(language, {})
    for match in _SYMBOL.finditer(text.text):
        sign = match[0]
        if not text.is_said and sign[0] not in _REPEATED:
            continue
        before, after = text.text[match.start() - 1 : match.start()], text.text[match.end() : match.end() + 1]
        if sign == "&" and before.isupper() and after.isupper():
            continue  # AT&T is a name
        why = "Voices read symbols differently or skip them. Write the word."
        word = words.get(sign)
        fix = None if word is None else f"{_gap(before)}{word}{_gap(after)}"
        yield at(text, "symbol", *match.span(), why, fix)


def _gap(neighbor: str) -> str:
    return " " if neighbor.isalnum() or neighbor in ("{", "}", "%", "°", "&") and neighbor else ""


def capitals(text: Text, language: str) -> Iterator[Finding]:
    """Words in capitals may be spelled out."""
    for match in _CAPITALS.finditer(text.text):
        word = match[0]
        if word in _SHOUTED:
            why = "Capitals may be spelled out letter by letter." if text.is_said else _TONE
            yield at(text, "capitals", *match.span(), why, _lowered(text.text, match.start(), word))
        elif text.is_said and len(word) > 4:
            yield at(text, "capitals", *match.span(), "A word in capitals may be spelled out letter by letter.")


_TONE = "Capitals don't add emphasis for the model. Use normal case."


def _lowered(text: str, start: int, word: str) -> str:
    before = text[max(0, start - 20) : start].rstrip(" \t\"“'")
    return word.capitalize() if not before or before[-1] in ".!?:\n" else word.lower()
