"""Fenced blocks of Markdown and chat messages."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FENCE = re.compile(r"[ \t>]{0,12}(`{3,8}|~{3,8})[ \t]*([\w+#.-]{0,20})[^`\n]{0,200}$")
#: The language of a fence → the reader to try first.
LANGUAGES = {
    "json": "json",
    "jsonc": "json",
    "json5": "json",
    "yaml": "yaml",
    "yml": "yaml",
    "bash": "curl",
    "sh": "curl",
    "shell": "curl",
    "console": "curl",
    "curl": "curl",
    "python": "python",
    "py": "python",
    "js": "javascript",
    "javascript": "javascript",
    "ts": "javascript",
    "typescript": "javascript",
    "tsx": "javascript",
    "jsx": "javascript",
    "powershell": "powershell",
    "ps1": "powershell",
    "env": "env",
    "dotenv": "env",
}


@dataclass(frozen=True, slots=True)
class FencedBlock:
    """One block: ``reader`` as its language suggests ("" = not known), and the text inside."""

    reader: str
    text: str


def fenced_blocks(text: str) -> tuple[FencedBlock, ...]:
    """All blocks in order, quoted ones without their quote marks. An unclosed one goes to the end."""
    blocks: list[FencedBlock] = []
    opened, lines = None, []
    for line in [*text.splitlines(), None]:
        mark = _FENCE.fullmatch(line) if line is not None else None
        if opened is None:
            opened, lines = mark, []
        elif line is None or (mark and mark[1].startswith(opened[1]) and not mark[2]):
            quoted = opened[0].lstrip(" \t").startswith(">")
            body = "\n".join(re.sub(r"^[ \t]*>[ \t]?", "", line) if quoted else line for line in lines)
            blocks.append(FencedBlock(LANGUAGES.get(opened[2].lower(), ""), body))
            opened = None
        else:
            lines.append(line)
    return tuple(blocks)
