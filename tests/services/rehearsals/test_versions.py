"""The sentence that compares two versions, for a meeting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from greenroom.model.rehearsal import ScenarioResult
from greenroom.services.rehearsals.versions import compare_versions
from tests.services.rehearsals.test_report import a_cell

pytestmark = pytest.mark.unit

VERDICTS = {"p": "pass", "f": "fail", "u": "unknown", "e": "error"}
NO_PROOF = "which doesn't prove that either version is better than the other."
FEW = "It takes at least 6 tests to tell which version is better."
OPEN = "No test is decided on both version 6 and version 7. Under Results, see why they are undecided."


def cells(verdicts: str) -> list[ScenarioResult]:
    """A test for each letter; "-" = not among them."""
    return [a_cell(f"t{place:02}", VERDICTS[one]) for place, one in enumerate(verdicts) if one != "-"]


def flaky(passed: Sequence[int], of: int = 10) -> list[ScenarioResult]:
    """Tests all of whose runs must pass, by the number of those that do."""
    made = cells("".join("p" if one == of else "f" for one in passed))
    return [replace(cell, passed=one, failed=of - one, planned=of) for cell, one in zip(made, passed, strict=True)]


def sentence(old: Sequence[ScenarioResult], new: Sequence[ScenarioResult]) -> str:
    return compare_versions(old, new, ("version 6", "version 7")).sentence


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("ffffffpppp", "pppppppppp", "Version 7 is better than version 6: it fixes 6 of 10 tests and breaks none."),
        ("pppppppppp", "ffffffpppp", "Version 7 is worse than version 6: it breaks 6 of 10 tests and fixes none."),
        ("ffffffffpp", "pppppppppf", "Version 7 is better than version 6: it fixes 8 of 10 tests and breaks 1."),
        ("fffppppppp", "pppfffpppp", f"Version 7 fixes 3 of 10 tests and breaks 3, {NO_PROOF}"),
        ("ffpppppppp", "pppppppppp", f"Version 7 fixes 2 of 10 tests and breaks none, {NO_PROOF}"),
        ("pppppppppp", "pppppppppp", "All 10 tests pass on both version 6 and version 7."),
        ("ff", "ff", "Both tests fail on both version 6 and version 7."),
        ("pfpfpfpf", "pfpfpfpf", "Version 6 and version 7 pass and fail the same 8 tests."),
        ("fff", "ppp", f"Version 7 fixes all 3 tests and breaks none. {FEW}"),
        ("p", "f", f"Version 7 breaks the test and fixes none. {FEW}"),
        ("p", "p", "The test passes on both version 6 and version 7."),
        ("ppu", "ppu", "Both tests pass on both version 6 and version 7. 1 more test is undecided."),
        ("uu", "uu", OPEN),
        ("eepp", "ppee", OPEN),
        ("pp--", "--pp", "Version 6 and version 7 ran different tests. Run the same tests on both to compare them."),
        ("pp", "--", "Version 7 has no results yet. Run the tests on version 7 first."),
        ("--", "pp", "Version 6 has no results yet. Run the tests on version 6 first."),
        ("", "", "Neither version 6 nor version 7 has results yet. Run the tests on both first."),
    ],
)
def test_the_sentence_of_a_comparison(old, new, said):
    assert sentence(cells(old), cells(new)) == said


def test_tests_that_pass_more_of_their_runs_without_a_changed_verdict():
    said = sentence(flaky([2, 3, 1, 2, 3, 2, 1, 2]), flaky([8, 9, 7, 8, 9, 8, 7, 8]))
    assert said == "Version 7 is better than version 6: 80% of its runs pass, compared with 20%."
    same = sentence(flaky([5, 6, 5, 4, 6, 5]), flaky([6, 5, 6, 5, 5, 6]))
    assert same.endswith("With version 7, 55% of its runs pass, compared with 52%, which may be chance.")


def test_a_rounding_error_proves_no_difference():
    """0.9 − 0.8 and 0.7 − 0.6 differ in the last digit, and an interval that began at 0.00000000000000003 was "better"."""
    found = compare_versions(flaky([9, 8, 10, 7, 6, 10, 9, 5]), flaky([10, 9, 10, 8, 6, 9, 10, 7]), ("version 6", "version 7"))
    assert (found.difference.low, found.difference.certain) == (0.0, False)
    assert found.sentence == f"Version 7 fixes 2 of 8 tests and breaks 1, {NO_PROOF}"
