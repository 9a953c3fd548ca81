"""The Studio as drawn: what can be edited, what is saved, what is refused."""

from __future__ import annotations

import pytest

from greenroom.catalog import rules
from greenroom.catalog.conversation import GROUPS
from greenroom.catalog.spec import Choice, Vendor
from greenroom.catalog.templates import AVA, TEMPLATES
from greenroom.services.agents.draft_texts import TextMoved, is_draft_text
from tests.pages.form_fields import field, open_tab
from tests.pages.texts import text_field

pytestmark = [pytest.mark.unit, pytest.mark.any_database]


def test_an_empty_store_opens_on_an_agent_that_is_ready_to_launch(open_page, harness):
    test = open_page()
    agent = harness.agents.list()[0]
    assert agent.name == "Ava, front desk"
    assert "Linden House" in text_field(test, harness, agent.id, "prompt.system").value
    assert harness.agents.problems(harness.agents.draft(agent.id)) == ()


def with_settings(harness, **changes):
    """The ready agent with some settings changed, as another tab would leave it."""
    agent = harness.agents.list()[0]
    draft = harness.agents.draft(agent.id)
    harness.agents.save(agent.id, {**draft.settings, **changes}, draft.revision)
    return agent


@pytest.mark.parametrize("vendor", [v for vendors in rules.VENDORS.values() for v in vendors], ids=lambda v: f"{v.role}-{v.id}")
def test_every_active_setting_of_every_vendor_has_its_place_in_the_form(open_page, harness, vendor):
    """rows 75, 77, 78, 79, 80, 81, 82"""
    agent = with_settings(harness, **{rules.vendor_key(vendor.role): vendor.id})
    test = open_page()
    actives = sorted(rules.fields(harness.agents.draft(agent.id).settings), key=lambda active: GROUPS.index(active.group))
    for active in actives:
        if vendor.role not in active.group.roles and vendor.id != "none":
            continue  # what no vendor changes is looked at once
        open_tab(test, active.group.label)
        said = " ".join(m.value for m in test.markdown)
        if active.setting.kind == "secret":
            assert active.setting.env in said
        elif active.setting.kind == "rows":
            assert active.setting.label in said
        elif is_draft_text(active.key):
            assert text_field(test, harness, agent.id, active.key)
        else:
            assert field(test, agent.id, active.key)
    assert [e.value for e in test.exception] == []


def test_a_draft_that_is_only_looked_at_is_not_changed(open_page, harness):
    agent = harness.agents.list()[0]
    before = harness.agents.draft(agent.id)
    test = open_page()
    test.run()
    assert harness.agents.draft(agent.id) == before


@pytest.mark.parametrize(
    ("key", "typed", "saved"),
    [
        ("hearing.keywords", "Linden House\n\n Gartenzimmer ", ["Linden House", "Gartenzimmer"]),
        ("advanced.labels", "team = hotel\ncost center = 12 = b", {"team": "hotel", "cost center": "12 = b"}),
        ("advanced.extra", '{"new": {"field": [1, true]}}', {"new": {"field": [1, True]}}),
        ("voice.skip", [3, 5], [3, 5]),
        ("turns.filler", "Off", False),
        ("turns.padding", "300", 300),
        ("prompt.greeting_mode", "single_first", "single_first"),
    ],
)
def test_lists_maps_json_and_optional_settings_are_read_as_what_they_mean(open_page, harness, key, typed, saved):
    test = open_page()
    agent = harness.agents.list()[0]
    field(test, agent.id, key).set_value(typed).run()
    assert harness.agents.draft(agent.id).settings[key] == saved
    assert [e.value for e in test.exception] == []


def test_an_optional_setting_goes_back_to_not_mentioned(open_page, harness):
    agent = with_settings(harness, **{"turns.filler": True})
    test = open_page()
    field(test, agent.id, "turns.filler").set_value("Default").run()
    assert "turns.filler" not in harness.agents.draft(agent.id).settings


def test_json_that_is_none_is_told_with_its_line_and_stays_as_typed(open_page, harness):
    """row 84"""
    test = open_page()
    agent = harness.agents.list()[0]
    field(test, agent.id, "advanced.extra").set_value('{"a": 1,\n "b": }').run()
    assert any("line 2, column 7" in c.value for c in test.caption)
    for tab in ("prompt", "advanced"):
        open_tab(test, tab)
    assert field(test, agent.id, "advanced.extra").value == '{"a": 1,\n "b": }'
    assert "advanced.extra" not in harness.agents.draft(agent.id).settings


