"""The table of sessions and one session, as drawn."""

from __future__ import annotations

import pytest

from greenroom.model.session import Turn

pytestmark = pytest.mark.unit


def ended_session(harness):
    session_id = harness.launch()
    harness.calls.record_turn(session_id, Turn(0, "agent", "Good day.", 800, 1900, source="greeting"))
    harness.calls.record_turn(session_id, Turn(1, "user", "<script>alert(1)</script> **dogs** 🐕", 3000, 4200))
    harness.calls.record_turn(session_id, Turn(1, "agent", "Dogs are", 4900, 5600, interrupted=True, latency_ms=712))
    harness.calls.end(session_id, "ended")
    return session_id


def test_an_empty_table_says_what_will_be_here_and_offers_the_first_step(open_page):
    test = open_page("pages/sessions.py")
    assert any("No sessions yet" in i.value for i in test.info)


def test_a_session_has_its_row(open_page, harness):
    ended_session(harness)
    row = open_page("pages/sessions.py").dataframe[0].value.iloc[0]
    assert list(row[["Agent", "Version", "Environment", "Turns", "Latency", "End reason"]]) == [
        "Ava, front desk",
        "v1",
        "Offline twin",
        3,
        712,
        "Ended by user",
    ]


def test_opening_it_shows_the_transcript_with_times_and_marks_and_markup_stays_text(open_page, harness):
    """rows 53, 54, 66"""
    session_id = ended_session(harness)
    test = open_page("pages/session.py", id=session_id)
    shown = " ".join(m.value for m in test.markdown)
    assert "interrupted" in shown
    assert "712 ms" in shown
    assert "<script>" not in shown
    assert "**dogs**" not in shown


def test_opening_it_shows_the_exact_settings_used(open_page, harness):
    session_id = ended_session(harness)
    test = open_page("pages/session.py", id=session_id)
    assert any("Linden House" in c.value for c in test.code)
    table = next(d.value for d in test.dataframe if "Setting" in d.value.columns)
    assert list(table[table["Setting"] == "End-of-speech detection"]["Value"]) == ["semantic"]


def test_words_are_looked_for_in_what_was_said_and_the_hit_stands_in_the_row(open_page, harness):
    ended_session(harness)
    test = open_page("pages/sessions.py")
    test.text_input(key="tab/find_words").set_value("good da").run()
    (said,) = test.dataframe[0].value["Match"]
    assert said.startswith("[Good] [day]")
    test.text_input(key="tab/find_words").set_value("elephants").run()
    assert any("No sessions match" in i.value for i in test.info)
    test.button(key="show_all").click().run()
    assert len(test.dataframe[0].value) == 1


def test_the_table_is_narrowed_and_says_how_many_of_all_are_left(open_page, harness):
    ended_session(harness)
    harness.calls.end(harness.launch(), "cancelled")
    test = open_page("pages/sessions.py")
    assert any("2 sessions" in c.value for c in test.caption)
    test.multiselect(key="find_ends").set_value(["cancelled"]).run()
    assert list(test.dataframe[0].value["End reason"]) == ["Launch canceled"]
    assert any("1 of 2 sessions" in c.value for c in test.caption)


def test_another_order_begins_at_its_first_page(open_page, harness):
    for _ in range(52):
        harness.calls.end(harness.launch(), "cancelled")
    ended_session(harness)
    test = open_page("pages/sessions.py")
    test.button(key="older").click().run()
    assert len(test.dataframe[0].value) == 3
    test.selectbox(key="find_order").set_value("latency").run()
    assert len(test.dataframe[0].value) == 50
    assert test.dataframe[0].value.iloc[0]["Latency"] == 712


def changed_draft(harness) -> str:
    agent = harness.agents.list()[0].id
    draft = harness.agents.draft(agent)
    harness.agents.save(agent, {**draft.settings, "prompt.greeting": "Hello there."}, draft.revision)
    return agent


def test_what_has_changed_since_a_session_is_shown(open_page, harness):
    session_id = ended_session(harness)
    assert any("No changes since this session" in i.value for i in open_page("pages/session.py", id=session_id).info)
    changed_draft(harness)
    shown = open_page("pages/session.py", id=session_id)
    assert any("Underlined: current draft" in c.value for c in shown.caption)


def test_its_version_is_launched_again_as_it_was_and_the_draft_stays(open_page, harness):
    session_id = ended_session(harness)
    agent = changed_draft(harness)
    open_page("pages/session.py", id=session_id).button(key="launch_again").click().run()
    (again,) = harness.sessions.unfinished()
    assert again.version_id == harness.session(session_id).version_id
    assert harness.agents.draft(agent).settings["prompt.greeting"] == "Hello there."


def test_its_version_is_made_the_draft_and_that_can_be_undone(open_page, harness):
    session_id = ended_session(harness)
    agent = changed_draft(harness)
    test = open_page("pages/session.py", id=session_id)
    test.button(key="make_draft").click().run()
    assert harness.agents.draft(agent).settings.get("prompt.greeting") != "Hello there."
    notice = test.session_state["notice"]  # drawn by the shell, above every page
    assert notice.good
    assert notice.undo is not None
    harness.agents.undo(agent, harness.agents.draft(agent).revision)
    assert harness.agents.draft(agent).settings["prompt.greeting"] == "Hello there."


def test_an_address_without_a_session_says_so(open_page):
    assert any("Session not found" in i.value for i in open_page("pages/session.py", id="nothing").info)


def test_settings_name_every_option_and_show_no_secret(open_page):
    """rows 14, 94"""
    test = open_page("pages/settings.py")
    test.session_state["options"] = True
    test.run()
    options = test.dataframe[-1].value
    assert "AGORA_APP_ID" in list(options["Variable"])
    assert set(options[options["Variable"] == "AGORA_APP_CERTIFICATE"]["Value"]) == {"hidden"}
