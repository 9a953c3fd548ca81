"""Whoever tests stands with the sessions they hold, and is found again."""

from __future__ import annotations

import pytest

from greenroom.model.launch import LaunchRequest
from greenroom.model.session_query import SessionQuery

pytestmark = pytest.mark.unit


def held_by(harness, person):
    session_id = harness.calls.launch(LaunchRequest(harness.agents.list()[0].id, person=person)).session_id
    harness.calls.end(session_id, "ended")
    return session_id


def test_the_name_typed_in_settings_is_kept_for_the_tab(open_page):
    test = open_page("pages/settings.py")
    next(t for t in test.text_input if t.label == "Your name").set_value("  Mo   Lee ").run()
    assert next(t for t in test.text_input if t.label == "Your name").value.split() == ["Mo", "Lee"]


def test_a_person_is_found_whatever_the_case_and_nobody_else(open_page, harness):
    held_by(harness, "Mo Lee")
    held_by(harness, "Ada")
    assert harness.records.count(SessionQuery(person="MO LEE")) == 1
    test = open_page("pages/sessions.py")
    test.text_input(key="tab/find_person").set_value("ada").run()
    assert list(test.dataframe[0].value["Tester"]) == ["Ada"]


def test_a_session_says_who_held_it_and_what_it_cost(open_page, harness):
    test = open_page("pages/session.py", id=held_by(harness, "Mo Lee"))
    assert any(m.label == "Tester" and m.value == "Mo Lee" for m in test.metric)
    assert any("runs on this computer" in c.value for c in test.caption)
