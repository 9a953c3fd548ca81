"""What couldn't be written is written later: every end of a call, however much else waits, and whatever one entry does."""

from __future__ import annotations

from typing import Any

import pytest

from greenroom.errors import StoreUnavailable
from greenroom.services.calls import late_record
from greenroom.services.calls.late_record import LateRecord

pytestmark = pytest.mark.unit


class Disk:
    """Where the entries are written, once it has room."""

    def __init__(self) -> None:
        self.full, self.written = True, list[Any]()

    def write(self, entry: Any) -> None:
        if self.full:
            raise StoreUnavailable("The disk is full.")
        if isinstance(entry, Exception):
            raise entry
        self.written.append(entry)


def test_the_end_of_a_call_is_never_pushed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(late_record, "MOST", 10)
    disk, late = Disk(), LateRecord()
    late.write(lambda: disk.write("end"), "end 1")
    for number in range(50):
        late.write(lambda turn=number: disk.write(turn))
    disk.full = False
    late.complete()
    assert disk.written == ["end", *range(41, 50)]


def test_an_entry_that_cannot_be_written_at_all_keeps_no_other_from_it(caplog: pytest.LogCaptureFixture) -> None:
    disk, late = Disk(), LateRecord()
    for entry in ("first", UnicodeEncodeError("utf-8", "\ud800", 0, 1, "a surrogate"), "last"):
        late.write(lambda entry=entry: disk.write(entry))
    disk.full = False
    late.complete()
    assert disk.written == ["first", "last"]
    assert len(late) == 0
    assert "a late record was dropped" in caplog.text
