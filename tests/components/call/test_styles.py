"""The stage's style sheets: what one uses is defined where it is loaded. An undefined color is drawn as nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from components.call import BUILD_DIR

pytestmark = pytest.mark.unit

SOURCE = BUILD_DIR.parent / "src"
STYLES = SOURCE / "styles"
SCRIPTS = "\n".join(path.read_text(encoding="utf8") for path in SOURCE.rglob("*.ts*"))
#: Sheets that a page loads by themselves, and those that come after the stage's.
LOADED = sorted(set(re.findall(r"styles/([\w-]+\.css)\?inline", SCRIPTS)))
AFTER_THE_STAGE = {"guest.css", "present.css", "visit.css"}


def with_imports(sheet: Path) -> str:
    text = sheet.read_text(encoding="utf8")
    return text + "".join(with_imports(sheet.parent / name) for name in re.findall(r'@import "\./([\w-]+\.css)"', text))


@pytest.mark.parametrize("name", LOADED)
def test_every_variable_of_a_sheet_is_defined_where_it_is_loaded(name: str) -> None:
    css = with_imports(STYLES / name)
    around = with_imports(STYLES / "stage.css") if name in AFTER_THE_STAGE else ""
    defined = set(re.findall(r"(--[\w-]+)\s*:", css + around)) | set(re.findall(r'"(--[\w-]+)"', SCRIPTS))
    used = set(re.findall(r"var\((--[\w-]+)\)", css))  # one with a fallback needs no definition
    assert {one for one in used - defined if not one.startswith("--st-")} == set()


def test_the_sheets_are_found() -> None:
    assert {"stage.css", "timeline.css", *AFTER_THE_STAGE} <= set(LOADED)