def test_rows_are_added_filled_and_removed(open_page, harness):
    """row 83"""
    test = open_page()
    agent = harness.agents.list()[0]
    open_tab(test, "tools")
    click(test, "add/tools.mcp_servers")
    field(test, agent.id, "tools.mcp_servers#0.name").set_value("weather").run()
    field(test, agent.id, "tools.mcp_servers#0.endpoint").set_value("https://mcp.example/weather").run()
    rows = harness.agents.draft(agent.id).settings["tools.mcp_servers"]
    assert rows[0]["name"] == "weather"
    assert rows[0]["endpoint"] == "https://mcp.example/weather"
    click(test, "remove/tools.mcp_servers/0")
    assert harness.agents.draft(agent.id).settings["tools.mcp_servers"] == []


def test_a_broken_rule_offers_its_cure_and_the_button_mends_it(open_page, harness):
    agent = with_settings(harness, **{"turns.nudge_after": 5000})
    test = open_page()
    open_tab(test, "turns")
    assert any("Enter a text" in c.value for c in test.caption)
    click(test, "fix/turns.nudge/0")
    assert harness.agents.draft(agent.id).settings["turns.nudge_after"] == 0
    assert field(test, agent.id, "turns.nudge_after").value == "0"
    assert not any("Enter a text" in c.value for c in test.caption)


@pytest.mark.parametrize("kind", ["language", "gender", "note"])
def test_voices_are_filtered_by_what_tells_them_apart_and_chosen_by_one_click(open_page, harness, kind):
    def voices(vendor: Vendor) -> list[Choice]:
        return [choice for setting in vendor.settings if setting.name == vendor.voice for choice in setting.choices]

    vendor = next(v for v in rules.VENDORS["tts"] if len({getattr(c, kind) for c in voices(v)} - {""}) > 1)
    agent = with_settings(harness, **{rules.vendor_key("tts"): vendor.id})
    wanted = voices(vendor)[-1]
    test = open_page()
    open_tab(test, "voice")
    test.selectbox(key=f"voices_{kind}/{vendor.id}").set_value(getattr(wanted, kind)).run()
    if (every := f"voices_whole/{vendor.id}") in {toggle.key for toggle in test.toggle}:
        test.toggle(key=every).set_value(True).run()
    use = f"use/tts.{vendor.id}.{vendor.voice}/"
    shown = {button.key.removeprefix(use) for button in test.button if (button.key or "").startswith(use)}
    assert shown == {c.value for c in voices(vendor) if getattr(c, kind) == getattr(wanted, kind)}
    click(test, use + wanted.value)
    assert harness.agents.draft(agent.id).settings[f"tts.{vendor.id}.{vendor.voice}"] == wanted.value


def test_a_setting_is_found_by_its_name_and_can_be_changed_there(open_page, harness):
    test = open_page()
    agent = harness.agents.list()[0]
    next(t for t in test.text_input if t.key == "find").set_value("temperature").run()
    assert [t.label for t in test.slider] == ["Temperature"]
    field(test, agent.id, "brain.temperature").set_value(1.1).run()
    assert harness.agents.draft(agent.id).settings["brain.temperature"] == 1.1


def click(test, key):
    next(b for b in test.button if b.key == key).click().run()


def test_what_is_typed_is_saved_without_a_button(open_page, harness):
    test = open_page()
    agent = harness.agents.list()[0]
    text_field(test, harness, agent.id, "prompt.system").type("You are terse.")
    field(test, agent.id, "turns.semantic_silence").set_value(900).run()
    settings = harness.agents.draft(agent.id).settings
    assert (settings["prompt.system"], settings["turns.semantic_silence"]) == ("You are terse.", 900)


def test_an_empty_prompt_is_told_at_the_field_and_not_launched(open_page, harness):
    test = open_page()
    agent = harness.agents.list()[0]
    text_field(test, harness, agent.id, "prompt.system").type(" ")
    assert any("is required" in c.value for c in test.caption)
    next(b for b in test.button if b.key == "launch").click().run()
    assert [e.value for e in test.exception] == []
    assert "is required" in test.session_state["notice"].message
    assert harness.sessions.unfinished() == []


