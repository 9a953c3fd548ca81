"""Rules on Markdown, which voices read aloud and models imitate."""

from __future__ import annotations

import re
from collections.abc import Iterator

from greenroom.prompting.finding import Finding, at
from greenroom.prompting.script import Text

#: All marks at the start of a line, so that taking them away leaves no other.
_LINE_MARKS = re.compile(r"^[ \t]*+(?:(?:(#{1,6})|[-*+•‣▪◦>])[ \t]++)+", re.M)
_FENCE = re.compile(r"^[ \t]*+(?:`{3,}|~{3,})[^\n]*\n?", re.M)
_NUMBERED = re.compile(r"[ \t]{0,8}\d{1,3}[.)][ \t]")
_TABLE_ROW = re.compile(r"[ \t]{0,8}\|[^\n]*\|")
_LINK = re.compile(r"!?\[([^\[\]\n]{1,300})\]\(([^()\s]{1,2000})\)")
_STARS = re.compile(r"(?<![*\w])\*++(?=[^\s*])([^*\n]++)(?<=\S)\*++")
_UNDERSCORES = re.compile(r"(?<![\w_])__(?=[^\s_])([^_\n]++)__(?!\w)")
_TICKS = re.compile(r"(?<!`)`([^`\n]++)`(?!`)")


def headings_and_bullets(text: Text, language: str) -> Iterator[Finding]:
    """Headings and bullets; removing the marks keeps the words."""
    for match in _LINE_MARKS.finditer(text.text):
        if match[1] is not None:
            yield at(text, "heading", *match.span(), _seen(text, "Headings don't work in speech"), "")
        else:
            yield at(text, "bullets", *match.span(), _seen(text, "Bullet points don't work in speech"), "")


def emphasis(text: Text, language: str) -> Iterator[Finding]:
    """Bold and italics are read as asterisks."""
    for pattern in (_STARS, _UNDERSCORES, _TICKS):
        for match in pattern.finditer(text.text):
            yield at(text, "emphasis", *match.span(), _seen(text, "Bold and code don't work in speech"), match[1])


def code_fences(text: Text, language: str) -> Iterator[Finding]:
    """Code fences suggest to the model that it writes a document."""
    for match in _FENCE.finditer(text.text):
        yield at(text, "code_fence", *match.span(), _seen(text, "Code fences don't work in speech"), "")


def numbered_lists(text: Text, language: str) -> Iterator[Finding]:
    """Numbered lists are read as "one. two." and are hard to remember."""
    for start, end, lines in _runs(text.text, _NUMBERED):
        if lines > 1:
            yield at(text, "numbered_list", start, end, _seen(text, "Lists are hard to follow by ear; write “first” and “then”"))


def tables(text: Text, language: str) -> Iterator[Finding]:
    """Tables don't work in speech."""
    for start, end, lines in _runs(text.text, _TABLE_ROW):
        if lines > 1:
            yield at(text, "table", start, end, _seen(text, "Tables don't work in speech; write sentences"))


def links(text: Text, language: str) -> Iterator[Finding]:
    """Links need a screen; their text doesn't."""
    for match in _LINK.finditer(text.text):
        yield at(text, "link", *match.span(), _seen(text, "Links don't work in speech"), match[1] if text.is_said else None)


def _seen(text: Text, what: str) -> str:
    return (
        f"{what}, and the voice may read the marks aloud." if text.is_said else f"{what}; the model imitates the prompt's format."
    )


def _runs(text: str, line: re.Pattern[str]) -> Iterator[tuple[int, int, int]]:
    """Start, end and number of neighboring lines that begin like this."""
    start, end, lines, position = 0, 0, 0, 0
    for row in text.splitlines(keepends=True):
        if line.match(row):
            start, lines = (start if lines else position), lines + 1
            end = position + len(row.rstrip())
        elif lines:
            yield start, end, lines
            lines = 0
        position += len(row)
    if lines:
        yield start, end, lines
