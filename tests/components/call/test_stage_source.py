"""The stage's TypeScript sources: short files, each saying what it is for, each keeping to its layer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from components.call import BUILD_DIR

pytestmark = pytest.mark.unit

FRONTEND = BUILD_DIR.parent
LONGEST_FILE = 200
SOURCES = sorted((FRONTEND / "src").rglob("*.ts*"))
#: Layers below Preact: they know no component and no hook.
WITHOUT_PREACT = {"call", "orb", "timeline"}


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_source_is_short_and_says_what_it_is_for(source: Path) -> None:
    text = source.read_text(encoding="utf8")
    assert text.startswith("/**"), "opens with what it is for"
    assert len(text.splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_source_keeps_to_its_layer(source: Path) -> None:
    text = source.read_text(encoding="utf8")
    if source.parent.name in WITHOUT_PREACT:
        assert not re.search(r'from "(preact|\.\./(hooks|parts|prefabs)/)', text)
    if source.parent.name == "parts":
        assert "../prefabs/" not in text
    assert "dangerouslySetInnerHTML" not in text
    assert "innerHTML" not in text


def test_there_are_sources_to_read() -> None:
    assert len(SOURCES) > 100


#: Phrases that read as translated (docs: plain product English); checked in strings and in JSX text, not in comments.
FOREIGN = re.compile(
    r"\b(told|somebody|goes on|is like that|for good|be had|stands in|as it is|a person|nobody|program holds|must not)\b", re.I
)
COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'`])//[^\n]*", re.S)
SHOWN_TEXT = re.compile(r'"([^"\n]*\s[^"\n]*)"|`([^`]*\s[^`]*)`|>([^<>{}=;]*\s[^<>{}=;]*)<')


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_texts_on_the_screen_are_plain_product_english(source: Path) -> None:
    code = COMMENT.sub("", source.read_text(encoding="utf8"))
    texts = [" ".join(filter(None, found)) for found in SHOWN_TEXT.findall(code)]
    assert [text for text in texts if FOREIGN.search(text)] == []
