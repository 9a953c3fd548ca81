"""Finds the sections of a prompt, and tells those on the agent's manner, of which nothing is read out. English."""

from __future__ import annotations

import re

_HASHES = re.compile(r"^(#{1,6})(?:\s+|(?<=##)(?=\w))(.+?)[\s#:]*$")
_TAG, _END_TAG = re.compile(r"^<([A-Za-z][\w-]*)>$"), re.compile(r"^</[A-Za-z][\w-]*>$")
_BRACKETS = re.compile(r"^\[([^\[\]]{1,50})\]:?$")
_PLAIN = re.compile(r"^([^.!?|]{1,50}):$|^([A-Z][A-Za-z]*|[A-Z][A-Z &/-]+)$")
#: Deeper than any heading with hashes.
_PLAIN_LEVEL = 7
_MANNER_WORDS = """tone style personality voice manner behavior behaviour guardrails guideline guidelines format fallback samples
sample example examples"""
_MANNER = frozenset(_MANNER_WORDS.split())
_PURPOSE_WORDS = "role persona identity goal goals objective objectives task tasks mission purpose"
_PURPOSE = frozenset(_PURPOSE_WORDS.split())
_BESIDE_WORDS = """your agent agent's assistant response responses answer conversation speaking communication output error errors
handling phrase phrases dialog dialogue and of the"""
_BESIDE = frozenset(_BESIDE_WORDS.split())


class Sections:
    """Follows a prompt line by line. ``title``: the current heading. ``on_manner``: it, or one that it is under, is on how the
    agent speaks: "# Tone and style", "## Sample phrases"."""

    def __init__(self) -> None:
        self.title = ""
        self.on_manner = False
        self._manner_level = 0

    def begins(self, line: str, plain: str) -> bool:
        """Whether a section begins or ends here. ``line`` is the raw text, ``plain`` has no Markdown emphasis."""
        found = _heading(line.strip(), plain)
        if found is None:
            return False
        level, self.title = found
        if not (self.on_manner and level > self._manner_level):
            self.on_manner, self._manner_level = _is_about(self.title, _MANNER), level
        return True


def labels_agent(label: str) -> bool:
    """Whether what follows this label is on the agent itself: "Goal: resolve complaints", "Tone: calm"."""
    return _is_about(label, _MANNER | _PURPOSE)


def labels_manner(label: str) -> bool:
    """Whether all that follows in the line of this label is on how the agent speaks: "Style: upbeat. No jargon." """
    return _is_about(label, _MANNER)


def _heading(line: str, plain: str) -> tuple[int, str] | None:
    """The level and the title."""
    if hashes := _HASHES.match(plain):
        return len(hashes[1]), hashes[2]
    if tag := _TAG.match(line) or _BRACKETS.match(plain):
        return 1, tag[1]
    if _END_TAG.match(line):
        return 1, ""
    if named := _PLAIN.match(plain):
        return _PLAIN_LEVEL, named[1] or named[2]
    return None


def _is_about(title: str, subjects: frozenset[str]) -> bool:
    words = re.findall(r"[a-z']+", title.lower())
    return any(word in subjects for word in words) and all(word in subjects or word in _BESIDE for word in words)
