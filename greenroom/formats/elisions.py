"""Dots for parts that a text leaves out: ``"llm": {...}``, ``[…]``, ``params: [Object]`` in a log."""

from __future__ import annotations

import re

#: The variable that stands for a part which the text leaves out.
ELIDED = "LEFT_OPEN"
_DOTS = r"(?:\.\.\.|…)"
_OBJECT = r"\[(?:Object|Array|Function(?:: \w+)?)\]"  # how Node's console shortens
_PARTS = re.compile(
    r"(?P<quote>[\"'`])"
    rf"|(?P<whole>\{{\s*{_DOTS}\s*\}}|\[\s*{_DOTS}\s*\]|{_OBJECT}|(?<=[:=])\s*{_DOTS}(?=\s*[,}}\]\n]))"
    rf"|(?P<rest>,\s*{_DOTS}\s*(?=[,}}\])])|(?<=[{{\[(])\s*{_DOTS}\s*,)"
)
#: What follows a quote up to the same quote, or up to where the string can't be closed any more: the line's or the text's end.
_STRINGS = {
    '"': re.compile(r"(?:\\.|[^\"\\\n])*+"),
    "'": re.compile(r"(?:\\.|[^'\\\n])*+"),
    "`": re.compile(r"(?:\\.|[^`\\])*+"),
}


def marked_elisions(text: str) -> str:
    """The text with a variable for each value that is left out, and without dots that stand for further entries."""
    if "..." not in text and "…" not in text and "[Object]" not in text and "[Array]" not in text:
        return text
    made: list[str] = []
    at = copied = 0
    #: Up to where a quote of this kind closes nothing, since an earlier one was looked through.
    unclosed = dict.fromkeys(_STRINGS, 0)
    while part := _PARTS.search(text, at):
        at = part.end()
        if quote := part["quote"]:
            if at > unclosed[quote]:
                end = _end_of(_STRINGS[quote], text, at)
                closed = text.startswith(quote, end)  # a string keeps its dots
                at, unclosed[quote] = (end + 1, 0) if closed else (at, end)
            continue
        made += [text[copied : part.start()], f' "${{{ELIDED}}}"' if part["whole"] else ""]
        copied = at
    return "".join([*made, text[copied:]])


def _end_of(inside: re.Pattern[str], text: str, at: int) -> int:
    match = inside.match(text, at)
    return match.end() if match else at
