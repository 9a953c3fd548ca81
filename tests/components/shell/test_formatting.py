"""The words of the screen: two things with one name are told apart."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from components.shell.formatting import (
    clock_time,
    date_and_time,
    day_and_time,
    moment_ms,
    shortened,
    stages,
    unique_names,
)

pytestmark = pytest.mark.unit


def test_two_options_of_a_list_never_read_the_same():
    """A browser answers with the words of an option: the second of two equal ones could never be chosen."""
    names = {"a": "Ava", "b": "Ava", "c": "Ava (2)", "d": "Leo", "e": "Ava"}
    assert unique_names(names) == {"a": "Ava", "b": "Ava (2)", "c": "Ava (2) (2)", "d": "Leo", "e": "Ava (3)"}


def test_the_parts_of_a_latency_are_named_as_on_the_stage_and_an_unknown_one_keeps_its_name():
    segments = {"algorithm_processing": 300, "asr_ttlw": 50, "llm_ttft": 100, "tts_ttfb": 150, "new_one": 7}
    assert stages(segments) == "Heard 350 ms · Thought 100 ms · Spoke 150 ms · new_one 7 ms"
    assert stages({}) == ""


def test_what_was_said_just_before_a_call_began_stands_at_its_start():
    assert [clock_time(ms) for ms in (-4, 0, 61_000)] == ["0:00", "0:00", "1:01"]


def test_a_time_from_an_hour_on_has_hours_and_is_read_back():
    assert [clock_time(ms) for ms in (3_599_000, 3_600_000, 3_661_000)] == ["59:59", "1:00:00", "1:01:01"]
    written = {"1:01:01": 3_661_000, "75:30": 4_530_000, "1:01": 61_000, "61": 61_000, "a:01": None}
    assert {text: moment_ms(text) for text in written} == written


def test_a_name_cut_for_a_table_keeps_its_end_which_tells_it_from_its_siblings():
    names = [f"Customer onboarding concierge (pilot {n})" for n in (3, 4)]
    assert [shortened(name, 22) for name in names] == ["Customer onboa…ilot 3)", "Customer onboa…ilot 4)"]
    assert all(len(shortened("x" * length, 22)) == min(length, 22) for length in (0, 1, 21, 22, 23, 200))


def test_a_date_is_written_the_american_way_without_leading_zeros_and_one_module_writes_them():
    moment = datetime(2026, 3, 3, 14, 5, tzinfo=UTC)
    assert (date_and_time(moment), day_and_time(moment)) == ("Mar 3, 2026, 14:05", "Mar 3, 14:05")
    shown = [path for room in ("components", "pages") for path in Path(room).rglob("*.py") if "node_modules" not in path.parts]
    assert [path.as_posix() for path in shown if re.search(r"%-?d %[bB]|%[bB] %|D MMM", path.read_text())] == [
        "components/shell/formatting.py"
    ]
