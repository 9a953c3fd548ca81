"""Digits that others wrote: a superscript counts as a digit, and Python reads no number of thousands of them. Neither raises."""

from __future__ import annotations

import json

import pytest

from components.sessions.filter import _whole as version_of
from greenroom import paths
from greenroom.callers.transcript_reader import TranscriptReader
from greenroom.formats.env_places import _whole as env_number
from greenroom.formats.python_texts import _formatted
from greenroom.rehearsal.reading import read
from greenroom.rehearsal.tool_checks import value_at
from greenroom.services.calls.sample_parameters import _as_list
from tests.rehearsal.test_pathological_files import BEGINNING

pytestmark = pytest.mark.unit

DIGITS = [pytest.param("²", id="superscript"), pytest.param("9" * 5000, id="thousands of digits")]


@pytest.mark.parametrize("digits", DIGITS)
def test_digits_that_are_no_number_raise_nothing(digits: str) -> None:
    assert json.loads(_as_list(f"1,{digits}")) == [1, digits]
    assert version_of(f"v{digits}") is None
    assert env_number(digits) == digits
    assert paths.at({"a": ["x"]}, f"a.{digits}", "none") == "none"
    assert value_at(f"a.{digits}", {"a": ["x"]}) != "x"
    assert TranscriptReader().feed(f"id|{digits}|{digits}|e30=".encode()) is None
    assert _formatted(f"{{{digits}}}", ["x"], {}) is NotImplemented


@pytest.mark.parametrize("digits", DIGITS)
@pytest.mark.parametrize("times", ["{}", "1..{}"])
def test_a_test_file_with_such_a_count_says_so(times: str, digits: str) -> None:
    found = read(BEGINNING + f"      - calls: {{tool: book, times: '{times.format(digits)}'}}\n").faults
    assert any("times must be a number" in fault.message for fault in found), found


@pytest.mark.parametrize("digits", [*DIGITS, "1000000"])
def test_a_line_waits_for_no_longer_than_a_call_lasts(digits: str) -> None:
    found = read(BEGINNING.replace("say: When is breakfast?", f"wait: '{digits}'")).faults
    assert any("wait must be" in fault.message for fault in found), found
