"""The pages that are made from the code say what it says. Renew them with ``GREENROOM_RENEW=1 pytest tests/test_docs.py``."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from greenroom.catalog.reference import settings_page, vendors_page

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
STAGE_TESTS = ROOT / "components" / "call" / "frontend" / "tests"
STAGE_TEST = re.compile(r"""\bit(?:\.each\([^`]*?\])?\)?\(\s*(["'])(.*?)\1""", re.DOTALL)
ROWS = re.compile(r"\brows? ([0-9][0-9, ]*(?:(?: and |-)[0-9]+)?)", re.IGNORECASE)


def coverage_page() -> str:
    """Which capability of Agora's own samples (numbered 1 to 95) is proved by which tests."""
    proofs: dict[int, set[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for name, row in _claims(path):
            proofs.setdefault(row, set()).add(f"`{path.relative_to(ROOT)}` {name}")
    for path in sorted(STAGE_TESTS.glob("*.test.ts")):
        for _, name in STAGE_TEST.findall(path.read_text(encoding="utf8")):
            for row in rows_in(name):
                proofs.setdefault(row, set()).add(f"`{path.relative_to(ROOT)}` {name}")
    about = "Which of the numbered capabilities of Agora's own samples is proved by which tests; made from the tests."
    lines = ["# Coverage", "", about]
    for row in range(1, 96):
        lines += ["", f"**{row}**", ""] + [f"- {proof}" for proof in sorted(proofs.get(row, {"not yet"}))]
    return "\n".join(lines) + "\n"


def _claims(path: Path) -> Iterator[tuple[str, int]]:
    tree = ast.parse(path.read_text(encoding="utf8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            for row in rows_in(ast.get_docstring(node) or ""):
                yield node.name.removeprefix("test_").replace("_", " "), row


def rows_in(text: str) -> Iterator[int]:
    for found in ROWS.findall(text):
        for part in re.split(r",| and ", found):
            low, _, high = part.strip().partition("-")
            if low:
                yield from range(int(low), int(high or low) + 1)


@pytest.mark.parametrize(
    ("name", "page"), [("vendors.md", vendors_page), ("settings.md", settings_page), ("coverage.md", coverage_page)]
)
def test_a_page_made_from_the_code_is_up_to_date(name: str, page: Callable[[], str]):
    file = DOCS / name
    if os.environ.get("GREENROOM_RENEW"):
        file.write_text(page(), encoding="utf8")
    assert file.exists(), "renew it: GREENROOM_RENEW=1 pytest tests/test_docs.py"
    assert file.read_text(encoding="utf8") == page(), "renew it: GREENROOM_RENEW=1 pytest tests/test_docs.py"


def test_rows_are_read_out_of_the_words_that_tests_use():
    assert list(rows_in("row 49: x")) == [49]
    assert list(rows_in("rows 49, 51, 52: over the stream")) == [49, 51, 52]
    assert list(rows_in("rows 17-20 and more, row 3")) == [17, 18, 19, 20, 3]
    assert list(rows_in("three rows of text")) == []
