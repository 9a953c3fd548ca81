"""Undo, versions, links and the agent's menu as drawn in the Studio."""

from __future__ import annotations

from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from components.shell.formatting import plain
from components.studio.diff_view import as_html
from greenroom.catalog import rules
from greenroom.catalog.compare import compare
from greenroom.catalog.templates import AVA
from greenroom.model.guest_link import GuestLinkOptions
from tests.pages.form_fields import field, open_tab
from tests.pages.texts import text_field

pytestmark = [pytest.mark.unit, pytest.mark.any_database]


def button(test, key):
    return next(b for b in test.button if b.key == key)


def click(test, key):
    button(test, key).click().run()
    assert [e.value for e in test.exception] == []


def choose(test, option):
    next(m for m in test.menu_button if m.key == "agent_menu").click(option).run()
    assert [e.value for e in test.exception] == []


def said(test):
    kinds = (test.markdown, test.caption, test.warning, test.success, test.error, test.info)
    return " ".join([*(m.value for kind in kinds for m in kind), *(h.proto.body for h in test.get("html"))])


@pytest.fixture
def agent(harness):
    return harness.agents.list()[0].id


def save(harness, agent, **changes):
    draft = harness.agents.draft(agent)
    return harness.agents.save(agent, {**draft.settings, **changes}, draft.revision)


def setting(harness, agent, key):
    return harness.agents.draft(agent).settings.get(key)


# ── undo and redo


def test_what_was_typed_can_be_undone_and_redone(open_page, harness, agent):
    """row 88: also by a tab that was opened later."""
    test = open_page()
    before = text_field(test, harness, agent, "prompt.greeting").value
    text_field(test, harness, agent, "prompt.greeting").type("Hi.")
    assert button(test, "undo").help == "Undo: Greeting"
    later = open_page()
    click(later, "undo")
    assert text_field(later, harness, agent, "prompt.greeting").value == setting(harness, agent, "prompt.greeting") == before
    assert button(later, "redo").help == "Redo: Greeting"
    click(later, "redo")
    assert text_field(later, harness, agent, "prompt.greeting").value == setting(harness, agent, "prompt.greeting") == "Hi."


def test_with_nothing_to_undo_the_buttons_are_off_and_say_so(open_page):
    test = open_page()
    assert [(button(test, k).disabled, button(test, k).help) for k in ("undo", "redo")] == [
        (True, "Nothing to undo"),
        (True, "Nothing to redo"),
    ]


def test_undo_takes_back_what_stands_in_the_form_at_that_moment(open_page, harness, agent):
    harness.clock.hold()
    save(harness, agent, **{"prompt.greeting": "Saved before."})
    test = open_page()
    text_field(test, harness, agent, "prompt.greeting").type_and_press("Typed and not yet saved.", button(test, "undo").click)
    assert setting(harness, agent, "prompt.greeting") == AVA.values["prompt.greeting"]  # joined with the save a moment before
    click(test, "redo")
    assert text_field(test, harness, agent, "prompt.greeting").value == "Typed and not yet saved."


def test_undo_in_a_tab_that_is_behind_takes_nothing_back(open_page, harness, agent):
    """Two tabs: the first press says that there is more, and shows it; only the second takes it back."""
    save(harness, agent, **{"turns.idle": 60})
    test = open_page()
    save(harness, agent, **{"turns.idle": 90, "brain.temperature": 1.1})
    click(test, "undo")
    assert (setting(harness, agent, "turns.idle"), setting(harness, agent, "brain.temperature")) == (90, 1.1)
    assert "changed" in test.session_state["notice"].message
    assert field(test, agent, "turns.idle").value == 90
    click(test, "undo")
    assert setting(harness, agent, "turns.idle") == 60