def test_what_keeps_an_agent_from_being_launched_is_one_click_away_on_any_tab(open_page, harness):
    agent = with_settings(harness, **{"turns.nudge_after": 5000})
    test = open_page()
    assert any("Fix before launch" in c.value for c in test.caption)
    click(test, "show_fault")
    assert field(test, agent.id, "turns.nudge").label == rules.label_of("turns.nudge")
    assert any("Enter a text" in c.value for c in test.caption)


def test_a_prompt_of_100_kilobytes_is_kept_and_refused_with_a_reason(open_page, harness):
    test = open_page()
    agent = harness.agents.list()[0]
    text_field(test, harness, agent.id, "prompt.system").type("word " * 20_480)
    assert len(harness.agents.draft(agent.id).settings["prompt.system"]) == 102_400
    assert any("102,400" in c.value for c in test.caption)


@pytest.mark.parametrize("name", ["Zoë 🦜 <b>bold</b>", "a" * 80, "名前"])
def test_any_name_is_shown_as_written(open_page, harness, name):
    test = open_page()
    agent = harness.agents.list()[0]
    field(test, agent.id, "agent.name").set_value(name).run()
    assert [e.value for e in test.exception] == []
    assert harness.agents.get(agent.id).name == name


def test_an_empty_name_is_refused_and_the_old_one_stays(open_page, harness):
    test = open_page()
    agent = harness.agents.list()[0]
    field(test, agent.id, "agent.name").set_value("   ").run()
    assert harness.agents.get(agent.id).name == "Ava, front desk"
    assert any("The name is required." in caption.value for caption in test.caption)


def test_two_fast_clicks_on_launch_make_one_session(open_page, harness):
    """row 12"""
    test = open_page()
    launch = next(b for b in test.button if b.key == "launch")
    launch.click()
    test.run()
    assert len(harness.sessions.unfinished()) == 1
    assert [b for b in test.button if b.key == "launch"] == []
    assert [b.label for b in test.button if b.key == "apply"] == ["Apply now"]
    test.session_state["agent_id"] = harness.agents.create(TEMPLATES[1]).id
    test.run()
    assert [b for b in test.button if b.key == "apply"] == [], "it would apply the other agent's draft"
    assert any(caption.value.startswith("You're on a call with Ava. Changes to") for caption in test.caption)


def test_a_draft_that_another_tab_changed_is_not_overwritten_without_asking(open_page, harness):
    test = open_page()
    agent = harness.agents.list()[0]
    open_tab(test, "turns")
    draft = harness.agents.draft(agent.id)
    harness.agents.save(agent.id, {**draft.settings, "turns.semantic_silence": 700}, draft.revision)
    field(test, agent.id, "turns.semantic_silence").set_value(900).run()
    assert harness.agents.draft(agent.id).settings["turns.semantic_silence"] == 700
    assert field(test, agent.id, "turns.semantic_silence").value == 900
    next(b for b in test.button if b.key == "keep_mine").click().run()
    assert harness.agents.draft(agent.id).settings["turns.semantic_silence"] == 900


def test_a_tab_in_which_nothing_was_typed_follows_what_another_one_saved(open_page, harness):
    test = open_page()
    agent = harness.agents.list()[0]
    open_tab(test, "turns")
    draft = harness.agents.draft(agent.id)
    harness.agents.save(agent.id, {**draft.settings, "turns.semantic_silence": 700}, draft.revision)
    test.run()
    assert field(test, agent.id, "turns.semantic_silence").value == 700
    assert [b for b in test.button if b.key == "keep_mine"] == []
    field(test, agent.id, "turns.semantic_silence").set_value(800).run()
    assert harness.agents.draft(agent.id).settings["turns.semantic_silence"] == 800


def test_a_text_that_another_tab_changed_is_shown_and_not_overwritten(open_page, harness):
    test = open_page()
    agent = harness.agents.list()[0]
    here = text_field(test, harness, agent.id, "prompt.greeting")
    draft = harness.agents.draft(agent.id)
    harness.agents.save(agent.id, {**draft.settings, "prompt.greeting": "From the other tab."}, draft.revision)
    with pytest.raises(TextMoved) as moved:
        here.type("From this tab.")
    assert (moved.value.text, moved.value.revision) == ("From the other tab.", draft.revision + 1)
    test.run()
    assert text_field(test, harness, agent.id, "prompt.greeting").value == "From the other tab."
    assert [b for b in test.button if b.key == "keep_mine"] == []


