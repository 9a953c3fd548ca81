"""What stands before each line of a text that was copied from a log, a terminal or a diff, and isn't part of it."""

from __future__ import annotations

import re

_TIME = r"\[?(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?\]?"
#: Android's logcat, Docker Compose, GitHub Actions and other logs with a time, numbered lines (``cat -n``, ``grep -n``).
_HEADS = tuple(
    re.compile(head)
    for head in (
        rf"(?:\d\d-\d\d )?{_TIME} +\d+[- ]+\d+ (?:\S+ +){{1,2}}[VDIWEF] ? ?",
        rf"(?:\d\d-\d\d )?{_TIME} +\d+ +\d+ [VDIWEF] [^:\s]+ *: ?",
        r"[\w.-]+ +\| ?",
        rf"{_TIME} (?:\[?(?:DEBUG|INFO|WARN|WARNING|ERROR)\]? ?:? ?)?",
        r" *\d+(?::| *\|| *\t) ?",
    )
)
#: The fewest lines in which a common head is looked for, and the percentage of lines that must have it.
_FEWEST, _MOST = 4, 90
_DIFF = re.compile(r"(?m)^@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@")
_OF_THE_DIFF = ("diff ", "index ", "--- ", "+++ ", "@@ ", "-", "\\ No newline", "new file", "similarity", "rename ")


def without_line_heads(text: str) -> str:
    """The text without what stands before nearly all of its lines; a diff as the file it makes."""
    if _DIFF.search(text):
        return "\n".join(line[1:] for line in text.splitlines() if not line.startswith(_OF_THE_DIFF))
    lines = text.splitlines()
    written = [line for line in lines if line.strip()]
    if len(written) < _FEWEST:
        return text
    for head in _HEADS:
        if head.match(written[0]) and sum(head.match(line) is not None for line in written) * 100 >= len(written) * _MOST:
            return "\n".join(head.sub("", line, count=1) if head.match(line) else line for line in lines)
    return text