def test_another_tabs_undo_is_a_conflict_too_and_keeping_mine_can_be_undone(open_page, harness, agent):
    draft = save(harness, agent, **{"turns.semantic_silence": 600})
    test = open_page()
    open_tab(test, "turns")
    harness.agents.undo(agent, draft.revision)
    field(test, agent, "turns.semantic_silence").set_value(900).run()
    assert f"These settings differ: {plain(rules.label_of('turns.semantic_silence'))}" in said(test)
    assert "<ins>" in said(test)
    click(test, "keep_mine")
    assert setting(harness, agent, "turns.semantic_silence") == 900
    assert "changed in another tab" not in said(test)
    assert button(test, "undo").help == "Undo: Keep my version"
    click(test, "undo")
    assert setting(harness, agent, "turns.semantic_silence") == AVA.values.get("turns.semantic_silence")


def test_what_another_tab_saved_is_not_launched_unseen(open_page, harness, agent):
    test = open_page()
    save(harness, agent, **{"prompt.greeting": "Theirs."})
    click(test, "launch")
    assert harness.sessions.unfinished() == []
    assert "changed in another tab" in test.session_state["notice"].message
    assert text_field(test, harness, agent, "prompt.greeting").value == "Theirs."  # now it is seen
    click(test, "launch")
    (session,) = harness.sessions.unfinished()
    assert harness.agents.versions.get(session.version_id).settings["prompt.greeting"] == "Theirs."


def test_coming_back_to_an_agent_shows_what_was_saved_meanwhile(open_page, harness, agent):
    other = harness.agents.create(AVA, "Ben").id
    test = open_page(agent=agent)
    choice = next(s for s in test.selectbox if (s.key or "").startswith("pick_agent"))
    choice.set_value(other).run()
    save(harness, agent, **{"prompt.greeting": "Theirs."})
    next(s for s in test.selectbox if (s.key or "").startswith("pick_agent")).set_value(agent).run()
    assert text_field(test, harness, agent, "prompt.greeting").value == "Theirs."
    assert "changed in another tab" not in said(test)


# ── versions


def test_before_the_first_launch_the_panel_says_what_will_be_there(open_page):
    test = open_page()
    choose(test, "versions")
    assert "No versions yet" in said(test)


def test_versions_are_listed_with_what_changed_and_can_be_named(open_page, harness, agent):
    harness.agents.versions.freeze(agent)
    save(harness, agent, **{"brain.temperature": 1.1})
    second = harness.agents.versions.freeze(agent)
    save(harness, agent, **{"prompt.greeting": "Hi."})
    test = open_page()
    choose(test, "versions")
    for told in ("Changes since version 2: Greeting", "Changes since version 1: Temperature", "First version", "0 sessions"):
        assert told in said(test).replace("\\", "")
    next(t for t in test.text_input if t.key == f"version_name/{second.id}").set_value("Before the fair").run()
    assert harness.agents.versions.get(second.id).name == "Before the fair"


def test_a_version_is_compared_with_the_draft_and_restored_with_a_way_back(open_page, harness, agent):
    first = harness.agents.versions.freeze(agent)
    save(harness, agent, **{"prompt.system": "You are <b>terse</b>.", "turns.interrupt": 900})
    changed = harness.agents.draft(agent).settings
    test = open_page()
    choose(test, "versions")
    click(test, f"compare/{first.id}")
    shown = said(test)
    assert "2 settings differ" in shown
    assert "<del>160 ms</del>" in shown
    assert "<del>160 ms</del>" in shown
    assert "<ins>900 ms</ins>" in shown
    assert "<b>terse" not in shown
    next(g for g in test.button_group if (g.key or "").startswith("versions_view")).set_value("History").run()
    click(test, f"restore/{first.id}")
    assert harness.agents.draft(agent).settings == first.settings
    assert text_field(test, harness, agent, "prompt.system").value == first.settings["prompt.system"]
    assert test.session_state["notice"].undo is not None
    assert button(test, "undo").help == "Undo: Restore version 1"
    click(test, "undo")
    assert test.session_state["notice"] is None  # its Undo would take back one more change
    assert harness.agents.draft(agent).settings == changed
    assert text_field(test, harness, agent, "prompt.system").value == "You are <b>terse</b>."


