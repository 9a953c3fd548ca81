"""The audit log in a studio of one person, where it isn't in the menu but has its address."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.unit


def test_one_person_reads_at_its_address_when_the_log_begins(open_page, harness):
    harness.launch()
    test = open_page("pages/audit_log.py")
    assert [title.value for title in test.title] == ["Audit log"]
    assert not test.error
    assert any("begins when sign-in is set up" in info.value for info in test.info)
