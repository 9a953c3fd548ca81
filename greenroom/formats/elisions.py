"""Dots for parts that a text leaves out: ``"llm": {...}``, ``[…]``, ``params: [Object]`` in a log."""

from __future__ import annotations

import re

#: The variable that stands for a part which the text leaves out.
ELIDED = "LEFT_OPEN"
_DOTS = r"(?:\.\.\.|…)"
_OBJECT = r"\[(?:Object|Array|Function(?:: \w+)?)\]"  # how Node's console shortens
_PARTS = re.compile(
    r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`"  # a string keeps its dots
    rf"|(?P<whole>\{{\s*{_DOTS}\s*\}}|\[\s*{_DOTS}\s*\]|{_OBJECT}|(?<=[:=])\s*{_DOTS}(?=\s*[,}}\]\n]))"
    rf"|(?P<rest>,\s*{_DOTS}\s*(?=[,}}\])])|(?<=[{{\[(])\s*{_DOTS}\s*,)"
)


def marked_elisions(text: str) -> str:
    """The text with a variable for each value that is left out, and without dots that stand for further entries."""
    return _PARTS.sub(_marked, text) if "..." in text or "…" in text or "[Object]" in text or "[Array]" in text else text


def _marked(match: re.Match[str]) -> str:
    if match["whole"]:
        return f' "${{{ELIDED}}}"'
    return "" if match["rest"] else match[0]
