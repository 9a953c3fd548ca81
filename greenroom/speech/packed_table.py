"""A table of many small entries in little memory, for reading: as a dict, a lexicon of 90,000 words takes ten times as much."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import accumulate
from typing import Any

import msgspec

#: Between an entry's key and its value.
_GAP = b"\0"
_REMEMBERED = 2048


class PackedTable(Mapping[str, Any]):
    """Keys without NUL to JSON values, in the order of the keys' bytes. A value is parsed at each look-up, in some microseconds.

    The values of the latest keys are remembered: do not change them.
    """

    def __init__(self, entries: Mapping[str, Any]) -> None:
        encode = msgspec.json.Encoder().encode
        lines = sorted(key.encode() + _GAP + encode(value) for key, value in entries.items())
        self._ends = array("I", accumulate(map(len, lines)))
        self._text = b"".join(lines)
        self._value = lru_cache(_REMEMBERED)(self._find)

    def __getitem__(self, key: str) -> Any:
        return self._value(key)

    def __iter__(self) -> Iterator[str]:
        return (self._line(number).partition(_GAP)[0].decode() for number in range(len(self)))

    def __len__(self) -> int:
        return len(self._ends)

    def _find(self, key: str) -> Any:
        start = key.encode() + _GAP
        number = bisect_left(range(len(self)), start, key=self._line)
        line = self._line(number) if number < len(self) else b""
        if not line.startswith(start):
            raise KeyError(key)
        return msgspec.json.decode(line[len(start) :])

    def _line(self, number: int) -> bytes:
        return self._text[self._ends[number - 1] if number else 0 : self._ends[number]]
