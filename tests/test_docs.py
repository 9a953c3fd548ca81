"""The pages that are made from the code say what it says. Renew them with ``GREENROOM_RENEW=1 pytest tests/test_docs.py``."""

from __future__ import annotations

import ast
import os
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from greenroom import __version__
from greenroom.catalog.reference import settings_page, vendors_page
from greenroom.options import OPTIONS
from greenroom.services.calls.sample_parameters import OF_A_VENDOR, REFUSED, SETTINGS
from tests.checklist import TITLES

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
    about = "Which capabilities of Agora's own samples are proved by which tests. Generated from the tests' docstrings."
    lines = ["# Coverage", "", about]
    for row, title in TITLES.items():
        lines += ["", f"## {row} {title}", ""] + [f"- {proof}" for proof in sorted(proofs.get(row, {"not yet"}))]
    return "\n".join(lines) + "\n"


def options_page() -> str:
    """Every environment variable with its default."""
    about = "Read once at start from the environment. Generated from `greenroom/options.py`."
    lines = ["# Options", "", about, "", "| Variable | Default | What it is for |", "|---|---|---|"]
    lines += [
        f"| `{o.env}` | {f'`{o.default}`' if o.default else ''} | {o.help}{' *Secret.*' if o.secret else ''} |" for o in OPTIONS
    ]
    vendors = "Vendor keys (`DEEPGRAM_API_KEY`, `ELEVENLABS_API_KEY`, …) come from the environment, `.streamlit/secrets.toml`, or"
    return "\n".join([*lines, "", f"{vendors} *Settings → Credentials*, encrypted at rest."]) + "\n"


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
    ("name", "page"),
    [("vendors.md", vendors_page), ("settings.md", settings_page), ("coverage.md", coverage_page), ("options.md", options_page)],
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


VERSION = re.compile(r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2})$", re.MULTILINE)


def test_the_version_is_the_newest_one_of_the_changelog():
    released = VERSION.findall((ROOT / "CHANGELOG.md").read_text(encoding="utf8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))["project"]["version"]
    assert released[0][0] == __version__ == project
    assert [day for _, day in released] == sorted((day for _, day in released), reverse=True)


def test_the_readme_is_short_enough_to_be_read():
    assert len((ROOT / "README.md").read_text(encoding="utf8").split()) <= 1200


def pages() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_links_of_a_page_lead_somewhere(page: Path):
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf8"))
    assert [t for t in targets if "://" not in t and not (page.parent / t).exists()] == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_rows_of_a_table_have_as_many_cells_as_its_head(page: Path):
    """A bar inside a cell must be escaped, even in code."""
    tables = re.findall(r"^\|.*\n\|[-| :]+\n(?:\|.*\n?)+", page.read_text(encoding="utf8"), re.MULTILINE)
    rows = [[len(re.split(r"(?<!\\)\|", row)) for row in table.splitlines()] for table in tables]
    assert [sizes for sizes in rows if len(set(sizes)) > 1] == []


def test_every_screenshot_is_shown_on_a_page():
    text = "".join(page.read_text(encoding="utf8") for page in pages())
    assert [p.name for p in sorted((DOCS / "screenshots").iterdir()) if p.name not in text] == []


def test_every_requirement_has_a_line_in_the_dependency_table():
    table = (DOCS / "dependencies.md").read_text(encoding="utf8").lower()
    named = [line for file in ("requirements.txt", "requirements-nodeps.txt") for line in (ROOT / file).read_text().splitlines()]
    names = [re.split(r"[=\[<> ]", line)[0].lower() for line in named if line and not line.startswith(("#", " ", "-"))]
    assert [name for name in names if name not in table] == []


def test_every_attack_that_security_names_is_tried():
    """SECURITY.md, Tested: the tests exist under these names; ``::name`` is in the file before it."""
    section = (ROOT / "SECURITY.md").read_text(encoding="utf8").partition("## Tested")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ") and "::" in line]
    assert len(rows) > 15
    for row in rows:
        file = ""
        for named in re.findall(r"`([^`]*::[^`]*)`", row):
            path, _, name = named.partition("::")
            file = path or file
            assert f"def {name}(" in (ROOT / file).read_text(encoding="utf8"), named


def test_every_parameter_of_start_agent_is_listed():
    page = Path("docs/api.md").read_text(encoding="utf8")
    assert [name for name in (*SETTINGS, *OF_A_VENDOR, *REFUSED) if f"`{name}`" not in page] == []