def page_with_an_undo_to_offer() -> None:
    import streamlit as st

    from components.shell import layout
    from components.studio import drafts

    agent = st.session_state["agent_id"]
    st.button("Offer", key="offer", on_click=drafts.offer_undo, args=(agent, "Version 1 restored as the draft."))
    layout.notice("studio")


def test_the_banner_of_a_restored_version_takes_back_no_later_step(harness, agent):
    before = harness.agents.draft(agent).settings
    test = AppTest.from_function(page_with_an_undo_to_offer, default_timeout=30)
    test.session_state["agent_id"] = agent
    test.run()
    save(harness, agent, **{"turns.interrupt": 900})
    click(test, "offer")
    click(test, "undo_notice")
    assert harness.agents.draft(agent).settings == before
    click(test, "offer")
    save(harness, agent, **{"prompt.greeting": "A later step."})
    later = harness.agents.draft(agent).settings
    test.session_state["drafts"].clear()  # the later step is this tab's own
    click(test, "undo_notice")
    assert harness.agents.draft(agent).settings == later
    assert "The draft has changed since then." in test.error[0].value


def test_of_many_versions_the_newest_are_shown_and_older_on_demand(open_page, harness, agent):
    for number in range(14):
        save(harness, agent, **{"turns.idle": 40 + number})
        harness.agents.versions.freeze(agent)
    test = open_page()
    choose(test, "versions")
    names = [t.label for t in test.text_input if (t.key or "").startswith("version_name/")]
    assert names == [f"Version {n}" for n in range(14, 4, -1)]
    click(test, "more_versions")
    assert len([t for t in test.text_input if (t.key or "").startswith("version_name/")]) == 14


# ── the menu


def test_an_agent_is_duplicated_with_what_stands_in_the_form(open_page, harness, agent):
    test = open_page()
    menu = next(m for m in test.menu_button if m.key == "agent_menu")
    text_field(test, harness, agent, "prompt.greeting").type_and_press("Hi.", lambda: menu.click("duplicate"))
    copy = next(a for a in harness.agents.list() if a.name == "Ava, front desk copy")
    assert text_field(test, harness, copy.id, "prompt.greeting").value == "Hi."
    assert setting(harness, copy.id, "prompt.greeting") == setting(harness, agent, "prompt.greeting") == "Hi."


def test_an_archived_agent_comes_back_from_the_list(open_page, harness, agent):
    other = harness.agents.create(AVA, "Ben").id
    for _ in range(2):
        harness.services.guest_links.create(GuestLinkOptions(agent_id=agent))
    test = open_page(agent=agent)
    menu = next(m for m in test.menu_button if m.key == "agent_menu")
    text_field(test, harness, agent, "prompt.greeting").type_and_press("Typed just before.", lambda: menu.click("archive"))
    assert [a.id for a in harness.agents.list()] == [other]
    notice = test.session_state["notice"]
    assert notice.undo is not None
    assert notice.message.endswith(" 2 guest links continue; see Guest links.")
    choose(test, "archived")
    click(test, f"bring_back/{agent}")
    assert {a.id for a in harness.agents.list()} == {agent, other}
    assert text_field(test, harness, agent, "prompt.greeting").value == "Typed just before."


def test_an_agent_archived_by_another_tab_stays_open_here(open_page, harness, agent):
    test = open_page()
    harness.agents.create(AVA, "Ben")
    harness.agents.archive(agent)
    text_field(test, harness, agent, "prompt.greeting").type("Still here.")
    assert setting(harness, agent, "prompt.greeting") == "Still here."
    assert "This agent is archived" in said(test)
    click(test, "bring_back")
    assert harness.agents.archived() == []


# ── links


