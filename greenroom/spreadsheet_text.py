"""Text in a cell of a table that people open in a spreadsheet: no cell becomes a formula."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: Where Excel, Numbers and LibreOffice begin a cell: at the start of the text and, where lists are written with semicolons or
#: tabs, after each of these, with or without a quote. Full-width signs count in Japan and China.
_SEPARATORS = ";\t\r\n"
_START = re.compile(r"\A(?=[\s\ufeff\u200b]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])")
_AFTER_SEPARATOR = re.compile(rf"(?<=[{_SEPARATORS}])(?=[ \x22\ufeff\u200b]*(?:[=+@\uff1d\uff0b\uff0d\uff20]|-[^\s)-]))")


def without_formula(text: str) -> str:
    """The text with an apostrophe before each place at which a spreadsheet would read a formula."""
    return _AFTER_SEPARATOR.sub("'", _START.sub("'", text, count=1))


def may_have_formula(texts: Sequence[str]) -> bool:
    """Whether :func:`without_formula` may change one of the texts: a tenth of its time for a whole table without any."""
    return not all(first.isalnum() for first in {text[:1] for text in texts}) or any(
        separator in text for separator in _SEPARATORS for text in texts
    )
