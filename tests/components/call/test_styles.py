"""The style sheets: what one uses is defined where it is loaded, each rule has its markup and each class its rule, and what a
sheet or a script takes for granted of Streamlit's page is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import streamlit

from components.call import BUILD_DIR

pytestmark = pytest.mark.unit

SOURCE = BUILD_DIR.parent / "src"
STYLES = SOURCE / "styles"
SCRIPTS = "\n".join(path.read_text(encoding="utf8") for path in SOURCE.rglob("*.ts*"))
#: Sheets that a page loads by themselves, and those that come after the stage's.
LOADED = sorted(set(re.findall(r"styles/([\w-]+\.css)\?inline", SCRIPTS)))
AFTER_THE_STAGE = {"guest.css", "present.css", "visit.css"}
PAGE = Path("components/shell/stage.css")
RULE_OR_COMMENT = re.compile(r"/\*.*?\*/|\{[^{}]*\}", re.DOTALL)
#: Of an element's class: ``className="a b"``, ``className={`a-${b}`}``.
CLASS_NAMES = re.compile(r"className=\{?[\"`]([^\"`]*)[\"`]")


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


def selectors(sheet: Path) -> str:
    return RULE_OR_COMMENT.sub(" ", sheet.read_text(encoding="utf8"))


def test_each_rule_has_its_markup_and_each_class_of_the_markup_its_rule() -> None:
    styled = {
        name: set(re.findall(r"\.([a-z][\w-]*)", selectors(STYLES / name))) for name in (p.name for p in STYLES.glob("*.css"))
    }
    written = {word for names in CLASS_NAMES.findall(SCRIPTS) for word in re.sub(r"\$\{[^}]*\}", "*", names).split()}
    composed = re.compile("|".join(word.replace("*", r"[\w-]+") for word in written if "*" in word and word != "*"))
    mentioned = set(re.findall(r"[\w-]+", SCRIPTS))
    dead = {name: {c for c in found if c not in mentioned and not composed.fullmatch(c)} for name, found in styled.items()}
    assert {name: found for name, found in dead.items() if found} == {}
    assert {word for word in written if "*" not in word} - set().union(*styled.values()) == set(), "styled by no rule"


def test_the_page_has_what_its_sheet_and_the_scripts_look_for() -> None:
    """An element that Streamlit renames, or a container's key that we do, leaves a rule without effect."""
    sheet = selectors(PAGE)
    names = set(re.findall(r"\.(st[A-Z]\w+)", sheet)) | set(re.findall(r"data-testid=\W?(st[A-Z]\w+)", sheet + SCRIPTS))
    static = Path(streamlit.__file__).parent / "static" / "static" / "js"
    served = "".join(path.read_text(encoding="utf8") for path in static.glob("*.js"))
    assert len(names) > 15
    assert {name for name in names if name not in served} == set()
    keys = set(re.findall(r"st-key-(\w+)", sheet))
    code = "".join(path.read_text(encoding="utf8") for folder in ("components", "pages") for path in Path(folder).rglob("*.py"))
    assert {key for key in keys if not re.search(rf"key=f?\"{key}", code)} == set()