def test_a_link_opens_its_agent_and_what_it_changes_waits_for_a_click(open_page, harness, agent):
    """rows 10, 87"""
    harness.agents.versions.freeze(agent)
    save(harness, agent, **{"prompt.greeting": "Later."})
    harness.agents.create(AVA, "Ben")
    before = harness.agents.draft(agent)
    test = open_page(
        agent=agent, version="1", **{"set.turns.semantic_silence": "900", "set.no.such": "1", "set.turns.idle": "-4"}
    )
    shown = said(test).replace("\\", "")
    assert "This link changes 2 settings, starting from version 1." in shown
    assert "Skipped: no.such isn't a setting" in shown
    assert f"Skipped: {rules.label_of('turns.idle')} must be between" in shown
    assert harness.agents.draft(agent) == before
    assert test.query_params == {"agent": agent}
    click(test, "apply_link")
    applied = {"prompt.greeting": AVA.values["prompt.greeting"], "turns.semantic_silence": 900}
    assert harness.agents.draft(agent).settings == {**before.settings, **applied}
    assert field(test, agent, "turns.semantic_silence").value == 900
    assert "This link" not in said(test)
    assert button(test, "undo").help == "Undo: Apply link"
    click(test, "undo")
    assert harness.agents.draft(agent).settings == before.settings


def test_an_ignored_link_changes_nothing(open_page, harness, agent):
    before = harness.agents.draft(agent)
    test = open_page(agent=agent, **{"set.turns.semantic_silence": "900"})
    click(test, "ignore_link")
    assert "This link" not in said(test)
    assert harness.agents.draft(agent) == before


def test_a_secret_in_a_link_is_refused_and_not_repeated(open_page, agent):
    """row 94"""
    link = {"set.llm.openai.key": "sk-canary-5f3a9c", "set.advanced.labels": '{"token":"sk-canary-5f3a9c"}'}
    test = open_page(agent=agent, **link)
    assert "This link changes nothing" in said(test)
    assert "contain a secret" in said(test)
    assert "canary" not in said(test)
    assert test.query_params == {"agent": agent}


def test_the_address_keeps_the_agent_over_a_reload(open_page, harness, agent):
    """row 88"""
    test = open_page()
    choose(test, "duplicate")
    copy = test.query_params["agent"]
    assert copy != agent
    again = open_page(agent=copy)
    assert next(s for s in again.selectbox if (s.key or "").startswith("pick_agent")).value == copy


def test_a_link_to_an_agent_that_is_gone_opens_the_studio_and_says_so(open_page):
    test = open_page(agent="nobody", **{"set.turns.semantic_silence": "900"})
    assert "doesn't exist" in test.session_state["notice"].message


def test_a_link_can_be_copied_with_chosen_settings(open_page, harness, agent):
    """row 87"""
    harness.agents.versions.freeze(agent)
    save(harness, agent, **{"turns.semantic_silence": 900, "tts.openai.voice": "ash"})
    test = open_page()
    choose(test, "link")
    assert test.code[0].value.endswith(f"/?agent={agent}")
    next(s for s in test.selectbox if s.key == f"link_version/{agent}").set_value("Version 1").run()
    link = test.code[0].value
    assert link.endswith(f"/?agent={agent}&version=1&set.tts.openai.voice=ash&set.turns.semantic_silence=900")
    next(m for m in test.multiselect if m.key.startswith("link_settings/")).set_value(["turns.semantic_silence"]).run()
    assert test.code[0].value.endswith(f"/?agent={agent}&version=1&set.turns.semantic_silence=900")
    assert any("only on this computer" in caption.value for caption in test.caption)


# ── the drawing of differences


def test_markup_in_a_prompt_stays_text_and_long_sameness_is_shortened():
    old = "<script>alert(1)</script> " + "word " * 300 + "end"
    drawn = as_html(compare({"prompt.system": old}, {"prompt.system": f"{old} & <more>"}))
    assert "<script" not in drawn
    assert "<ins> &amp; &lt;more&gt;</ins>" in drawn
    assert len(unescape(drawn)) < 700
    assert "⋯" in drawn
