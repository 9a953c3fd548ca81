"""What users read is product English: no phrase of the banned list in any visible string, nor the worst in docstrings."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

pytestmark = pytest.mark.unit

#: name → what it matches. Each is wrong in interface text whatever the context, or listed under ``ALLOWED``.
BANNED: dict[str, str] = {
    "told": r"\btold\b",
    "had, passive": r"\b(?:be|been) had\b",
    "so, as this way": r"\b(?:called|named|meant|written|kept) so\b",
    "stands in": r"\bstand(?:s|ing)?(?: in\b|-in\b(?! for\b))",
    "like that": r"\bis like that\b",
    "became of": r"\bbec[ao]me of\b",
    "as it is": r"\bas (?:it|they) (?:is|are|was|were)\b",
    "one a line": r"\bone(?: \w+)? a (?:line|row|session|version|turn|face|call|day)\b",
    "for good": r"\bfor good\b",
    "for ever": r"\bfor ever\b",
    "somebody": r"\b(?:some|any|every|no)body\b",
    "a person": r"\b(?:a|the|another) person\b|\bpersons\b",
    "people": r"\bpeople\b",
    "time-out": r"\btime-outs?\b",
    "by hand": r"\bby hand\b",
    "one's own": r"\bone's\b",
    "nothing fits": r"\bnothing (?:fits|is that)\b",
    "take it out": r"\btake it (?:out|in)\b|\btaken (?:out|in) as\b",
}
#: In docstrings only the phrases that send a reader back to the start of the sentence.
BANNED_IN_DOCSTRINGS = ("had, passive", "like that", "became of", "one a line", "for good", "for ever", "take it out")

#: file → phrases that are right there, and why.
ALLOWED: dict[str, tuple[frozenset[str], str]] = {}
#: Released migrations keep their words; the stage has a reader of its own.
_UNREAD = ("greenroom/store/migrations/", "components/call/frontend/")
_PYTHON = ("greenroom", "components", "pages", "app.py")
_STAGE = Path("components/call/frontend/src")


class Sentence(NamedTuple):
    file: str
    line: int
    text: str


def python_files() -> list[Path]:
    found = [path for root in _PYTHON for path in ([Path(root)] if root.endswith(".py") else sorted(Path(root).rglob("*.py")))]
    return [path for path in found if not path.as_posix().startswith(_UNREAD)]


def docstrings_of(tree: ast.AST) -> dict[int, ast.Constant]:
    """The docstring nodes of a module, by identity."""
    found: dict[int, ast.Constant] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
                found[id(first.value)] = first.value
    return found


def strings_of(source: str, file: str) -> Iterator[Sentence]:
    """Every string literal with more than one word that is no docstring; what an f-string fills in becomes "…"."""
    tree = ast.parse(source)
    skipped = set(docstrings_of(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            skipped.update(id(part) for part in ast.walk(node) if part is not node)
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            text = node.value
        else:
            continue
        if " " in text:
            yield Sentence(file, node.lineno, text)


def docstring_sentences(source: str, file: str) -> Iterator[Sentence]:
    for node in docstrings_of(ast.parse(source)).values():
        yield Sentence(file, node.lineno, str(node.value))


_COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'`\w])//[^\n]*", re.DOTALL)
_LITERAL = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|(?<=>)[^<>{}()=;]+(?=[<{])", re.DOTALL)


def stage_strings_of(source: str, file: str) -> Iterator[Sentence]:
    """String literals, templates and JSX text of a TypeScript file, comments left out."""
    bare = _COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment.group()), source)
    for found in _LITERAL.finditer(bare):
        text = re.sub(r"\$\{[^}]*\}", "…", found.group())
        if " " in text.strip():
            yield Sentence(file, bare.count("\n", 0, found.start()) + 1, text)


def faults(sentences: Iterator[Sentence], names: tuple[str, ...] = tuple(BANNED)) -> list[str]:
    found = []
    for sentence in sentences:
        allowed = {name for place, (names_, _) in ALLOWED.items() if sentence.file.startswith(place) for name in names_}
        for name in names:
            if name not in allowed and (match := re.search(BANNED[name], sentence.text, re.IGNORECASE)):
                found.append(f"{sentence.file}:{sentence.line}: “{match.group()}” ({name}) in {sentence.text[:120]!r}")
    return found


def test_no_banned_phrase_is_in_a_string_of_the_studio():
    sentences = (one for path in python_files() for one in strings_of(path.read_text(), path.as_posix()))
    assert faults(sentences) == []


def test_no_banned_phrase_is_in_a_string_of_the_stage():
    files = (path for path in sorted(_STAGE.rglob("*.ts*")))
    assert faults(one for path in files for one in stage_strings_of(path.read_text(), path.as_posix())) == []


def test_no_docstring_is_a_riddle():
    sentences = (one for path in python_files() for one in docstring_sentences(path.read_text(), path.as_posix()))
    assert faults(sentences, BANNED_IN_DOCSTRINGS) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('st.info("No session is like that.")', ["like that"]),
        ('raise NotFound(f"The list of {name} could not be had.")', ["had, passive"]),
        ('help = f"Words, {n} in all, one a line"', ["one a line"]),
        ('"""Somebody is told."""', []),
        ('st.button("Export CSV")', []),
    ],
)
def test_strings_are_found_where_they_are_shown(source: str, found: list[str]):
    reported = faults(strings_of(source, "pages/x.py"))
    assert [re.search(r"\((.*?)\) in", line)[1] for line in reported] == found  # pyright: ignore[reportOptionalSubscript]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('const text = "Somebody with the same number"; // nobody reads this', 1),
        ("<p>Nobody said a word</p>", 1),
        ("const both = `${count} people are here`;", 1),
        ("/* somebody */ const url = 'https://a.example/b c';", 0),
    ],
)
def test_strings_of_the_stage_are_found_and_comments_are_not(source: str, found: int):
    assert len(faults(stage_strings_of(source, "src/x.tsx"))) == found


def test_every_exception_is_still_needed():
    sentences = [one for path in python_files() for one in strings_of(path.read_text(), path.as_posix())]
    for place, (names, _) in ALLOWED.items():
        for name in names:
            here = (one.text for one in sentences if one.file.startswith(place))
            assert any(re.search(BANNED[name], text, re.IGNORECASE) for text in here), f"{place}: {name} is allowed in vain"