def test_other_settings_are_saved_while_a_text_saves_by_itself(open_page, harness):
    test = open_page()
    agent = harness.agents.list()[0]
    here = text_field(test, harness, agent.id, "prompt.greeting")
    here.type("Typed first.")
    field(test, agent.id, "turns.semantic_silence").set_value(900).run()
    settings = harness.agents.draft(agent.id).settings
    assert (settings["prompt.greeting"], settings["turns.semantic_silence"]) == ("Typed first.", 900)
    assert [b for b in test.button if b.key == "keep_mine"] == []


def test_a_form_that_would_empty_several_long_fields_is_not_saved_before_one_is_asked(open_page, harness):
    labels, extra = {"team": "reception of the hotel", "cost center": "12 = b, and what else"}, {"new": {"field": ["long"] * 10}}
    agent = with_settings(harness, **{"advanced.labels": labels, "advanced.extra": extra})
    test = open_page()
    field(test, agent.id, "advanced.labels").set_value("")
    field(test, agent.id, "advanced.extra").set_value("").run()
    assert harness.agents.draft(agent.id).settings["advanced.labels"] == labels
    assert any("This would clear" in w.value for w in test.warning)
    click(test, "bring_texts_back")
    assert "reception" in field(test, agent.id, "advanced.labels").value
    field(test, agent.id, "advanced.labels").set_value("")
    field(test, agent.id, "advanced.extra").set_value("").run()
    click(test, "clear_texts")
    settings = harness.agents.draft(agent.id).settings
    assert not settings.get("advanced.labels")
    assert not settings.get("advanced.extra")


def test_the_draft_survives_a_page_switch(open_page, harness):
    test = open_page()
    agent = harness.agents.list()[0]
    text_field(test, harness, agent.id, "prompt.greeting").type("Hello there.")
    test.switch_page("pages/sessions.py").run()
    test.switch_page("pages/studio.py").run()
    assert text_field(test, harness, agent.id, "prompt.greeting").value == "Hello there."


def test_a_new_agent_starts_from_the_template_that_was_chosen(open_page, harness):
    test = open_page()
    next(b for b in test.button if b.key == "new_agent").click().run()
    next(b for b in test.button if b.key == "use/tutor").click().run()
    assert [e.value for e in test.exception] == []
    agent = next(a for a in harness.agents.list() if a.name == "Maya, English tutor")
    assert "patient English tutor" in text_field(test, harness, agent.id, "prompt.system").value


def test_a_fix_below_the_prompt_is_saved_as_if_it_was_typed(open_page, harness):
    test = open_page()
    agent = harness.agents.list()[0]
    text_field(test, harness, agent.id, "prompt.greeting").type("WELCOME to the house!")
    next(b for b in test.button if b.key == "fix_all").click().run()
    assert harness.agents.draft(agent.id).settings["prompt.greeting"] == "Welcome to the house!"
    assert text_field(test, harness, agent.id, "prompt.greeting").value == "Welcome to the house!"


def test_of_two_agents_with_one_name_each_can_be_chosen(open_page, harness):
    """A browser answers with the words of an option, as this test does."""
    agent = harness.agents.list()[0]
    twin = harness.agents.create(AVA)
    harness.agents.save(twin.id, {**AVA.values, "prompt.greeting": "I am the other one."}, harness.agents.draft(twin.id).revision)
    test = open_page()
    choice = next(s for s in test.selectbox if (s.key or "").startswith("pick_agent"))
    assert sorted(choice.options) == [agent.name, f"{agent.name} (2)"]
    choice.select(f"{agent.name} (2)").run()
    assert text_field(test, harness, twin.id, "prompt.greeting").value == "I am the other one."


def test_five_hundred_agents_are_listed_and_the_one_looked_at_is_edited(open_page, harness):
    for number in range(500):
        harness.agents.create(TEMPLATES[number % len(TEMPLATES)], f"Agent {number}")
    newest = harness.agents.list()[0]
    test = open_page()
    assert [e.value for e in test.exception] == []
    assert any("500" in s.label for s in test.selectbox)
    text_field(test, harness, newest.id, "prompt.greeting").type("Hello.")
    assert harness.agents.draft(newest.id).settings["prompt.greeting"] == "Hello."
