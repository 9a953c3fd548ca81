"""The text of a file: Unicode as its byte order mark says, else UTF-8, else the code page of Windows."""

from __future__ import annotations

import codecs

#: Marks at the beginning of a file → its coding. The one of UTF-32 begins with the one of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def file_text(data: bytes) -> str:
    """The text of a file without its byte order mark. What is in no known coding gets � for its strange bytes."""
    coding = next((coding for mark, coding in _MARKS if data.startswith(mark)), "") or _unmarked(data)
    return data.decode(coding, "replace").removeprefix("\ufeff")


def _unmarked(data: bytes) -> str:
    """UTF-16 without a mark has a zero in every second byte of plain text; a program on Windows may write its code page."""
    head = data[:200]
    if len(head) >= 4 and not any(head[1::2]):
        return "utf-16-le"
    if len(head) >= 4 and not any(head[0::2]):
        return "utf-16-be"
    try:
        data.decode()
    except UnicodeDecodeError:
        return "utf-8" if 0 in data else "cp1252"
    return "utf-8"
