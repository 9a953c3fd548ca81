"""Numbers with their noun."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from greenroom.plurals import counted

pytestmark = pytest.mark.unit


def test_one_is_singular_and_thousands_have_a_comma():
    assert [counted(number, "session") for number in (0, 1, 2, 2000)] == [
        "0 sessions",
        "1 session",
        "2 sessions",
        "2,000 sessions",
    ]


def test_one_module_adds_the_s():
    sources = [path for folder in ("greenroom", "components", "pages") for path in sorted(Path(folder).rglob("*.py"))]
    own = [path for path in sources if "node_modules" not in path.parts]
    adding = [str(path) for path in own if re.search(r"== 1 else ['\"]s['\"]", path.read_text(encoding="utf8"))]
    assert adding == ["greenroom/plurals.py"]
