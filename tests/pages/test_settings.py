"""The Settings page, as drawn: what is set and what is missing, and that a value goes in and never comes out."""

from __future__ import annotations

import re

import pytest

from greenroom.catalog.credentials import CREDENTIALS
from greenroom.store.vault import KEY_FILE

pytestmark = [pytest.mark.unit, pytest.mark.any_database]

PAGE = "pages/settings.py"
CANARY = "sk-canary-9931"
KEY = "DEEPGRAM_API_KEY"


def said(test) -> str:
    """All text of the page, and everything a widget or the tab remembers."""
    kinds = (test.markdown, test.caption, test.error, test.warning, test.success, test.title, test.header)
    shown = [element.value for kind in kinds for element in kind]
    widgets = [str(widget.value) for kind in (test.text_input, test.text_area, test.selectbox) for widget in kind]
    return "\n".join([*map(str, shown), *widgets, str(test.session_state)])


def button(test, label: str, key: str = ""):
    return next(b for b in test.button if b.label == label and (not key or key in str(b.key)))


def show_missing(test):
    """Open the list of credentials that are not set; closed, it is not drawn."""
    test.session_state["credential/rest"] = True
    return test.run()


def add(test, value: str, key: str = KEY):
    """Type a key into the dialog and save it."""
    show_missing(test)
    test.button(key=f"credential/edit/{key}").click().run()
    field = next(field for field in test.text_input if field.label == "Value")
    field.input(value)
    button(test, "Save").click().run()
    assert [e.value for e in test.exception] == []
    return test


def test_without_any_key_the_page_lists_what_is_missing_and_does_not_crash(open_page):
    """row 14"""
    test = open_page(PAGE)
    assert [s.value for s in test.header] == [
        "Where agents run",
        "Offline brain",
        "You",
        "Credentials",
        "API keys",
        "Data retention",
        "Alerts",
        "Offline twin",
        "Options",
    ]
    assert "No credentials yet" in said(test)
    text = said(show_missing(test))
    assert [c.name for c in CREDENTIALS if c.name not in text] == []
    assert any(e.label == f"{len(CREDENTIALS)} not set" for e in test.expander)


def test_a_typed_key_is_stored_encrypted_and_never_shown_again(open_page, harness, caplog, capfd):
    """row 94"""
    caplog.set_level("DEBUG")
    test = add(open_page(PAGE), CANARY)
    assert harness.credentials.values() == {KEY: CANARY}
    assert test.session_state["notice"].message == f"{KEY} saved."
    assert "stored here, encrypted" in said(test)
    test.run()
    assert CANARY not in said(test)
    assert CANARY not in caplog.text
    assert CANARY not in "".join(capfd.readouterr())
    for file in harness.config.data_dir.rglob("*"):
        assert not file.is_file() or CANARY.encode() not in file.read_bytes(), file


def test_the_field_for_a_key_hides_what_is_typed(open_page):
    """row 94"""
    test = show_missing(open_page(PAGE))
    test.button(key=f"credential/edit/{KEY}").click().run()
    field = next(field for field in test.text_input if field.label == "Value")
    assert field.proto.type == field.proto.PASSWORD
    assert field.value == ""


def test_replacing_opens_an_empty_field(open_page, harness):
    """row 94"""
    harness.credentials.store(KEY, CANARY)
    test = open_page(PAGE)
    button(test, "Replace").click().run()
    assert CANARY not in said(test)
    next(field for field in test.text_input if field.label == "Value").input("new-value")
    button(test, "Save").click().run()
    assert harness.credentials.values() == {KEY: "new-value"}
    assert test.session_state["notice"].message == f"{KEY} replaced."


def test_forgetting_can_be_undone(open_page, harness):
    harness.credentials.store(KEY, CANARY)
    test = open_page(PAGE)
    button(test, "Delete").click().run()
    assert harness.credentials.names_set() == frozenset()
    assert CANARY not in said(test), "what can be undone is kept on the server"
    test.button(key="credential/undo").click().run()
    assert harness.credentials.values() == {KEY: CANARY}


def test_an_empty_key_is_refused_in_the_dialog(open_page, harness):
    test = add(open_page(PAGE), "  ")
    told = test.session_state["fields"].firsts["errors/credential"]["value"]  # drawn in the dialog, which AppTest leaves out
    assert "is empty" in told.text
    assert "notice" not in test.session_state
    assert harness.credentials.names_set() == frozenset()


def test_a_search_leaves_what_fits(open_page):
    test = open_page(PAGE)
    test.text_input(key="tab/credential_search").input("eleven").run()
    shown = [b.key for b in test.button if str(b.key).startswith("credential/edit/")]
    assert shown == ["credential/edit/ELEVENLABS_API_KEY"]


def test_a_search_that_finds_nothing_says_so(open_page):
    test = open_page(PAGE)
    test.text_input(key="tab/credential_search").input("nothing like this").run()
    assert any("No credentials match" in c.value for c in test.caption)


def test_a_test_without_a_known_request_says_so(open_page, harness):
    harness.credentials.store("RIME_API_KEY", CANARY)
    text = said(open_page(PAGE))
    assert "can't be tested" in text


def test_a_lost_key_file_is_told_on_the_page_with_a_way_on(open_page, harness):
    harness.credentials.store(KEY, CANARY)
    (harness.config.data_dir / KEY_FILE).unlink()
    test = open_page(PAGE)
    assert any("key is missing" in e.value for e in test.error)
    test.button(key="credential/aside").click().run()
    assert [e.value for e in test.error] == []
    add(test, "typed-again")
    assert harness.credentials.values() == {KEY: "typed-again"}


def test_a_webhook_is_added_shown_without_its_path_allowed_and_deleted(open_page, harness):
    test = open_page("pages/settings.py")
    next(t for t in test.text_input if t.key == "alert_url").set_value("https://127.0.0.1:9/T0/secret-path")
    next(b for b in test.button if b.label == "Add alert").click().run()
    assert [e.value for e in test.exception] == []
    (target,) = harness.services.alerts.targets()
    assert target.secret in [code.value for code in test.code]
    shown = " ".join(m.value for m in test.markdown)
    assert "127.0.0.1:9** is inside your own network." in shown.replace("\\", "")
    assert "more than 20% of calls fail, the p90 latency is above 2,000 ms" in shown.replace("\\", "")
    assert "secret-path" not in shown
    next(b for b in test.button if b.key == f"alert_allow_{target.id}").click().run()
    assert [one.allowed for one in harness.services.alerts.targets()] == ["127.0.0.1:9"]
    next(b for b in test.button if b.key == f"alert_delete_{target.id}").click().run()
    assert harness.services.alerts.targets() == []
    next(t for t in test.text_input if t.key == "alert_url").set_value("discord://4174216298/secret-path-of-a-webhook")
    next(b for b in test.button if b.label == "Add alert").click().run()
    shown = " ".join(m.value for m in test.markdown)
    assert "Discord" in shown
    assert not re.search("secret-path|4174216298", shown)
    assert [code.value for code in test.code] == [], "only webhooks have a signing secret"
