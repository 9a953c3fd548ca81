"""The Studio as drawn: what can be edited, what is saved, what is refused."""

from __future__ import annotations

import pytest

from components import state
from greenroom.catalog import rules

pytestmark = pytest.mark.unit


def field(test, agent_id, key):
    wanted = state.field_key(agent_id, key)
    kinds = (test.text_area, test.text_input, test.slider, test.number_input, test.toggle, test.selectbox, test.button_group)
    return next(w for kind in kinds for w in kind if w.key == wanted)


def test_an_empty_store_opens_on_an_agent_that_is_ready_to_launch(open_page, desk):
    test = open_page()
    agent = desk.agents.list()[0]
    assert agent.name == "Ava, front desk"
    assert "Linden House" in field(test, agent.id, "prompt.system").value
    assert desk.agents.problems(desk.agents.draft(agent.id)) == ()


def test_every_active_setting_of_the_catalogue_has_a_widget(open_page, desk):
    """rows 75, 77, 78, 80"""
    test = open_page()
    agent = desk.agents.list()[0]
    for active in rules.fields(desk.agents.draft(agent.id).settings):
        assert field(test, agent.id, active.key)


def test_what_is_typed_is_saved_without_a_button(open_page, desk):
    test = open_page()
    agent = desk.agents.list()[0]
    field(test, agent.id, "prompt.system").set_value("You are terse.").run()
    field(test, agent.id, "turns.silence").set_value(900).run()
    settings = desk.agents.draft(agent.id).settings
    assert (settings["prompt.system"], settings["turns.silence"]) == ("You are terse.", 900)


def test_an_empty_prompt_is_told_at_the_field_and_not_launched(open_page, desk):
    test = open_page()
    agent = desk.agents.list()[0]
    field(test, agent.id, "prompt.system").set_value(" ").run()
    assert any("must not be empty" in c.value for c in test.caption)
    next(b for b in test.button if b.key == "launch").click().run()
    assert [e.value for e in test.exception] == []
    assert "must not be empty" in test.session_state["notice"].message
    assert desk.sessions.unfinished() == []


def test_a_prompt_of_100_kilobytes_is_kept_and_refused_with_a_reason(open_page, desk):
    test = open_page()
    agent = desk.agents.list()[0]
    field(test, agent.id, "prompt.system").set_value("word " * 20_480).run()
    assert len(desk.agents.draft(agent.id).settings["prompt.system"]) == 102_400
    assert any("102,400" in c.value for c in test.caption)


@pytest.mark.parametrize("name", ["Zoë 🦜 <b>bold</b>", "a" * 80, "名前"])
def test_any_name_is_shown_as_written(open_page, desk, name):
    test = open_page()
    agent = desk.agents.list()[0]
    field(test, agent.id, "agent.name").set_value(name).run()
    assert [e.value for e in test.exception] == []
    assert desk.agents.get(agent.id).name == name


def test_an_empty_name_is_refused_and_the_old_one_stays(open_page, desk):
    test = open_page()
    agent = desk.agents.list()[0]
    field(test, agent.id, "agent.name").set_value("   ").run()
    assert desk.agents.get(agent.id).name == "Ava, front desk"
    assert "Name" in test.session_state["notice"].message


def test_two_fast_clicks_on_launch_make_one_session(open_page, desk):
    """row 12"""
    test = open_page()
    launch = next(b for b in test.button if b.key == "launch")
    launch.click()
    test.run()
    assert len(desk.sessions.unfinished()) == 1
    assert [b for b in test.button if b.key == "launch"] == []


def test_a_draft_that_another_tab_changed_is_not_overwritten_without_asking(open_page, desk):
    test = open_page()
    agent = desk.agents.list()[0]
    draft = desk.agents.draft(agent.id)
    desk.agents.save(agent.id, {**draft.settings, "prompt.greeting": "From the other tab."}, draft.revision)
    field(test, agent.id, "prompt.greeting").set_value("From this tab.").run()
    assert desk.agents.draft(agent.id).settings["prompt.greeting"] == "From the other tab."
    assert field(test, agent.id, "prompt.greeting").value == "From this tab."
    next(b for b in test.button if b.key == "keep_mine").click().run()
    assert desk.agents.draft(agent.id).settings["prompt.greeting"] == "From this tab."


def test_the_draft_survives_a_page_switch(open_page, desk):
    test = open_page()
    agent = desk.agents.list()[0]
    field(test, agent.id, "prompt.greeting").set_value("Hello there.").run()
    test.switch_page("pages/sessions.py").run()
    test.switch_page("pages/studio.py").run()
    assert field(test, agent.id, "prompt.greeting").value == "Hello there."
