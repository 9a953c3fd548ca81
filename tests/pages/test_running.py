"""The Running page and the warnings near a cap, as drawn; nobody answers for Agora here."""

from __future__ import annotations

import dataclasses

import pytest

from greenroom import services as door

pytestmark = [pytest.mark.unit, pytest.mark.any_database]


def test_what_was_started_here_is_listed_even_when_agora_does_not_answer(open_page, harness):
    harness.launch()
    test = open_page("pages/running.py")
    assert any("Couldn't load Agora's agent list" in w.value for w in test.warning)
    assert any("Ava, front desk" in m.value for m in test.markdown)
    assert any("15 min" in m.value for m in test.metric)


def test_one_is_stopped_by_its_button_and_that_is_said(open_page, harness):
    session_id = harness.launch()
    test = open_page("pages/running.py")
    test.button(key="stop_Ava, front desk").click().run()
    assert harness.session(session_id).end_reason == "stopped"
    assert test.session_state["notice"].message == "Ava, front desk stopped."


def test_without_any_it_says_how_to_get_one(open_page):
    assert any("No agents are running" in i.value for i in open_page("pages/running.py").info)


def test_near_a_cap_every_page_says_so_and_at_it_why_nothing_can_be_launched(open_page, harness):
    session_id = harness.launch()
    harness.sessions.attach_agent(session_id, "agent", harness.clock.now())
    allowance = door.current().calls.limits
    allowance._config = dataclasses.replace(harness.config, max_day_s=600)
    harness.clock.ahead_s = 500
    assert any("8 of 10 call minutes" in w.value for w in open_page().warning)
    harness.clock.ahead_s = 700
    assert any("of 10 minutes" in e.value for e in open_page().error)
