"""The words of the screen: two things with one name are told apart."""

from __future__ import annotations

import pytest

from components.shell.formatting import stages, unique_names

pytestmark = pytest.mark.unit


def test_two_options_of_a_list_never_read_the_same():
    """A browser answers with the words of an option: the second of two equal ones could never be chosen."""
    names = {"a": "Ava", "b": "Ava", "c": "Ava (2)", "d": "Leo", "e": "Ava"}
    assert unique_names(names) == {"a": "Ava", "b": "Ava (2)", "c": "Ava (2) (2)", "d": "Leo", "e": "Ava (3)"}


def test_the_parts_of_a_latency_are_named_as_on_the_stage_and_an_unknown_one_keeps_its_name():
    segments = {"algorithm_processing": 300, "asr_ttlw": 50, "llm_ttft": 100, "tts_ttfb": 150, "new_one": 7}
    assert stages(segments) == "Heard 350 ms · Thought 100 ms · Spoke 150 ms · new_one 7 ms"
    assert stages({}) == ""
