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


#: ``<CodeBlock language="json">{`…`}</CodeBlock>``, as Agora's documentation is written, and what its escapes stand for.
#: The second group is None for one that isn't closed: it goes to the end, with all that look like tags in it.
_CODE_TAG = re.compile(r"<CodeBlock\b([^>]{0,200})>\s*+\{`(?:((?:[^`\\]|\\.)*+)`\}|(?:[^`\\]|\\.)*+\Z)", re.DOTALL)
_LANGUAGE = re.compile(r"language=[\"'](?:language-)?([\w+#-]+)")


@dataclass(frozen=True, slots=True)
class FencedBlock:
    """One block: ``reader`` as its language suggests ("" = not known), and the text inside."""

    reader: str
    text: str


def fenced_blocks(text: str) -> tuple[FencedBlock, ...]:
    """All blocks in order, quoted ones without their quote marks. An unclosed one goes to the end. Those of MDX come first."""
    blocks = [FencedBlock(_reader(tag[1]), _unescaped(tag[2])) for tag in _CODE_TAG.finditer(text) if tag[2] is not None]
    opened, lines = None, []
    for line in [*text.splitlines(), None]:
        mark = _FENCE.fullmatch(line) if line is not None else None
        if opened is None:
            opened, lines = mark, []
        elif line is None or (mark and mark[1].startswith(opened[1]) and not mark[2]):
            quoted = opened[0].lstrip(" \t").startswith(">")
            body = "\n".join(re.sub(r"^[ \t]*>[ \t]?", "", line) if quoted else line for line in lines)
            blocks.append(FencedBlock(_reader(opened[2]), body))
            opened = None
        else:
            lines.append(line)
    return tuple(blocks)


def _reader(language: str) -> str:
    """The reader for the language of a fence or a tag."""
    named = _LANGUAGE.search(language)
    return LANGUAGES.get((named[1] if named else language).lower(), "")


def _unescaped(template: str) -> str:
    """The text of a template literal."""
    return re.sub(r"\\(.)", lambda escape: {"n": "\n", "t": "\t"}.get(escape[1], escape[1]), template, flags=re.DOTALL)
