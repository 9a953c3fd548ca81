"""The dialog of import and export, as drawn."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from greenroom.catalog.templates import TEMPLATES
from greenroom.formats.reader import read_text
from greenroom.model.session import API
from greenroom.services.agents.agent_files import to_json, to_yaml
from greenroom.web.sample_backend import SampleBackend

pytestmark = [pytest.mark.unit, pytest.mark.any_database]

OTHER = TEMPLATES[1]


def open_dialog(open_page, view: str):
    test = open_page()
    test.menu_button(key="agent_menu").set_value("exchange").run()
    next(g for g in test.button_group if g.key == "exchange_view").set_value(view).run()
    assert [e.value for e in test.exception] == []
    return test


def press(test, key):
    next(b for b in test.button if b.key == key).click().run()


def test_every_format_is_shown_and_none_holds_a_key(open_page, harness):
    """rows 86, 94"""
    harness.credentials.store("OPENAI_API_KEY", "sk-planted-key-123")
    test = open_dialog(open_page, "Export")
    for name in ("JSON", "YAML", "curl", "Python", "agora-agents", "JavaScript"):
        next(g for g in test.button_group if name in g.options or name in str(g.options)).set_value(name).run()
        assert [e.value for e in test.exception] == []
        assert "Linden House" in test.code[-1].value
        assert "sk-planted-key-123" not in test.code[-1].value


@pytest.mark.parametrize("write", [to_json, to_yaml])
def test_what_is_pasted_is_reported_before_it_is_used_and_can_be_undone(open_page, harness, write):
    agent = harness.agents.list()[0]
    before = harness.agents.draft(agent.id).settings
    test = open_dialog(open_page, "Import")
    next(t for t in test.text_area if t.key == "exchange/pasted").set_value(write(OTHER.name, OTHER.values)).run()
    assert any(i.value.startswith("Changes") for i in test.info)
    assert harness.agents.draft(agent.id).settings == before
    box = next(t for t in test.text_area if t.key == "exchange/pasted")
    box.set_value("")  # a text that arrives with the click is not what was reported
    press(test, "exchange/use")
    assert harness.agents.draft(agent.id).settings == before
    next(t for t in test.text_area if t.key == "exchange/pasted").set_value(write(OTHER.name, OTHER.values)).run()
    press(test, "exchange/use")
    assert harness.agents.draft(agent.id).settings == dict(OTHER.values)
    press(test, "undo")
    assert harness.agents.draft(agent.id).settings == before


def test_an_import_can_be_an_agent_of_its_own(open_page, harness):
    test = open_dialog(open_page, "Import")
    next(t for t in test.text_area if t.key == "exchange/pasted").set_value(to_json("Imported one", OTHER.values)).run()
    press(test, "exchange/new")
    made = next(a for a in harness.agents.list() if a.name == "Imported one")
    assert harness.agents.draft(made.id).settings == dict(OTHER.values)


def test_an_import_in_one_tab_is_the_default_of_no_other_and_of_no_program(open_page, harness):
    """Drawing its form saves nothing: what counts is an edit, or a launch in the studio."""
    house, other_tab = harness.agents.list()[0], open_page()
    test = open_dialog(open_page, "Import")
    next(t for t in test.text_area if t.key == "exchange/pasted").set_value(to_json("Imported one", OTHER.values)).run()
    press(test, "exchange/new")
    assert SampleBackend(harness.external, API).start({"profile": "imported one", "connect": "false"}).status == 200
    test.run()
    other_tab.run()
    assert (harness.agents.default().id, open_page().session_state["agent_id"]) == (house.id, house.id)
    assert other_tab.session_state["agent_id"] == house.id


def test_what_cannot_be_read_is_told_with_its_place(open_page, harness):
    test = open_dialog(open_page, "Import")
    next(t for t in test.text_area if t.key == "exchange/pasted").set_value('{"a": 1,\n "b": }').run()
    assert any("line 2, column 7" in e.value for e in test.error)


def test_the_json_that_is_sent_can_be_changed_by_hand_and_unknown_fields_are_kept(open_page, harness):
    """row 84"""
    agent = harness.agents.list()[0]
    test = open_dialog(open_page, "Request JSON")
    raw = next(t for t in test.text_area if t.key and t.key.startswith("exchange/raw"))
    body = json.loads(raw.value)
    assert body["properties"]["channel"] == "${CHANNEL}"
    body["properties"]["llm"]["params"]["temperature"] = 1.5
    body["properties"]["from_tomorrow"] = {"on": True}
    raw.set_value(json.dumps(body)).run()
    press(test, "exchange/use")
    settings = harness.agents.draft(agent.id).settings
    assert settings["brain.temperature"] == 1.5
    assert settings["advanced.extra"] == {"from_tomorrow": {"on": True}}


def test_a_curl_that_was_used_stands_in_the_request_as_it_came(open_page, harness):
    """rows 86, 89"""
    curl = Path("tests/corpus/imports/m1_postman_unindented.sh").read_text(encoding="utf8").replace('"k"', '"sk-PLANTED"')
    test = open_dialog(open_page, "Import")
    next(t for t in test.text_area if t.key == "exchange/pasted").set_value(curl).run()
    press(test, "exchange/use")
    test = open_dialog(open_page, "Request JSON")
    assert any("Matches the draft" in caption.value for caption in test.caption)
    shown = json.loads(next(t for t in test.text_area if t.key.startswith("exchange/raw")).value)
    came = read_text(curl)[0].value["properties"]["llm"]
    assert {name: shown["properties"]["llm"][name] for name in ("url", "system_messages", "params")} == {
        name: came[name] for name in ("url", "system_messages", "params")
    }
    assert "PLANTED" not in json.dumps(shown)
