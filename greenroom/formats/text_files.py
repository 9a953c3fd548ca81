"""Decodes the text of a file: by its byte order mark, else as UTF-16 or UTF-8, else as Windows-1252."""

from __future__ import annotations

import codecs

#: Byte order mark → encoding. UTF-32's begins with UTF-16's, so it comes first.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def file_text(data: bytes) -> str:
    """The text of a file without its byte order mark. Bytes that can't be decoded become �."""
    coding = next((coding for mark, coding in _MARKS if data.startswith(mark)), "") or _unmarked(data)
    return data.decode(coding, "replace").removeprefix("\ufeff")


def _unmarked(data: bytes) -> str:
    """The encoding of a file without a mark. UTF-16 has a zero in every second byte of English text."""
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
